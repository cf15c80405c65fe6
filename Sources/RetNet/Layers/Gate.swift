import CKernels

/// The gate of Eq. 8 (after the group norm) and of the gated MLP.
///
///     y = f(g) ⊙ x,   f the activation
package struct Gate: Sendable, Hashable {
  package let activation: Activation

  /// - Parameters: g, x, y: `count` elements each; y is set and may be x.
  package func forward(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch activation {
    case .silu: retnet_silu_gate(g, x, count, y)
    case .gelu: Self.forward(Activation.Gelu.self, g, x, y, count)
    case .relu: Self.forward(Activation.Relu.self, g, x, y, count)
    case .selu: Self.forward(Activation.Selu.self, g, x, y, count)
    case .sigmoid: Self.forward(Activation.Sigmoid.self, g, x, y, count)
    }
  }

  /// dx = f(g) ⊙ dy,   dg = f′(g) ⊙ x ⊙ dy
  ///
  /// - Parameters: g, x: the inputs of `forward`; dg, dx are set; dx may be dy.
  package func backward(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dGate dg: UnsafeMutablePointer<Float>, into dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch activation {
    case .silu: retnet_silu_gate_backward(g, x, dy, count, dg, dx)
    case .gelu: Self.backward(Activation.Gelu.self, g, x, dy, dg, dx, count)
    case .relu: Self.backward(Activation.Relu.self, g, x, dy, dg, dx, count)
    case .selu: Self.backward(Activation.Selu.self, g, x, dy, dg, dx, count)
    case .sigmoid: Self.backward(Activation.Sigmoid.self, g, x, dy, dg, dx, count)
    }
  }

  @inline(__always)
  private static func forward<F: ScalarFunction>(
    _: F.Type, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count { y[i] = F.value(g[i]) * x[i] }
  }

  @inline(__always)
  private static func backward<F: ScalarFunction>(
    _: F.Type, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    _ dg: UnsafeMutablePointer<Float>, _ dx: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count {
      let (value, slope) = F.valueAndSlope(g[i])
      let d = dy[i]
      dg[i] = d * x[i] * slope
      dx[i] = d * value
    }
  }
}
