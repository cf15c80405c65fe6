import CKernels

/// Dropout (Srivastava et al. 2014): each entry is left out with probability p, and the others grow by as much as is missing.
///
///     y = x ⊙ f,   f = 0 with probability p, else 1 / (1 − p)
///
/// f follows from a key and the entry's index alone: backward takes the same key again, and nothing is kept.
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

  /// y ← a r + f ⊙ y, where a branch joins the residual stream.
  ///
  /// - Parameters:
  ///   - residual: r, `count` elements, as y.
  ///   - scale: a.
  ///   - first: the index of the first of them.
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
