import RetNet

/// Tokens to measure with: random ones, as no speed here depends on which they are.
enum BenchmarkTokens {
  /// - Returns: `count` tokens, the same at each call.
  static func make(_ count: Int, for model: RetNetModel) -> [Int] {
    var generator = SeededGenerator(seed: 1)
    let vocabulary = model.configuration.vocabularySize
    return (0..<count).map { _ in Int.random(in: 0..<vocabulary, using: &generator) }
  }
}
