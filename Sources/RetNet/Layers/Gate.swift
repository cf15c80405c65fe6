/// The swish gate: of Eq. 8 (around the group norm) and of the gated MLP alike.
///
///     y = swish(g) ⊙ x,   swish(g) = g σ(g)
enum SwishGate {
  /// - Parameters: g, x, y: `count` elements each; y is set and may be x.
  static func forward(
    gate g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count { y[i] = g[i] * VectorMath.sigmoid(g[i]) * x[i] }
  }

  /// dx = swish(g) ⊙ dy,   dg = dy ⊙ x ⊙ σ(g) (1 + g (1 − σ(g)))
  ///
  /// - Parameters: g, x: the inputs of `forward`; dg, dx are set; dx may be dy.
  static func backward(
    gate g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dGate dg: UnsafeMutablePointer<Float>, into dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count {
      let sigmoid = VectorMath.sigmoid(g[i])
      let d = dy[i]
      dg[i] = d * x[i] * sigmoid * (1 + g[i] * (1 - sigmoid))
      dx[i] = d * g[i] * sigmoid
    }
  }
}
