import Foundation

/// The elementwise functions of gates and MLPs, each with its derivative.
///
/// `silu` is also known as swish; `gelu` is the exact form with erf.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// x σ(x)
  case silu
  /// x Φ(x), Φ(x) = ½ erfc(−x / √2)
  case gelu
  /// max(x, 0)
  case relu
  /// λ x for x > 0, else λ α (eˣ − 1) (Klambauer et al. 2017)
  case selu
  /// σ(x) = 1 / (1 + e^(−x))
  case sigmoid

  /// The activation of a name: that of its case, or `swish` for `silu`; nil if there is none.
  package init?(name: String) {
    self.init(rawValue: name == "swish" ? "silu" : name)
  }

  /// y = f(x)
  ///
  /// - Parameters: x, y: `count` elements each; y is set and may be x.
  package func forward(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .silu: Self.forward(Silu.self, x, y, count)
    case .gelu: Self.forward(Gelu.self, x, y, count)
    case .relu: Self.forward(Relu.self, x, y, count)
    case .selu: Self.forward(Selu.self, x, y, count)
    case .sigmoid: Self.forward(Sigmoid.self, x, y, count)
    }
  }

  /// dx = f′(x) ⊙ dy
  ///
  /// - Parameters: x: the input of `forward`; dx is set and may be dy.
  package func backward(
    _ x: UnsafePointer<Float>, dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .silu: Self.backward(Silu.self, x, dy, dx, count)
    case .gelu: Self.backward(Gelu.self, x, dy, dx, count)
    case .relu: Self.backward(Relu.self, x, dy, dx, count)
    case .selu: Self.backward(Selu.self, x, dy, dx, count)
    case .sigmoid: Self.backward(Sigmoid.self, x, dy, dx, count)
    }
  }

  @inline(__always)
  private static func forward<F: ScalarFunction>(
    _: F.Type, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count { y[i] = F.value(x[i]) }
  }

  @inline(__always)
  private static func backward<F: ScalarFunction>(
    _: F.Type, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count { dx[i] = dy[i] * F.valueAndSlope(x[i]).slope }
  }
}

/// f(x) and f′(x). Each function is a type, so that generic loops are specialized and inlined.
protocol ScalarFunction {
  static func value(_ x: Float) -> Float
  static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float)
}

extension Activation {
  enum Silu: ScalarFunction {
    @inline(__always) package static func value(_ x: Float) -> Float { x * VectorMath.sigmoid(x) }

    @inline(__always) static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float) {
      let sigmoid = VectorMath.sigmoid(x)
      return (x * sigmoid, sigmoid * (1 + x * (1 - sigmoid)))
    }
  }

  enum Gelu: ScalarFunction {
    @inline(__always) package static func value(_ x: Float) -> Float { x * normalCDF(x) }

    @inline(__always) static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float) {
      let cdf = normalCDF(x)
      return (x * cdf, cdf + x * 0.398_942_28 * VectorMath.exp(-0.5 * x * x))  // φ(x) = e^(−x²/2) / √(2π)
    }

    /// Φ(x) by erfc: 1 + erf(x) would cancel in the left tail.
    @inline(__always) private static func normalCDF(_ x: Float) -> Float { 0.5 * erfc(x * -0.707_106_78) }
  }

  enum Relu: ScalarFunction {
    @inline(__always) package static func value(_ x: Float) -> Float { x > 0 ? x : 0 }

    @inline(__always) static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float) {
      x > 0 ? (x, 1) : (0, 0)
    }
  }

  enum Selu: ScalarFunction {
    private static var scale: Float { 1.050_700_99 }
    private static var scaledAlpha: Float { 1.758_099_34 }

    @inline(__always) package static func value(_ x: Float) -> Float { x > 0 ? scale * x : scaledAlpha * expm1(x) }

    @inline(__always) static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float) {
      x > 0 ? (scale * x, scale) : (scaledAlpha * expm1(x), scaledAlpha * VectorMath.exp(x))
    }
  }

  enum Sigmoid: ScalarFunction {
    @inline(__always) package static func value(_ x: Float) -> Float { VectorMath.sigmoid(x) }

    @inline(__always) static func valueAndSlope(_ x: Float) -> (value: Float, slope: Float) {
      let sigmoid = VectorMath.sigmoid(x)
      return (sigmoid, sigmoid * (1 - sigmoid))
    }
  }
}
