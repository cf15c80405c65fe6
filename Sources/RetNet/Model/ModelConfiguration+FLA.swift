import Foundation

/// `config.json` in the layout of flash-linear-attention. An absent key has that library's default, as its tools omit
/// default values.
extension ModelConfiguration {
  /// Throws `ModelError` naming the key.
  package init(fla object: ConfigurationObject) throws {
    try ConfigurationKeys.fla.check(object)
    if object.has("model_type") { _ = try object.string("model_type", oneOf: ["retnet"], default: "retnet") }
    let modelDim = try object.integer("hidden_size", 1...131_072, default: 2048)
    let heads = try object.integer("num_heads", 1...1024, default: 8)
    self.init(
      vocabularySize: try object.integer("vocab_size", 1...16_777_216, default: 32_000), modelDim: modelDim,
      layers: try object.integer("num_hidden_layers", 1...4096, default: 24), heads: heads,
      keyValueHeads: try object.integer("num_kv_heads", 1...1024, default: heads),
      keyDim: try Self.width(object, "expand_k", default: 1, modelDim: modelDim),
      valueDim: try Self.width(object, "expand_v", default: 2, modelDim: modelDim),
      feedForwardDim: try Self.feedForwardDim(object, modelDim: modelDim))
    normEpsilon = Float(try object.number("norm_eps", 0...1, default: 1e-6))
    groupNormWeights = try object.boolean("elementwise_affine", default: true)
    outputGate = try object.boolean("use_output_gate", default: true)
    // The library fuses norm and gate only for the name "swish".
    let act = try object.string("hidden_act", oneOf: ["swish", "silu"], default: "swish")
    fusedGateNorm = try object.boolean("fuse_norm", default: true) && act == "swish"
    tiedHead = try object.boolean("tie_word_embeddings", default: false)
    bosToken = try object.integer("bos_token_id", 0...vocabularySize - 1, default: min(1, vocabularySize - 1))
    eosToken = try object.integer("eos_token_id", 0...vocabularySize - 1, default: min(2, vocabularySize - 1))
    norms = try norms(object)
  }

  /// `config.json` without `retention_norms`.
  var flaObject: [String: Any] {
    [
      "architectures": ["RetNetForCausalLM"], "model_type": "retnet", "vocab_size": vocabularySize,
      "hidden_size": modelDim, "num_hidden_layers": layers, "num_heads": heads,
      "num_kv_heads": keyValueHeads == heads ? NSNull() : keyValueHeads as Any,
      "expand_k": Self.ratio(keyDim, modelDim), "expand_v": Self.ratio(valueDim, modelDim),
      "hidden_ratio": NSNull(), "intermediate_size": feedForwardDim, "hidden_act": "swish",
      "norm_eps": normEpsilon.shortestDecimal, "elementwise_affine": groupNormWeights,
      "fuse_norm": fusedGateNorm, "use_output_gate": outputGate, "use_short_conv": false,
      "tie_word_embeddings": tiedHead, "bos_token_id": bosToken, "eos_token_id": eosToken,
      "max_position_embeddings": 2048, "pad_token_id": NSNull(),
    ].merging(Self.flaConstants) { own, _ in own }
  }

  /// Keys that do not depend on the model: settings of the library's kernels and training, and unsupported features.
  /// All have the library's defaults.
  private static var flaConstants: [String: Any] {
    [
      "attn_mode": "chunk", "feature_map": NSNull(), "attn": NSNull(), "conv_size": 4, "use_cache": true,
      "initializer_range": 0.02, "fuse_swiglu": true, "fuse_cross_entropy": true, "fuse_linear_cross_entropy": false,
      "use_l2warp": false,
    ]
  }

  private static func width(
    _ object: ConfigurationObject, _ key: String, default value: Double, modelDim: Int
  ) throws -> Int {
    let width = try object.number(key, 1e-6...1024, default: value) * Double(modelDim)
    guard abs(width - width.rounded()) < 1e-6, width >= 1 else {
      throw ModelError.configuration(
        key: key, found: object.describe(key), expected: "a factor that makes hidden_size = \(modelDim) a whole number")
    }
    return Int(width.rounded())
  }

  /// The gated MLP's width: `intermediate_size`, or two thirds of hidden_ratio · hidden_size, rounded up to a multiple
  /// of 256. The default ratio is 4 if the key is null (the default of the library's MLP), and 2 if it is absent (that
  /// of its configuration).
  private static func feedForwardDim(_ object: ConfigurationObject, modelDim: Int) throws -> Int {
    if object.has("intermediate_size") { return try object.integer("intermediate_size", 1...1_048_576, default: 1) }
    let ratio = try object.number("hidden_ratio", 1e-6...1024, default: object.isNull("hidden_ratio") ? 4 : 2)
    let width = Int(Double(modelDim) * ratio * 2 / 3)
    return max(1, (width + 255) / 256) * 256
  }

  /// A factor in JSON: an integer if possible.
  private static func ratio(_ width: Int, _ modelDim: Int) -> Any {
    width % modelDim == 0 ? width / modelDim as Any : Double(width) / Double(modelDim) as Any
  }
}
