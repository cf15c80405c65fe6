/// The group norm of Eq. 8: one group per head and token.
///
/// Its input is `[rows, valueDim]` with rows = tokens · heads, as the heads of a token are adjacent in memory.
package struct GroupNorm: Sendable, Hashable {
  package let valueDim: Int
  /// The norm of the trained layer, with its weights.
  package let trained: Norm
  /// The ε of the trained layer.
  package let epsilon: Float

  /// - Parameter name: the tensors' name in the checkpoint without `.weight` and `.bias`.
  package init(_ shape: NormShape, name: String, valueDim: Int, epsilon: Float, _ layout: inout ParameterLayout) {
    self.valueDim = valueDim
    self.epsilon = epsilon
    trained = Norm(shape, name: name, columns: valueDim, epsilon: epsilon, &layout)
  }

  /// The norm that `options` select.
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
