import Foundation

/// The shape of a RetNet language model, read from a `config.json` of any dialect.
public struct ModelConfiguration: Sendable, Hashable {
  /// The layout of the checkpoint: `fla` or `torchscale`.
  package var dialect: Dialect = .fla
  /// The number of tokens in the vocabulary. Tokens are numbered from 0.
  public package(set) var vocabularySize: Int
  /// The width of the residual stream (fla's `hidden_size`, torchscale's `decoder_embed_dim`).
  public package(set) var modelDim: Int
  /// The number of blocks.
  public package(set) var layers: Int
  /// Query heads per layer.
  public package(set) var heads: Int
  /// Key and value heads per layer (`num_kv_heads`). Each is shared by `heads / keyValueHeads` query heads.
  package var keyValueHeads: Int
  /// The total width of the queries (`expand_k` · `hidden_size`).
  public package(set) var keyDim: Int
  /// The total width of the retention's output (`expand_v` · `hidden_size`, `decoder_value_embed_dim`).
  public package(set) var valueDim: Int
  /// The width of the gated MLP (`intermediate_size` or `hidden_ratio`; `decoder_ffn_embed_dim`).
  package var feedForwardDim: Int
  /// The MLP's activation (`hidden_act`, `activation_fn`). The retention's gate is always swish.
  package var activation: Activation = .silu
  /// ε of every norm (`norm_eps`, `layernorm_eps`).
  package var normEpsilon: Float = 1e-6
  /// Whether the group norm has weights (`elementwise_affine`); torchscale's has none.
  package var groupNormWeights: Bool = true
  /// Whether the layer has the output gate of Eq. 8 (`use_output_gate`).
  package var outputGate: Bool = true
  /// Whether group norm and gate are one module in flash-linear-attention, which changes the name of the norm's weight.
  package var fusedGateNorm: Bool = true
  /// Whether the output layer uses the embedding's weights (`tie_word_embeddings`, `share_decoder_input_output_embed`).
  package var tiedHead: Bool = false
  /// Pre-norm, with a final norm, or post-norm, without one (`decoder_normalize_before`).
  package var preNorm: Bool = true
  /// Whether the residual stream is scaled by `residualScale` before each sum (`deepnorm`).
  package var deepNorm: Bool = false
  /// Whether the embedding is scaled by √modelDim (`no_scale_embedding` is false).
  package var scalesEmbedding: Bool = false
  /// Whether the embedding is normalized (`layernorm_embedding`).
  package var normalizesEmbedding: Bool = false
  package var bosToken: Int = 1
  package var eosToken: Int = 2
  /// The norms of the trained model (`retention_norms`); the dialect's if the key is absent.
  package var norms: RetentionNorms = RetentionNorms()

  /// d_k of one head.
  public var headDim: Int { keyDim / heads }
  /// d_v of one head.
  public var headValueDim: Int { valueDim / heads }
  /// The number of entries of S in one layer.
  package var stateCount: Int { heads * headDim * headValueDim }
  /// The bytes of the state of one text: S in Float32, z and c in Double.
  public var stateBytes: Int { layers * heads * (4 * headDim * headValueDim + 8 * headDim + 8) }
  /// α of the residual sums: (2 L)^¼ under deepnorm, else 1.
  package var residualScale: Float { deepNorm ? Float(pow(2 * Double(layers), 0.25)) : 1 }
  /// The factor of the embedding: √modelDim if it is scaled, else 1.
  package var embeddingScale: Float { scalesEmbedding ? Float(modelDim).squareRoot() : 1 }
  /// The rotation of queries and keys.
  package var rotation: XPos {
    dialect == .torchscale ? .neighbours(headDim: headDim) : .halves(headDim: headDim)
  }

  /// The shape of every block's retention layer.
  var retentionLayer: RetentionLayerShape {
    RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: keyValueHeads, keyDim: keyDim, valueDim: valueDim,
      rotation: rotation, gate: outputGate ? .silu : nil, groupNorm: .rms(weight: groupNormWeights),
      normEpsilon: normEpsilon, names: TensorNames(self).retentionTensors)
  }

  package init(
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
  /// Reads `config.json`.
  ///
  /// - Parameters:
  ///   - dialect: nil to detect it from keys and tensor names.
  ///   - tensors: names and shapes of the tensors, if known.
  /// - Throws: `ModelError` naming the key.
  package init(json: Data, dialect: Dialect? = nil, tensors: [String: [Int]] = [:]) throws {
    self = try Self.reading(json, dialect: dialect, tensors: tensors).configuration
  }

  /// `init(json:)`, with the evidence for the dialect, whether this project wrote the file, and the quantization.
  package static func reading(
    _ json: Data, dialect: Dialect?, tensors: [String: [Int]]
  ) throws -> (configuration: ModelConfiguration, choice: DialectChoice, isNative: Bool, quantization: WeightType?) {
    let object = try ConfigurationObject(json)
    let choice = try DialectChoice(dialect, object, names: tensors.keys.sorted())
    let configuration =
      switch choice.dialect {
      case .fla: try ModelConfiguration(fla: object)
      case .torchscale: try ModelConfiguration(torchscale: object, tensors: tensors)
      case .msr: throw ModelError.module(evidence: choice.evidence)
      }
    try configuration.validate()
    return (configuration, choice, object.has("retention_norms"), try WeightType.quantization(object))
  }

  /// The `config.json` of this configuration.
  package func json() throws -> Data {
    var object = dialect == .torchscale ? torchscaleObject : flaObject
    object["retention_norms"] =
      ["norm1": norms.norm1, "norm2": norms.norm2, "norm3": norms.norm3.rawValue] as [String: Any]
    return try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
  }

  /// The norms of `retention_norms`. Absent keys have the dialect's defaults.
  package func norms(_ object: ConfigurationObject) throws -> RetentionNorms {
    let defaults = dialect.norms
    guard let norms = try object.object("retention_norms") else { return defaults }
    try ConfigurationKeys.retentionNorms.check(norms)
    let scores = RetentionNorms.Score.allCases.map(\.rawValue)
    let score = try norms.string("norm3", oneOf: scores, default: defaults.norm3.rawValue)
    return RetentionNorms(
      norm1: try norms.boolean("norm1", default: defaults.norm1),
      norm2: try norms.boolean("norm2", default: defaults.norm2),
      norm3: RetentionNorms.Score(rawValue: score) ?? defaults.norm3)
  }

  /// The most entries of a state, far above any model's: it rejects absurd shapes.
  private static let largestState = 1 << 34

  /// Throws `ModelError` if the heads do not divide the widths, or the state is too large.
  package func validate() throws {
    func require(_ fits: Bool, _ key: String, _ found: Int, _ expected: String) throws {
      if !fits { throw ModelError.configuration(key: key, found: "\(found)", expected: expected) }
    }
    let headsKey = dialect == .torchscale ? "decoder_retention_heads" : "num_heads"
    try require(heads % keyValueHeads == 0, "num_kv_heads", keyValueHeads, "a divisor of num_heads = \(heads)")
    try require(
      keyDim % (2 * heads) == 0, headsKey, heads, "heads that divide the key width \(keyDim) into even widths")
    try require(valueDim % heads == 0, headsKey, heads, "heads that divide the value width \(valueDim)")
    let state = layers.multipliedReportingOverflow(by: keyDim).partialValue
      .multipliedReportingOverflow(by: headValueDim)
    try require(
      !state.overflow && state.partialValue <= Self.largestState, headsKey, heads,
      "more heads, or narrower ones: the state would have \(state.overflow ? "over 2^63" : "\(state.partialValue)") entries"
    )
  }
}
