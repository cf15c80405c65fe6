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
  /// Norm 2 (`normalize_attn`) and norm 3 (`normalize_retn`); norm 1 is always on.
  public var norms: RetentionNorms

  public init(
    modelDim: Int, heads: Int, valueFactor: Int = 2, gate: Activation = .silu, preNorm: Bool = true,
    epsilon: Float = 1e-5, isCausal: Bool = true, norms: RetentionNorms = RetentionNorms()
  ) {
    self.modelDim = modelDim
    self.heads = heads
    self.valueFactor = valueFactor
    self.gate = gate
    self.preNorm = preNorm
    self.epsilon = epsilon
    self.isCausal = isCausal
    self.norms = norms
  }

  var layer: RetentionLayerShape {
    RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: heads, keyDim: modelDim, valueDim: modelDim * valueFactor,
      rotation: .neighbours(headDim: modelDim / max(heads, 1)), bias: true, gate: gate,
      groupNorm: .layer(affine: true), normEpsilon: epsilon, names: .module)
  }
}
