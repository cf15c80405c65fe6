import RetNet

/// Random tokens for benchmarks. No measured speed depends on their values.
enum BenchmarkTokens {
  /// - Returns: `count` tokens, the same in every call.
  static func make(_ count: Int, for model: RetNetModel) -> [Int] {
    var generator = SeededGenerator(seed: 1)
    let vocabulary = model.configuration.vocabularySize
    return (0..<count).map { _ in Int.random(in: 0..<vocabulary, using: &generator) }
  }
}
