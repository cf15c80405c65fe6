import CKernels

/// Dropout (Srivastava et al. 2014): each entry is set to 0 with probability p, and the others are scaled to keep the
/// mean.
///
///     y = x ⊙ f,   f = 0 with probability p, else 1 / (1 − p)
///
/// f is a function of a key and the entry's index, so backward recomputes it from the same key.
package struct Dropout: Sendable, Hashable {
  /// p, from 0 up to but not including 1.
  package let probability: Double

  package init(probability: Double) {
    precondition(probability >= 0 && probability < 1, "dropout lies in 0..<1, found \(probability)")
    self.probability = probability
  }

  /// - Parameters:
  ///   - x, y: `count` elements each; y is set and may be x.
  package func forward(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, key: UInt64, count: Int) {
    apply(x, residual: nil, scale: 0, into: y, key: key, first: 0, count: count)
  }

  /// y ← a r + f ⊙ y, the sum of a sublayer's output and the residual stream.
  ///
  /// - Parameters:
  ///   - residual: r, `count` elements, as y.
  ///   - scale: a.
  ///   - first: the index of the first element.
  package func join(
    _ residual: UnsafePointer<Float>, times scale: Float, into y: UnsafeMutablePointer<Float>, key: UInt64, first: Int,
    count: Int
  ) {
    apply(y, residual: residual, scale: scale, into: y, key: key, first: first, count: count)
  }

  /// dx = f ⊙ dy; dx may be dy.
  package func backward(_ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, key: UInt64, count: Int) {
    forward(dy, into: dx, key: key, count: count)
  }

  private func apply(
    _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>?, scale: Float, into y: UnsafeMutablePointer<Float>,
    key: UInt64, first: Int, count: Int
  ) {
    let numbers = retnet_dropout(
      key: key, threshold: UInt32(probability * 0x1p32), kept: Float(1 / (1 - probability)))
    withUnsafePointer(to: numbers) { retnet_dropout($0, x, residual, scale, first, count, y) }
  }
}
