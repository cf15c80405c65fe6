import RetNet
import RetNetTraining

/// Training speed of a model: whole training steps as in `retnet train`, with the optimizer's update.
package enum TrainingBenchmark {
  package struct Result: Sendable, Hashable {
    /// Sequences of one step.
    package var batch: Int
    /// Tokens of each.
    package var length: Int
    package var threads: Int
    /// The median over the runs.
    package var secondsPerStep: Double
    package var runs: Int
    /// Operations per step (`OperationCount`).
    package var operations: Double

    package var tokensPerSecond: Double { Double(batch * length) / secondsPerStep }

    /// The operations per second as a share of the machine's limit; nil if that was not measured.
    package func share(of limits: MachineLimits?) -> Double? {
      limits?.multiplicationRate(threads: threads).map { operations / secondsPerStep / $0 }
    }
  }

  package static let batch = 16
  package static let length = 256

  /// The memory of `run`.
  package static func memory(_ model: RetNetModel, threads: Int) -> MemoryEstimate {
    .training(model.architecture, options(threads: threads), longest: length)
  }

  /// Trains a copy of the model on random tokens; the model itself does not change.
  ///
  /// - Throws: `TrainingError`.
  package static func run(_ model: RetNetModel, threads: Int, seconds: Double) throws -> Result {
    let options = options(threads: threads)
    try options.check()
    let tokens = BenchmarkTokens.make(batch * (length + 1), for: model)
    let documents = (0..<batch).map { Array(tokens[$0 * (length + 1)..<($0 + 1) * (length + 1)]) }
    let trainer = Trainer(
      options: options, corpus: TrainingCorpus(documents: documents), model: TrainedNetwork(model))
    _ = try trainer.makeStep()  // loads the weights into memory
    let samples = try TimedRounds.run(
      [TimedRounds.Trial(kind: "step") { try Stopwatch.seconds { _ = try trainer.makeStep() } }], seconds: seconds,
      most: 25)
    return Result(
      batch: batch, length: length, threads: threads, secondsPerStep: samples[0]?.median ?? .nan,
      runs: samples[0]?.runs ?? 0,
      operations: OperationCount(model).training(options.form, sequences: batch, tokens: length))
  }

  private static func options(threads: Int) -> TrainingOptions {
    var options = TrainingOptions(data: ["random tokens"])
    options.batchTokens = batch * length
    options.length = length
    options.threads = threads
    options.learningRate = 1e-6  // keeps the weights nearly constant over all runs
    options.minimumRate = 1e-6
    options.warmUp = 0
    return options
  }
}
