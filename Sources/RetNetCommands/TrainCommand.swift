import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import RetNetText
import RetNetTraining

/// `retnet train`: trains a model, or resumes a run.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on text files.",
    discussion: """
      A new run needs --data and --out. A new model also needs --vocabulary or --tokenizer, as in 'retnet train --data \
      talk.txt --vocabulary 4096 --out runs/first'; --init starts from another model.

      Dialogue files have blocks of 'U: …' and 'B: …' lines; other files have passages separated by blank lines. The file - \
      is standard input. The \
      --out folder becomes a model folder for the other commands, with a checkpoint to resume from and log.jsonl, \
      which has the lines that are printed without a terminal.

      Ctrl-C, SIGTERM or a closed terminal (SIGHUP) stops training: it writes a checkpoint and exits; --resume \
      continues from there with the same bits as without the interruption. --resume uses the settings of the stored run; --data and --valid specify new paths of its \
      files.

      --state-only keeps all weights of --init fixed and trains the initial state of conversations. --out is then a \
      file for --persona.
      """)

  @Option(parsing: .upToNextOption, help: "Text files to train on.", completion: .file()) var data: [String] = []
  @Option(parsing: .upToNextOption, help: "Text files for validation, not used for training.", completion: .file())
  var valid: [String] =
    []
  @Option(help: "Folder of the model and its run.", completion: .directory) var out: String
  @Flag(help: "Resume the run in --out.") var resume = false
  @Flag(help: "Overwrite a run or model in --out.") var force = false
  @Flag(help: "Train the initial state of conversations and no weights.") var stateOnly = false

  @OptionGroup(title: "Start") var start: TrainingStartOptions
  @OptionGroup(title: "Training") var course: TrainingCourseOptions

  @Option(help: "Stop with a checkpoint after this many minutes; the schedule still follows --steps.") var minutes:
    Double?
  @Option(help: "Minutes between checkpoints.") var checkpointMinutes = 5.0
  @Option(help: "Steps between validations on --valid; 0 validates only at the end.") var validateEvery = 500
  @Option(help: "Steps between generated samples; 0 generates one only at the end.") var sampleEvery = 250
  @Option(
    help: """
      Prompt of the samples: a message, or the start of a text if the data has no conversations. (default: 'Hi! How \
      are you today?', or an empty text)
      """)
  var samplePrompt: String?
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print one line of JSON per step, also in a terminal.") var json = false

  func validate() throws {
    if resume && (force || start.isGiven) {
      throw ValidationError("--resume uses the stored run: omit --force, --init, tokenizer and shape.")
    }
    if !resume && data.isEmpty { throw ValidationError("Specify the text files to train on with --data.") }
    if stateOnly { try checkStateOnly() }
    if !resume { try start.check() }
    for (name, value) in [("--checkpoint-minutes", checkpointMinutes), ("--minutes", minutes ?? 0)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(name) is \(value), but must be 0 or more.")
    }
    if validateEvery < 0 || sampleEvery < 0 {
      throw ValidationError("--validate-every and --sample-every must be 0 or more.")
    }
  }

  func run() throws {
    do {
      try StandardInput.named(in: data + valid) { try train() }
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
      throw ValidationError("--state-only requires --init with a model, and uses its tokenizer.")
    }
    if resume || course.carry || course.form == .parallel || course.dropout != nil || course.average != nil
      || !valid.isEmpty
    {
      throw ValidationError(
        "--state-only cannot be combined with --resume, --carry, --form parallel, --dropout, --average or --valid.")
    }
  }

  /// Learning rate of a state, whose entries are sums of products of keys and values and far larger than weights.
  private static let stateLearningRate = 2.0

  private func trainState() throws {
    if !force, FileManager.default.fileExists(atPath: out) {
      throw TrainingError.runExists(folder: out, found: "a file or folder")
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
    try training.state.write(to: out, for: model.configuration)  // detects an unwritable path before training
    let stop = StopRequest()
    let output = StandardOutput()
    let writer = JSONWriter(output)
    let shown = progress.start("training", unit: "steps", writesResults: true)
    defer { shown.end() }
    try training.train(stop: { stop.signal != nil }) { step in
      shown.update(step.step, of: options.steps)
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
    StandardError.message("the state is in '\(out)'; use it with: retnet --model \(folder) --persona \(out)")
    if let signal = stop.signal { throw ExitCode(128 + signal) }
  }

  private func train() throws {
    if stateOnly { return try trainState() }
    // Before training there is nothing to save: a signal ends the process at once.
    let run = try makeRun()
    let stop = StopRequest()
    let display = json ? nil : TrainingProgressTerminal.onStandardOutput(run)
    let first = run.step
    let shown = progress.start("training", unit: "steps", writesResults: true)
    defer { shown.end() }
    let output = StandardOutput()
    // If lines cannot be written, the run ends as on a signal, with a checkpoint.
    var outputError: OutputError?
    let end = try run.train(stop: { stop.signal != nil || outputError != nil }) { event in
      if case .step(let step) = event { shown.update(step.step - first, of: run.options.steps - first) }
      if let display {
        display.show(event)
      } else if case .checkpoint = event {
        // Not printed: the steps of checkpoints depend on the clock.
      } else {
        do throws(OutputError) {
          try output.write(event.json + "\n")
          try output.flush()
        } catch {
          outputError = error
        }
      }
    }
    display?.finish()
    shown.end()
    switch end {
    case .finished: StandardError.message("finished after \(run.step) steps; the model is in '\(run.folder)'")
    case .timeUp:
      StandardError.message("time limit reached after \(run.step) steps; resume with --resume --out \(run.folder)")
    case .stopped:
      StandardError.message("stopped after \(run.step) steps; resume with --resume --out \(run.folder)")
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

  /// Throws if an option differs from the stored run. The paths of the data may differ.
  private func adjust(_ stored: inout TrainingOptions) throws {
    try course.checkSame(as: stored)
    if !data.isEmpty { stored.data = data }
    if !valid.isEmpty { stored.validation = valid }
  }

  private func sampler(_ model: RetNetModel, _ tokenizer: Tokenizer) throws -> String? {
    try TrainingSample.text(samplePrompt, model, tokenizer)
  }
}
