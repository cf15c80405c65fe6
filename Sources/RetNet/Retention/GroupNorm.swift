/// The group norm of Eq. 8: each head's output is normalized alone, one group per head and token.
///
/// It takes `[rows, valueDim]` with rows = tokens · heads, as the heads of a token lie side by side.
struct GroupNorm: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case off
    case rms(RMSNorm)
    case layer(LayerNorm)
  }

  let kind: Kind

  /// The norm that `options` ask of a layer whose own is `trained`.
  init(_ options: NormOptions, trained: RMSNorm) {
    let epsilon = options.epsilon ?? trained.epsilon
    kind =
      switch options.group {
      case .model: .rms(RMSNorm(columns: trained.columns, epsilon: epsilon, weight: trained.weight))
      case .rms: .rms(RMSNorm(columns: trained.columns, epsilon: epsilon, weight: nil))
      case .layer: .layer(LayerNorm(columns: trained.columns, epsilon: epsilon))
      case .off: .off
      }
  }

  func forward(
    _ x: Matrix<Float>, into y: Matrix<Float>, inverse: UnsafeMutablePointer<Float>, _ weights: Weights
  ) {
    switch kind {
    case .off: y.copy(x)
    case .rms(let norm): norm.forward(x, into: y, inverse: inverse, weights)
    case .layer(let norm): norm.forward(x, into: y, inverse: inverse)
    }
  }

  /// - Parameter dy: may be overwritten.
  func backward(
    _ x: Matrix<Float>, _ dy: Matrix<Float>, inverse: UnsafePointer<Float>, into dx: Matrix<Float>,
    _ weights: Weights, _ gradients: Gradients
  ) {
    switch kind {
    case .off: dx.copy(dy)
    case .rms(let norm): norm.backward(x, dy, inverse: inverse, into: dx, weights, gradients)
    case .layer(let norm): norm.backward(x, dy, inverse: inverse, into: dx)
    }
  }
}
