import RetNet

/// Decoding speed of a model: recurrent steps of one token each, with every weight type.
package enum DecodeBenchmark {
  package struct Result: Sendable, Hashable {
    package var type: WeightType
    package var threads: Int
    /// The median over the runs.
    package var secondsPerToken: Double
    package var runs: Int
    /// The fewest bytes that a token reads and writes (`DecodeTraffic`).
    package var bytesPerToken: Int

    package var tokensPerSecond: Double { 1 / secondsPerToken }

    /// The speed as a share of the speed that reading memory alone allows; nil if that was not measured.
    package func share(of limits: MachineLimits?) -> Double? {
      limits?.readingRate(type, threads: threads).map { Double(bytesPerToken) / secondsPerToken / $0 }
    }
  }

  /// - Parameters:
  ///   - threads: the numbers of threads to measure each type with.
  ///   - seconds: the budget for all measurements.
  ///   - memoryBytes: the available memory. A type that needs more than half of it is skipped. If all types together
  ///     need at most a quarter, they are measured in turns, otherwise one after the other.
  package static func run(
    _ model: RetNetModel, threads: [Int], seconds: Double, memoryBytes: Int
  ) throws -> [Result] {
    let sizes = WeightType.allCases.map { (type: $0, bytes: model.parameterCount * $0.bits / 8) }
    let fitting = sizes.filter { $0.bytes <= memoryBytes / 2 }
    let isSmall = fitting.reduce(0) { $0 + $1.bytes } <= memoryBytes / 4
    let groups = isSmall ? [fitting.map(\.type)] : fitting.map { [$0.type] }
    return try groups.flatMap { try run(model, types: $0, threads, seconds: seconds / Double(groups.count)) }
  }

  private static func run(
    _ model: RetNetModel, types: [WeightType], _ threads: [Int], seconds: Double
  ) throws -> [Result] {
    var decoders: [Decoder] = []
    for type in types {
      let stored = model.storing(type)
      for count in threads { decoders.append(try Decoder(stored, type, threads: count)) }
    }
    let samples = try TimedRounds.run(
      decoders.indices.map { index in
        TimedRounds.Trial(kind: "\(index)") { try decoders[index].secondsPerToken() }
      }, seconds: seconds)
    return zip(decoders, samples).compactMap { decoder, samples in
      samples.map {
        Result(
          type: decoder.type, threads: decoder.inference.threads, secondsPerToken: $0.median, runs: $0.runs,
          bytesPerToken: DecodeTraffic(model, storedAs: decoder.type).bytes)
      }
    }
  }

  /// A model whose state is not empty.
  private final class Decoder {
    let type: WeightType
    let inference: Inference
    private let tokens: [Int]
    private var state: ModelState
    /// Steps of one run.
    private var steps = 1

    /// Tokens read before the first measurement.
    private static let opening = 64
    private static let secondsPerRun = 0.04

    init(_ model: RetNetModel, _ type: WeightType, threads: Int) throws {
      self.type = type
      inference = Inference(model, threads: threads)
      tokens = BenchmarkTokens.make(256, for: model)
      state = model.makeState()
      _ = try inference.logits(
        [Array(tokens.prefix(Self.opening))], form: .chunkwise(length: Self.opening), norms: model.norms,
        state: &state, rows: .none)
      _ = try secondsPerToken()  // loads the weights into memory
      steps = min(max(Int(Self.secondsPerRun / max(try secondsPerToken(), 1e-9)), 1), tokens.count)
    }

    func secondsPerToken() throws -> Double {
      let seconds = try Stopwatch.seconds {
        for token in tokens.prefix(steps) {
          _ = try inference.step(token, norms: inference.model.norms, state: &state)
        }
      }
      return seconds / Double(steps)
    }
  }
}
