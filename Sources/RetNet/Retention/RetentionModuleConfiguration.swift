/// The configuration of a stand-alone ``MultiScaleRetention`` in the layout of retnet-pytorch: biases in all
/// projections, LayerNorm as pre-norm and group norm, rotation of neighbouring pairs.
public struct RetentionModuleConfiguration: Sendable, Hashable {
  /// The width of input and output (`dim_model`), and of the queries and keys of all heads.
  public var modelDim: Int
  /// The number of heads (`num_heads`).
  public var heads: Int
  /// The width of the values of all heads divided by `modelDim` (`value_factor`).
  public var valueFactor: Int
  /// The activation of the output gate (`gate_fn`).
  public var gate: Activation
  /// Whether the layer has a LayerNorm before the projections (`pre_norm`).
  public var preNorm: Bool
  /// ε of both LayerNorms (`layer_norm_eps`).
  public var epsilon: Float
  /// Whether the mask is causal (`causal`). A bidirectional layer needs the parallel form.
  public var isCausal: Bool
  /// Whether norm 2 is on (`normalize_attn`). Norm 1 is always on.
  public var norm2: Bool
  /// Whether the paper's norm 3 is on (`normalize_retn`).
  public var norm3: Bool

  /// A configuration with retnet-pytorch's defaults. ``MultiScaleRetention`` checks the values.
  ///
  /// - Parameters:
  ///   - modelDim: the width of input and output.
  ///   - heads: the number of heads.
  ///   - valueFactor: the width of the values divided by `modelDim`.
  ///   - gate: the activation of the output gate.
  ///   - preNorm: whether the layer has a LayerNorm before the projections.
  ///   - epsilon: ε of both LayerNorms.
  ///   - isCausal: whether the mask is causal.
  ///   - norm2: whether norm 2 is on.
  ///   - norm3: whether the paper's norm 3 is on.
  public init(
    modelDim: Int, heads: Int, valueFactor: Int = 2, gate: Activation = .silu, preNorm: Bool = true,
    epsilon: Float = 1e-5, isCausal: Bool = true, norm2: Bool = false, norm3: Bool = false
  ) {
    self.modelDim = modelDim
    self.heads = heads
    self.valueFactor = valueFactor
    self.gate = gate
    self.preNorm = preNorm
    self.epsilon = epsilon
    self.isCausal = isCausal
    self.norm2 = norm2
    self.norm3 = norm3
  }

  /// The norms of the trained module.
  public var norms: RetentionNorms { RetentionNorms(norm1: true, norm2: norm2, norm3: norm3 ? .paper : .off) }

  package var layer: RetentionLayerShape {
    RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: heads, keyDim: modelDim, valueDim: modelDim * valueFactor,
      rotation: .neighbours(headDim: modelDim / max(heads, 1)), bias: true, gate: gate,
      groupNorm: .layer(affine: true), normEpsilon: epsilon, names: .module)
  }

  /// - Throws: `RetNetError.value` if a width is out of range, so that products of widths could overflow.
  package func requireWidths() throws(RetNetError) {
    let widths = RetentionLayerShape.widths
    try RetNetError.require(widths.contains(modelDim), "model's width", modelDim, "1 to \(widths.upperBound)")
    try RetNetError.require(widths.contains(valueFactor), "value factor", valueFactor, "1 to \(widths.upperBound)")
  }
}
