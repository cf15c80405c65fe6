/// The group norm of Eq. 8: each head's output is normalized alone, one group per head and token.
///
/// It takes `[rows, valueDim]` with rows = tokens · heads, as the heads of a token lie side by side.
package struct GroupNorm: Sendable, Hashable {
  package let valueDim: Int
  /// What the layer was trained with, weights included.
  package let trained: Norm
  /// The ε it was trained with.
  package let epsilon: Float

  /// - Parameter name: what stands before `.weight` and `.bias` in the checkpoint.
  package init(_ shape: NormShape, name: String, valueDim: Int, epsilon: Float, _ layout: inout ParameterLayout) {
    self.valueDim = valueDim
    self.epsilon = epsilon
    trained = Norm(shape, name: name, columns: valueDim, epsilon: epsilon, &layout)
  }

  /// The norm that `options` ask for.
  package func norm(_ options: NormOptions) -> Norm {
    let epsilon = options.epsilon ?? epsilon
    return switch options.group {
    case .model: trained.with(epsilon: epsilon)
    case .rms: .rms(RMSNorm(columns: valueDim, epsilon: epsilon))
    case .layer: .layer(LayerNorm(columns: valueDim, epsilon: epsilon))
    case .off: .off
    }
  }
}
