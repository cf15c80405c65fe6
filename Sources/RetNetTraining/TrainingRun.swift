import Foundation
import RetNet

/// A training run in its folder: the model, a checkpoint to go on from, and a log.
///
///     OUT/config.json, model.safetensors, tokenizer.model …   the model, as other commands read it
///     OUT/checkpoint/training.safetensors                     `TrainingCheckpoint`
///     OUT/log.jsonl                                           `TrainingLog`
package final class TrainingRun {
  /// How a run ended; the checkpoint holds its last step in every case.
  package enum End: Sendable, Hashable {
    case finished, timeUp, stopped
  }

  /// How often things are done that do not change the result; 0 is never, but for the end.
  package struct Pace: Sendable, Hashable {
    package var checkpointSeconds = 300.0
    package var validationSteps = 500
    package var sampleSteps = 0
    /// Time after which training ends with a checkpoint; of this process, what came before a resume left out.
    package var maximumSeconds: Double?

    package init() {}
  }

  package let folder: String
  package var options: TrainingOptions { trainer.options }
  /// Steps made so far.
  package var step: Int { trainer.step }
  package let trainer: Trainer
  package var pace: Pace
  /// Writes a sample of what the model says, where samples are wanted.
  package var sample: (() throws -> String?)?

  private let validation: Validation?
  private let saveModel: (Buffer<Float>, String) throws -> Void
  private let dataFingerprint: UInt64
  private let log: TrainingLog
  /// Keeps a second run out of the folder.
  private let lock: FolderLock
  private let clock = ContinuousClock()
  /// Of this run before it was resumed.
  private var secondsBefore = 0.0
  private var checkpointStep = 0

  static func checkpointPath(_ folder: String) -> String { folder + "/checkpoint/" + TrainingCheckpoint.fileName }
  static func logPath(_ folder: String) -> String { folder + "/log.jsonl" }

  /// Begins a run in `folder` and writes all its files once, so that a folder that cannot take them is found before
  /// any training; or goes on with the one that is there.
  ///
  /// Throws `FileError`, `CheckpointError` or `TrainingError`.
  init(
    folder: String, options: TrainingOptions, corpus: TrainingCorpus, validation: TrainingCorpus?,
    model: some TrainableModel, pace: Pace = Pace(), resume: Bool, lock: FolderLock? = nil
  ) throws {
    try options.check()
    guard corpus.pieces(length: options.length).contains(where: { corpus.predicts(options.predicted, in: $0) }) else {
      throw TrainingError.noReplies(files: options.data)
    }
    self.folder = folder
    self.pace = pace
    trainer = Trainer(options: options, corpus: corpus, model: model)
    self.validation = validation.map { [trainer] in
      Validation(corpus: $0, workers: trainer.workers, lotTokens: options.batchTokens / options.threads)
    }
    saveModel = { try model.save($0, to: $1) }
    dataFingerprint = corpus.fingerprint(dividesFiles: !options.passes.isEmpty)
    if !resume { try FileBytes.makeFolder(folder + "/checkpoint") }
    self.lock = try lock ?? FolderLock(folder)
    if resume {
      let (checkpoint, file) = try Self.readCheckpoint(in: folder)
      guard checkpoint.dataFingerprint == dataFingerprint else { throw TrainingError.otherData(files: options.data) }
      try checkpoint.restore(trainer, from: file)
      secondsBefore = checkpoint.seconds
      checkpointStep = checkpoint.step
    }
    Leftovers.remove(in: [folder, folder + "/checkpoint"])
    log = try TrainingLog(path: Self.logPath(folder), keepingSteps: resume ? checkpointStep : -1)
    if resume {
      // A kill between the two files of a checkpoint leaves the model before it.
      try saveModel(trainer.outcome, folder)
    } else {
      try writeCheckpoint(seconds: 0)
    }
  }

  /// The stored run of `folder`. Throws `TrainingError.nothingToResume`, or what reading the file throws.
  static func readCheckpoint(in folder: String) throws -> (checkpoint: TrainingCheckpoint, file: SafetensorsFile) {
    let path = checkpointPath(folder)
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingError.nothingToResume(folder: folder, missing: path)
    }
    return try TrainingCheckpoint.read(path: path)
  }

  /// Throws `TrainingError.runExists` where `folder` holds a run or a model that a new run would overwrite.
  static func checkFree(_ folder: String) throws {
    for (name, found) in [("checkpoint/" + TrainingCheckpoint.fileName, "a training run"), ("config.json", "a model")]
    where FileManager.default.fileExists(atPath: folder + "/" + name) {
      throw TrainingError.runExists(folder: folder, found: found)
    }
  }

  /// Trains to the last step, until `stop` answers true between two steps, or until the time is up.
  ///
  /// Throws `TrainingError.diverged`, `FileError`, or what the sampler throws; the last checkpoint stays.
  package func train(stop: () -> Bool = { false }, report: (TrainingEvent) throws -> Void = { _ in }) throws -> End {
    let start = clock.now
    var lastCheckpoint = start
    func elapsed() -> Double { Self.seconds(clock.now - start) }
    func tell(_ event: TrainingEvent) throws {
      try log.append(event)
      try report(event)
    }
    func save() throws {
      try writeCheckpoint(seconds: secondsBefore + elapsed())
      lastCheckpoint = clock.now
      try report(.checkpoint(step: trainer.step))  // not logged: where it falls depends on the clock
    }

    while trainer.step < trainer.options.steps {
      let stepStart = clock.now
      let epoch = trainer.cursor.epoch
      let result = try trainer.makeStep(checkpointStep: checkpointStep)
      let step = trainer.step
      try tell(
        .step(
          TrainingEvent.Step(
            step: step, epoch: epoch, tokens: trainer.tokens, loss: result.loss, learningRate: result.learningRate,
            gradientNorm: result.gradientNorm,
            tokensPerSecond: Double(result.predicted) / max(Self.seconds(clock.now - stepStart), 1e-9),
            seconds: secondsBefore + elapsed())))
      let last = step == trainer.options.steps
      if isDue(step, pace.validationSteps, last), let event = measure(step, stop: stop) { try tell(event) }
      if isDue(step, pace.sampleSteps, last), let text = try sample?() { try tell(.sample(step: step, text: text)) }
      if last { break }
      if stop() {
        try save()
        return .stopped
      }
      if let limit = pace.maximumSeconds, elapsed() >= limit {
        if step % max(pace.validationSteps, 1) != 0, let event = measure(step, stop: stop) { try tell(event) }
        try save()
        return .timeUp
      }
      if pace.checkpointSeconds > 0, Self.seconds(clock.now - lastCheckpoint) >= pace.checkpointSeconds { try save() }
    }
    if checkpointStep != trainer.step { try save() }
    return .finished
  }

  /// The steps made before this process, for a plot.
  package var history: [TrainingEvent.Step] { TrainingLog.steps(path: Self.logPath(folder)) }

  private func isDue(_ step: Int, _ interval: Int, _ last: Bool) -> Bool {
    interval > 0 && step % interval == 0 || last
  }

  private func measure(_ step: Int, stop: () -> Bool) -> TrainingEvent? {
    guard let validation, let results = validation.measure(trainer.outcome, stop: stop) else { return nil }
    return .validation(
      step: step, files: results.map { TrainingEvent.FileResult(path: $0.path, bitsPerByte: $0.bitsPerByte) },
      together: TextLoss.together(results).bitsPerByte)
  }

  private func writeCheckpoint(seconds: Double) throws {
    try log.flush()
    try TrainingCheckpoint.write(
      trainer, dataFingerprint: dataFingerprint, seconds: seconds, to: Self.checkpointPath(folder))
    checkpointStep = trainer.step
    try saveModel(trainer.outcome, folder)
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
