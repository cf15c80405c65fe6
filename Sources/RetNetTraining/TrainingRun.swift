import Foundation
import RetNet

/// A training run and its folder: the model, a checkpoint to resume from, and a log.
///
///     OUT/config.json, model.safetensors, tokenizer.model …   the model folder
///     OUT/checkpoint/training.safetensors                     `TrainingCheckpoint`
///     OUT/log.jsonl                                           `TrainingLog`
package final class TrainingRun {
  /// Why a run ended. The checkpoint always contains the last step.
  package enum End: Sendable, Hashable {
    case finished, timeUp, stopped
  }

  /// Intervals of actions that do not change the result; 0 means only at the end.
  package struct Intervals: Sendable, Hashable {
    package var checkpointSeconds = 300.0
    package var validationSteps = 500
    package var sampleSteps = 0
    /// Time limit of this process, after which training writes a checkpoint and ends.
    package var maximumSeconds: Double?

    package init() {}
  }

  package let folder: String
  package var options: TrainingOptions { trainer.options }
  /// Completed steps.
  package var step: Int { trainer.step }
  package let trainer: Trainer
  package var intervals: Intervals
  /// Generates a sample text, if samples are requested.
  package var sample: (() throws -> String?)?

  private let validation: Validation?
  private let saveModel: (Buffer<Float>, String) throws -> Void
  private let dataFingerprint: UInt64
  private let log: TrainingLog
  /// Locks the folder against other runs.
  private let lock: FolderLock
  private let clock = ContinuousClock()
  /// Training time before this process.
  private var secondsBefore = 0.0
  private var checkpointStep = 0

  static func checkpointPath(_ folder: String) -> String { folder + "/checkpoint/" + TrainingCheckpoint.fileName }
  static func logPath(_ folder: String) -> String { folder + "/log.jsonl" }

  /// Starts a run in `folder`, or resumes the one in it. A new run writes all its files once, so that an unwritable
  /// folder is detected before training.
  ///
  /// Throws `FileError`, `CheckpointError` or `TrainingError`.
  init(
    folder: String, options: TrainingOptions, corpus: TrainingCorpus, validation: TrainingCorpus?,
    model: some TrainableModel, intervals: Intervals = Intervals(), resume: Bool, lock: FolderLock? = nil
  ) throws {
    try options.check()
    guard corpus.pieces(length: options.length).contains(where: { corpus.predicts(options.predicted, in: $0) }) else {
      throw TrainingError.noReplies(files: options.data)
    }
    self.folder = folder
    self.intervals = intervals
    trainer = Trainer(options: options, corpus: corpus, model: model)
    self.validation = validation.map { [trainer] in
      Validation(corpus: $0, workers: trainer.workers, batchTokens: options.batchTokens / options.threads)
    }
    saveModel = { try model.save($0, to: $1) }
    dataFingerprint = corpus.fingerprint(includesFileBounds: !options.passes.isEmpty)
    if !resume { try FileBytes.makeFolder(folder + "/checkpoint") }
    self.lock = try lock ?? Self.lockFolder(folder)
    if resume {
      let (checkpoint, file) = try Self.readCheckpoint(in: folder)
      guard checkpoint.dataFingerprint == dataFingerprint else { throw TrainingError.dataMismatch(files: options.data) }
      try checkpoint.restore(trainer, from: file)
      secondsBefore = checkpoint.seconds
      checkpointStep = checkpoint.step
    }
    for folder in [folder, folder + "/checkpoint"] { TemporaryFiles.removeLeftovers(in: folder) }
    log = try TrainingLog(path: Self.logPath(folder), upToStep: resume ? checkpointStep : -1)
    if resume {
      // If the process was killed between the two files of a checkpoint, the model is newer than the checkpoint.
      try saveModel(trainer.savedParameters, folder)
    } else {
      try writeCheckpoint(seconds: 0)
    }
  }

  /// The stored run of `folder`. Throws `TrainingError.noRunToResume`, and the errors of reading the file.
  static func readCheckpoint(in folder: String) throws -> (checkpoint: TrainingCheckpoint, file: SafetensorsFile) {
    let path = checkpointPath(folder)
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingError.noRunToResume(folder: folder, missing: path)
    }
    return try TrainingCheckpoint.read(path: path)
  }

  /// Throws `TrainingError.runInProgress` if another process writes to the folder, and `FileError`.
  static func lockFolder(_ folder: String) throws -> FolderLock {
    guard let lock = try FolderLock(folder) else { throw TrainingError.runInProgress(folder: folder) }
    return lock
  }

  /// Throws `TrainingError.runExists` if `folder` contains a run or a model that a new run would overwrite.
  static func checkFree(_ folder: String) throws {
    for (name, found) in [("checkpoint/" + TrainingCheckpoint.fileName, "a training run"), ("config.json", "a model")]
    where FileManager.default.fileExists(atPath: folder + "/" + name) {
      throw TrainingError.runExists(folder: folder, found: found)
    }
  }

  /// Trains to the last step, until `stop` returns true between two steps, or to the time limit.
  ///
  /// Throws `TrainingError.diverged`, `FileError`, and the sampler's errors; the last checkpoint is kept.
  package func train(stop: () -> Bool = { false }, report: (TrainingEvent) throws -> Void = { _ in }) throws -> End {
    let start = clock.now
    var lastCheckpoint = start
    func elapsed() -> Double { Self.seconds(clock.now - start) }
    func emit(_ event: TrainingEvent) throws {
      try log.append(event)
      try report(event)
    }
    func save() throws {
      try writeCheckpoint(seconds: secondsBefore + elapsed())
      lastCheckpoint = clock.now
      try report(.checkpoint(step: trainer.step))  // not logged, as its step depends on the clock
    }

    while trainer.step < trainer.options.steps {
      let stepStart = clock.now
      let epoch = trainer.cursor.epoch
      let result = try trainer.makeStep(checkpointStep: checkpointStep)
      let step = trainer.step
      try emit(
        .step(
          TrainingEvent.Step(
            step: step, epoch: epoch, tokens: trainer.tokens, loss: result.loss, learningRate: result.learningRate,
            gradientNorm: result.gradientNorm,
            tokensPerSecond: Double(result.predicted) / max(Self.seconds(clock.now - stepStart), 1e-9),
            seconds: secondsBefore + elapsed())))
      let last = step == trainer.options.steps
      if isDue(step, intervals.validationSteps, last), let event = measure(step, stop: stop) { try emit(event) }
      if isDue(step, intervals.sampleSteps, last), let text = try sample?() {
        try emit(.sample(step: step, text: text))
      }
      if last { break }
      if stop() {
        try save()
        return .stopped
      }
      if let limit = intervals.maximumSeconds, elapsed() >= limit {
        if step % max(intervals.validationSteps, 1) != 0, let event = measure(step, stop: stop) { try emit(event) }
        try save()
        return .timeUp
      }
      if intervals.checkpointSeconds > 0, Self.seconds(clock.now - lastCheckpoint) >= intervals.checkpointSeconds {
        try save()
      }
    }
    if checkpointStep != trainer.step { try save() }
    return .finished
  }

  /// The steps before this process, for a plot.
  package var history: [TrainingEvent.Step] { TrainingLog.steps(path: Self.logPath(folder)) }

  private func isDue(_ step: Int, _ interval: Int, _ last: Bool) -> Bool {
    interval > 0 && step % interval == 0 || last
  }

  private func measure(_ step: Int, stop: () -> Bool) -> TrainingEvent? {
    guard let validation, let results = validation.measure(trainer.savedParameters, stop: stop) else { return nil }
    return .validation(
      step: step, files: results.map { TrainingEvent.FileResult(path: $0.path, bitsPerByte: $0.bitsPerByte) },
      overall: TextLoss.total(results).bitsPerByte)
  }

  private func writeCheckpoint(seconds: Double) throws {
    try log.flush()
    // The model first: a run is resumed with its model's configuration, so a checkpoint without one would be useless.
    try saveModel(trainer.savedParameters, folder)
    try TrainingCheckpoint.write(
      trainer, dataFingerprint: dataFingerprint, seconds: seconds, to: Self.checkpointPath(folder))
    checkpointStep = trainer.step
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
