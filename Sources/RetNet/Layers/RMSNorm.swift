import CKernels

/// Root mean square norm of each row, with or without a weight per column.
///
///     y = w ⊙ x / r,   r = √(mean(x²) + ε)
package struct RMSNorm: Sendable, Hashable {
  package var columns: Int
  package var epsilon: Float
  /// w, `[columns]`; nil is all ones.
  package var weight: Parameter?

  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - y: `[rows, columns]`, set.
  ///   - inverse: 1 / r of each row, `[rows]`, set; `backward` needs it.
  package func forward(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, inverse: UnsafeMutablePointer<Float>, _ weights: Weights
  ) {
    let weight = weight.map { weights[$0] }
    for n in 0..<x.rows {
      inverse[n] = Self.forward(x.row(n), into: y.row(n), columns: columns, epsilon: epsilon, weight: weight)
    }
  }

  /// Normalizes one row. Returns 1 / r.
  package static func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, columns: Int, epsilon: Float,
    weight: UnsafePointer<Float>?
  ) -> Float {
    let inverse = 1 / (VectorMath.dot(x, x, count: columns) / Float(columns) + epsilon).squareRoot()
    retnet_scaled(x, weight, inverse, columns, y)
    return inverse
  }

  /// dx = (w ⊙ dy − x mean(w ⊙ dy ⊙ x) / r²) / r,   dw += Σ dy ⊙ x / r
  ///
  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, columns]`.
  ///   - dy: `[rows, columns]`; overwritten with w ⊙ dy.
  ///   - dx: `[rows, columns]`, set, or added to if `adding` is true.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MutableMatrixView<Float>, inverse: UnsafePointer<Float>,
    into dx: MutableMatrixView<Float>, adding: Bool = false, _ weights: Weights, _ gradients: Gradients
  ) {
    for n in 0..<x.rows {
      let (x, dy, dx, scale) = (x.row(n), dy.row(n), dx.row(n), inverse[n])
      if let weight { retnet_weight_backward(x, weights[weight], scale, columns, dy, gradients[weight]) }
      let along = VectorMath.dot(dy, x, count: columns) / Float(columns) * scale * scale
      retnet_rms_backward(x, dy, along, scale, adding ? 1 : 0, columns, dx)
    }
  }
}
