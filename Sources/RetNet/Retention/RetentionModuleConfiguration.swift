/// The shape of a stand-alone `MultiScaleRetention` as retnet-pytorch has it: biases everywhere, LayerNorm before and per
/// head, neighbouring pairs rotated.
public struct RetentionModuleConfiguration: Sendable, Hashable {
  /// Width of input and output (`dim_model`), and of queries and keys of all heads.
  public var modelDim: Int
  /// (`num_heads`)
  public var heads: Int
  /// Width of the values of all heads, in model widths (`value_factor`).
  public var valueFactor: Int
  /// Activation of the output gate (`gate_fn`).
  public var gate: Activation
  /// Whether a LayerNorm comes before the projections (`pre_norm`).
  public var preNorm: Bool
  /// ε of both LayerNorms (`layer_norm_eps`).
  public var epsilon: Float
  /// Whether a token reads only its past (`causal`); else both directions, in the parallel form.
  public var isCausal: Bool
  /// Whether norm 2 is on (`normalize_attn`); norm 1 always is.
  public var norm2: Bool
  /// Whether the paper's norm 3 is on (`normalize_retn`).
  public var norm3: Bool

  /// retnet-pytorch's defaults. `MultiScaleRetention` checks the values.
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

  /// The norms that the module was trained with.
  public var norms: RetentionNorms { RetentionNorms(norm1: true, norm2: norm2, norm3: norm3 ? .paper : .off) }

  package var layer: RetentionLayerShape {
    RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: heads, keyDim: modelDim, valueDim: modelDim * valueFactor,
      rotation: .neighbours(headDim: modelDim / max(heads, 1)), bias: true, gate: gate,
      groupNorm: .layer(affine: true), normEpsilon: epsilon, names: .module)
  }

  /// - Throws: `RetNetError.value` where the widths cannot be multiplied out.
  package func requireWidths() throws(RetNetError) {
    let widths = RetentionLayerShape.widths
    try RetNetError.require(widths.contains(modelDim), "model's width", modelDim, "1 to \(widths.upperBound)")
    try RetNetError.require(widths.contains(valueFactor), "value factor", valueFactor, "1 to \(widths.upperBound)")
  }
}
