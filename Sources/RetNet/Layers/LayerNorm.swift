/// LayerNorm of each row, with or without a weight and a bias per column.
///
///     y = w ⊙ x̂ + b,   x̂ = (x − mean(x)) / r,   r = √(var(x) + ε)
package struct LayerNorm: Sendable, Hashable {
  package var columns: Int
  package var epsilon: Float
  /// w, `[columns]`; nil is all ones.
  package var weight: Parameter?
  /// b, `[columns]`; nil is zero.
  package var bias: Parameter?

  /// Normalizes one row.
  ///
  /// - Parameters:
  ///   - x: `[columns]`.
  ///   - y: `[columns]`, set.
  /// - Returns: 1 / r, which `backward` needs.
  package static func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, columns: Int, epsilon: Float,
    weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?
  ) -> Float {
    let mean = mean(x, count: columns)
    for j in 0..<columns { y[j] = x[j] - mean }
    let inverse = 1 / (VectorMath.dot(y, y, count: columns) / Float(columns) + epsilon).squareRoot()
    if let weight {
      for j in 0..<columns { y[j] *= inverse * weight[j] }
    } else {
      for j in 0..<columns { y[j] *= inverse }
    }
    if let bias {
      for j in 0..<columns { y[j] += bias[j] }
    }
    return inverse
  }

  /// With dx̂ = w ⊙ dy, and x̂ recomputed from x:
  ///
  ///     dx = (dx̂ − mean(dx̂) − x̂ mean(dx̂ ⊙ x̂)) / r     dw += Σ dy ⊙ x̂     db += Σ dy
  ///
  /// - Parameters:
  ///   - x: the input of `forward`, row by row, `[rows, columns]`.
  ///   - dy: `[rows, columns]`; overwritten with w ⊙ dy.
  ///   - dx: `[rows, columns]`, set, or added to if `adding` is true.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MutableMatrixView<Float>, inverse: UnsafePointer<Float>,
    into dx: MutableMatrixView<Float>, adding: Bool = false, _ weights: Weights, _ gradients: Gradients
  ) {
    for n in 0..<x.rows {
      let (x, dy, dx, scale) = (x.row(n), dy.row(n), dx.row(n), inverse[n])
      let mean = Self.mean(x, count: columns)
      if let bias {
        let db = gradients[bias]
        for j in 0..<columns { db[j] += dy[j] }
      }
      if let weight {
        let (w, dw) = (weights[weight], gradients[weight])
        for j in 0..<columns {
          dw[j] += dy[j] * (x[j] - mean) * scale
          dy[j] *= w[j]
        }
      }
      let dMean = Self.mean(dy, count: columns)
      var along: Float = 0
      for j in 0..<columns { along += dy[j] * (x[j] - mean) }
      along *= scale * scale / Float(columns)
      if adding {
        for j in 0..<columns { dx[j] += (dy[j] - dMean - (x[j] - mean) * along) * scale }
      } else {
        for j in 0..<columns { dx[j] = (dy[j] - dMean - (x[j] - mean) * along) * scale }
      }
    }
  }

  private static func mean(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var sum: Float = 0
    for j in 0..<count { sum += x[j] }
    return sum / Float(count)
  }
}
