/// Dropout: each entry is left out with probability p, and the others grow by as much as is missing.
///
///     y = x ⊙ f,   f = 0 with probability p, else 1 / (1 − p)
struct Dropout: Sendable, Hashable {
  /// p, from 0 up to but not including 1.
  let probability: Double

  init(probability: Double) {
    precondition(probability >= 0 && probability < 1, "dropout lies in 0..<1, found \(probability)")
    self.probability = probability
  }

  /// - Parameters:
  ///   - x, y: `count` elements each; y is set and may be x.
  ///   - factors: f, `[count]`, set: what `backward` needs.
  func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, factors: UnsafeMutablePointer<Float>, count: Int,
    _ generator: inout SeededGenerator
  ) {
    let kept = Float(1 / (1 - probability))
    for i in 0..<count {
      factors[i] = generator.nextUniform() < probability ? 0 : kept
      y[i] = x[i] * factors[i]
    }
  }

  /// dx = f ⊙ dy
  func backward(
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, factors: UnsafePointer<Float>, count: Int
  ) {
    for i in 0..<count { dx[i] = dy[i] * factors[i] }
  }
}
