import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import RetNetText
import RetNetTraining

/// `retnet train`: trains a model, or goes on training one.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on text files.",
    discussion: """
      Dialogue files hold blocks of 'U: …' and 'B: …' lines, other files passages with a blank line between them. The \
      folder given with --out becomes a model that every other command reads, with a checkpoint to go on from and \
      log.jsonl, the same lines that are printed where there is no terminal.

      Ctrl-C (or SIGTERM) writes a checkpoint and ends; --resume goes on from there, bit for bit as if nothing had been. \
      With --resume all settings are those of the stored run; --data and --valid say where its files are now.

      With --state-only all weights of --init stay as they are, and what is trained is the state that conversations begin \
      with. --out is its file then, for --persona.
      """)

  @Option(parsing: .upToNextOption, help: "Text files to train on.") var data: [String] = []
  @Option(parsing: .upToNextOption, help: "Text files to measure on, which are not trained on.") var valid: [String] =
    []
  @Option(help: "Folder of the model and its training run.") var out: String
  @Flag(help: "Go on with the run in --out.") var resume = false
  @Flag(help: "Overwrite a run or model in --out.") var force = false
  @Flag(help: "Train the state that conversations begin with, and no weights.") var stateOnly = false

  @OptionGroup(title: "Start") var start: TrainingStartOptions
  @OptionGroup(title: "Course") var course: TrainingCourseOptions

  @Option(help: "End with a checkpoint after so many minutes; the schedule still follows --steps.") var minutes: Double?
  @Option(help: "Minutes between checkpoints.") var checkpointMinutes = 5.0
  @Option(help: "Steps between measurements on --valid; 0 measures only at the end.") var validateEvery = 500
  @Option(help: "Steps between samples of what the model says; 0 is never.") var sampleEvery = 250
  @Option(
    help: """
      What samples reply to, or continue where the data has no conversations. (default: 'Hi! How are you today?', else \
      nothing: a text from its beginning)
      """)
  var samplePrompt: String?
  @Flag(help: "Print a JSON line a step, in a terminal too.") var json = false

  func validate() throws {
    if resume && (force || start.isGiven) {
      throw ValidationError("--resume goes on with the run as it is: leave out --force, --init, tokenizer and shape.")
    }
    if !resume && data.isEmpty { throw ValidationError("Give --data with the text files to train on.") }
    if stateOnly { try checkStateOnly() }
    if !resume { try start.check() }
    for (name, value) in [("--checkpoint-minutes", checkpointMinutes), ("--minutes", minutes ?? 0)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(name) is \(value), but must be 0 or more.")
    }
    if validateEvery < 0 || sampleEvery < 0 {
      throw ValidationError("--validate-every and --sample-every are 0 or more.")
    }
  }

  func run() throws {
    do {
      try train()
    } catch let error as ExitCode {
      throw error
    } catch let error as OutputError {
      throw error
    } catch {
      StandardError.message(StandardError.words(error))
      if case TrainingError.diverged = error { throw ExitCode(1) }
      throw ExitCode(2)
    }
  }

  private func checkStateOnly() throws {
    guard start.initial != nil, start.tokenizer == nil else {
      throw ValidationError("--state-only needs --init with the model that the state is for, and its tokenizer.")
    }
    if resume || course.carry || course.form == .parallel || course.dropout != nil || course.average != nil
      || !valid.isEmpty
    {
      throw ValidationError(
        "--state-only goes with no --resume, --carry, --form parallel, --dropout, --average or --valid.")
    }
  }

  /// The learning rate of a state: its entries are sums of products of keys and values, far larger than weights.
  private static let stateLearningRate = 2.0

  private func trainState() throws {
    if !force, FileManager.default.fileExists(atPath: out) {
      throw TrainingError.runExists(folder: out, found: "something")
    }
    let folder = try ModelCatalog.folder(start.initial ?? "")
    let model = try ModelLoading.weights(folder)
    let tokenizer = try ModelLoading.tokenizer(folder, for: model)
    var course = course
    course.learningRate = course.learningRate ?? Self.stateLearningRate
    course.weightDecay = course.weightDecay ?? 0
    var options = TrainingOptions(data: data)
    try course.apply(to: &options)
    let training = try InitialStateTraining(
      model, tokenizer, options: options, modelHash: SessionFile.hash(ofModelIn: folder))
    try training.state.write(to: out, for: model.configuration)  // a place that cannot be written is found at once
    let stop = StopRequest()
    let output = StandardOutput()
    let writer = JSONWriter(output)
    try training.train(stop: { stop.signal != nil }) { step in
      try writer.object {
        try writer.field("step", step.step)
        try writer.field("loss", step.loss)
        try writer.field("learningRate", step.learningRate)
        try writer.field("gradientNorm", step.gradientNorm)
      }
      try writer.endLine()
      try output.flush()
    }
    try training.state.write(to: out, for: model.configuration)
    StandardError.message("the state is in '\(out)'; talk to it with: retnet --model \(folder) --persona \(out)")
    if let signal = stop.signal { throw ExitCode(128 + signal) }
  }

  private func train() throws {
    if stateOnly { return try trainState() }
    let stop = StopRequest()
    let run = try makeRun()
    let progress = json ? nil : TrainingProgressTerminal.onStandardOutput(run)
    let output = StandardOutput()
    // Where the lines cannot be written, the run ends as on a signal: with a checkpoint.
    var outputError: OutputError?
    let end = try run.train(stop: { stop.signal != nil || outputError != nil }) { event in
      if let progress {
        progress.show(event)
      } else if case .checkpoint = event {
        // Where checkpoints fall depends on the clock; the lines of a run do not.
      } else {
        do throws(OutputError) {
          try output.write(event.json + "\n")
          try output.flush()
        } catch {
          outputError = error
        }
      }
    }
    progress?.finish()
    switch end {
    case .finished: StandardError.message("finished after \(run.step) steps; the model is in '\(run.folder)'")
    case .timeUp: StandardError.message("time is up after \(run.step) steps; go on with --resume --out \(run.folder)")
    case .stopped:
      StandardError.message("stopped after \(run.step) steps; go on with --resume --out \(run.folder)")
      if let outputError { throw outputError }
      throw ExitCode(128 + (stop.signal ?? SIGINT))
    }
  }

  private func makeRun() throws -> TrainingRun {
    var intervals = TrainingRun.Intervals()
    intervals.checkpointSeconds = checkpointMinutes * 60
    intervals.validationSteps = validateEvery
    intervals.sampleSteps = sampleEvery
    intervals.maximumSeconds = minutes.map { $0 * 60 }
    if resume {
      return try TrainingRun.resume(
        in: out, intervals: intervals, adjust: adjust, sampler: sampler, progress: StandardError.message)
    }
    var options = TrainingOptions(data: data)
    options.validation = valid
    try course.apply(to: &options)
    return try TrainingRun.begin(
      in: out, try start.start(overwrites: force), options: options, intervals: intervals, sampler: sampler,
      progress: StandardError.message)
  }

  /// Throws where a setting was given that is not the stored run's; the data may have moved.
  private func adjust(_ stored: inout TrainingOptions) throws {
    try course.checkSame(as: stored)
    if !data.isEmpty { stored.data = data }
    if !valid.isEmpty { stored.validation = valid }
  }

  private func sampler(_ model: RetNetModel, _ tokenizer: Tokenizer) throws -> String? {
    try TrainingSample.text(samplePrompt, model, tokenizer)
  }
}
