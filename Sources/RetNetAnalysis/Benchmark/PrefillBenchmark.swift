import RetNet

/// Prefill speed of a model: texts of several lengths from an empty state in every form, with the last token's logits.
package enum PrefillBenchmark {
  package struct Result: Sendable, Hashable {
    package var form: RetentionForm
    /// Tokens of the text.
    package var length: Int
    package var threads: Int
    /// Seconds for the whole text, the median over the runs.
    package var seconds: Double
    package var runs: Int
    /// Operations for the whole text (`OperationCount`).
    package var operations: Double

    package var secondsPerToken: Double { seconds / Double(length) }
    package var tokensPerSecond: Double { Double(length) / seconds }

    /// The operations per second as a share of the machine's limit; nil if that was not measured.
    package func share(of limits: MachineLimits?) -> Double? {
      limits?.multiplicationRate(threads: threads).map { operations / seconds / $0 }
    }
  }

  /// The longest text for the parallel form, whose memory grows with the square of the length.
  package static let longestParallel = 4096
  package static let chunkLengths = [64, 128, 256]

  /// The lengths of a short run and of a full run.
  package static let fewLengths = [256, 1024, 2048, 8192, 65536]
  package static let allLengths = (8...16).map { 1 << $0 }

  /// The form and length of each measurement, short texts first.
  package static func cases(lengths: [Int]) -> [(form: RetentionForm, length: Int)] {
    lengths.flatMap { length in
      let forms: [RetentionForm] =
        (length <= longestParallel ? [.parallel] : [])
        + chunkLengths.map { .chunkwise(length: $0) } + [.recurrent]
      return forms.map { ($0, length) }
    }
  }

  /// - Parameters:
  ///   - seconds: the budget for all lengths. A measurement that would exceed it is skipped.
  ///   - memoryBytes: the available memory. A form and length that needs more is skipped.
  /// - Returns: the results, and what is skipped for lack of memory.
  package static func run(
    _ model: RetNetModel, lengths: [Int], threads: Int, seconds: Double, memoryBytes: Int
  ) throws -> (results: [Result], tooLarge: [(form: RetentionForm, length: Int)]) {
    let tokens = BenchmarkTokens.make(lengths.max() ?? 0, for: model)
    let inference = Inference(model, threads: threads)
    let count = OperationCount(model)
    func read(_ form: RetentionForm, _ length: Int) throws {
      var state = model.makeState()
      _ = try inference.logits(
        [Array(tokens.prefix(length))], form: form, norms: model.norms, state: &state, rows: .last)
    }
    func fits(_ form: RetentionForm, _ length: Int) -> Bool {
      inference.memory(batch: 1, time: length, form: form, rows: .last).bytes <= Double(memoryBytes)
    }
    let all = Self.cases(lengths: lengths)
    let cases = all.filter(fits)
    try read(.chunkwise(length: 64), min(lengths.min() ?? 1, 64))  // loads the weights into memory
    let samples = try TimedRounds.run(
      cases.map { form, length in
        TimedRounds.Trial(kind: "\(form)", work: count.prefill(form, tokens: length)) {
          try Stopwatch.seconds { try read(form, length) }
        }
      }, seconds: seconds, most: 9)
    let results = zip(cases, samples).compactMap { tried, samples in
      samples.map {
        Result(
          form: tried.form, length: tried.length, threads: threads, seconds: $0.median, runs: $0.runs,
          operations: count.prefill(tried.form, tokens: tried.length))
      }
    }
    return (results, all.filter { !fits($0.form, $0.length) })
  }
}
