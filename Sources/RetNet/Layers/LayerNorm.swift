/// LayerNorm of each row, without weights.
///
///     y = (x − mean(x)) / r,   r = √(var(x) + ε)
struct LayerNorm: Sendable, Hashable {
  var columns: Int
  var epsilon: Float

  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - y: `[rows, columns]`, set.
  ///   - inverse: 1 / r of each row, `[rows]`, set: what `backward` needs.
  func forward(_ x: Matrix<Float>, into y: Matrix<Float>, inverse: UnsafeMutablePointer<Float>) {
    for n in 0..<x.rows {
      let (from, to) = (x.row(n), y.row(n))
      let mean = Self.mean(from, count: columns)
      for j in 0..<columns { to[j] = from[j] - mean }
      let scale = 1 / (VectorMath.dot(to, to, count: columns) / Float(columns) + epsilon).squareRoot()
      inverse[n] = scale
      for j in 0..<columns { to[j] *= scale }
    }
  }

  /// dx = (dy − mean(dy) − y mean(dy ⊙ y)) / r,  with y recomputed from x
  ///
  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, columns]`.
  ///   - dy: `[rows, columns]`.
  ///   - dx: `[rows, columns]`, set.
  func backward(_ x: Matrix<Float>, _ dy: Matrix<Float>, inverse: UnsafePointer<Float>, into dx: Matrix<Float>) {
    for n in 0..<x.rows {
      let (x, dy, dx, scale) = (x.row(n), dy.row(n), dx.row(n), inverse[n])
      let (mean, dMean) = (Self.mean(x, count: columns), Self.mean(dy, count: columns))
      var along: Float = 0
      for j in 0..<columns { along += dy[j] * (x[j] - mean) }
      along *= scale * scale / Float(columns)
      for j in 0..<columns { dx[j] = (dy[j] - dMean - (x[j] - mean) * along) * scale }
    }
  }

  private static func mean(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var sum: Float = 0
    for j in 0..<count { sum += x[j] }
    return sum / Float(count)
  }
}
