/// The shape of a RetNet language model, as `config.json` of the flash-linear-attention layout states it.
public struct ModelConfiguration: Sendable, Hashable {
  public var vocabularySize: Int
  /// Width of the residual stream (`hidden_size`).
  public var modelDim: Int
  public var layers: Int
  /// Query heads per layer.
  public var heads: Int
  /// Key and value heads per layer (`num_kv_heads`); each serves `heads / keyValueHeads` query heads.
  public var keyValueHeads: Int
  /// Total width of the queries (`expand_k` · `hidden_size`).
  public var keyDim: Int
  /// Total width of the retention's output (`expand_v` · `hidden_size`).
  public var valueDim: Int
  /// Width of the gated MLP (`intermediate_size`, or what `hidden_ratio` makes of `hidden_size`).
  public var feedForwardDim: Int
  /// ε of every norm (`norm_eps`).
  public var normEpsilon: Float = 1e-6
  /// Whether the group norm and the layer norms carry weights (`elementwise_affine`).
  public var normWeights: Bool = true
  /// Whether the output gate of Eq. 8 is there (`use_output_gate`).
  public var outputGate: Bool = true
  /// Whether the head reads logits with the embedding's weights (`tie_word_embeddings`).
  public var tiedHead: Bool = false
  public var bosToken: Int = 1
  public var eosToken: Int = 2
  /// The norms the model was trained with (`retention_norms`); norm 1 alone where the key is absent.
  public var norms: RetentionNorms = RetentionNorms()

  /// d_k of one head.
  public var headDim: Int { keyDim / heads }
  /// d_v of one head.
  public var headValueDim: Int { valueDim / heads }

  public init(
    vocabularySize: Int, modelDim: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil, keyDim: Int? = nil,
    valueDim: Int? = nil, feedForwardDim: Int
  ) {
    self.vocabularySize = vocabularySize
    self.modelDim = modelDim
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.keyDim = keyDim ?? modelDim
    self.valueDim = valueDim ?? 2 * modelDim
    self.feedForwardDim = feedForwardDim
  }
}

extension ModelConfiguration {
  /// The retention layer of each block.
  var retentionLayer: RetentionLayerShape {
    RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: keyValueHeads, keyDim: keyDim, valueDim: valueDim,
      rotation: .halves(headDim: headDim), gate: outputGate ? .silu : nil, groupNorm: .rms(weight: normWeights),
      normEpsilon: normEpsilon, names: .fla(gate: outputGate))
  }
}
