import RetNet

/// Tests whether the time of a step is independent of the number of tokens before it.
package enum PositionBenchmark {
  /// The time of a step at one position.
  package struct Point: Sendable, Hashable {
    package var position: Int
    /// The median over the runs.
    package var secondsPerToken: Double
  }

  package static let positions = [1, 10, 100, 1_000, 10_000, 100_000]

  /// The time at position 100,000 divided by that at position 100; nil if either was not measured.
  package static func ratio(_ points: [Point]) -> Double? {
    guard let near = points.first(where: { $0.position == 100 }),
      let far = points.first(where: { $0.position == 100_000 })
    else { return nil }
    return far.secondsPerToken / near.secondsPerToken
  }

  /// Tokens read before the measurement.
  private static let filled = 1000
  /// Steps of one run.
  private static let steps = 8

  /// Measures steps from the state after `filled` tokens, with its position set to each of `positions`. A longer text would
  /// change nothing else that affects the work of a step.
  package static func run(_ model: RetNetModel, threads: Int, seconds: Double) throws -> [Point] {
    let tokens = BenchmarkTokens.make(filled, for: model)
    let inference = Inference(model, threads: threads)
    var state = model.makeState()
    _ = try inference.logits(
      [tokens], form: .chunkwise(length: 64), norms: model.norms, state: &state, rows: .none)
    func time(at position: Int) throws -> Double {
      for index in state.layers.indices { state.layers[index].position = position }
      return try Stopwatch.seconds {
        for token in tokens.prefix(steps) { _ = try inference.step(token, norms: model.norms, state: &state) }
      } / Double(steps)
    }
    _ = try time(at: 1)  // loads the weights into memory
    let samples = try TimedRounds.run(
      positions.map { position in TimedRounds.Trial(kind: "\(position)") { try time(at: position) } },
      seconds: seconds, most: 200)
    return zip(positions, samples).compactMap { position, samples in
      samples.map { Point(position: position, secondsPerToken: $0.median) }
    }
  }
}
