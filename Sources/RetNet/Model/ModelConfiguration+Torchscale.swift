import Foundation

/// `config.json` with the settings of torchscale's RetNetDecoder, or of syncdoth/RetNet, which is the same model. An
/// absent key has that decoder's default.
extension ModelConfiguration {
  /// - Parameter tensors: shapes by name, for the vocabulary size if the configuration lacks it.
  /// - Throws: `ModelError` naming the key.
  package init(torchscale object: ConfigurationObject, tensors: [String: [Int]]) throws {
    try ConfigurationKeys.torchscale.check(object)
    let modelDim = try object.integer("decoder_embed_dim", 1...131_072, default: 768)
    self.init(
      vocabularySize: try Self.vocabularySize(object, tensors), modelDim: modelDim,
      layers: try object.integer("decoder_layers", 1...4096, default: 12),
      heads: try object.integer("decoder_retention_heads", 1...1024, default: 3),
      valueDim: try object.integer("decoder_value_embed_dim", 1...1_048_576, default: 1280),
      feedForwardDim: try object.integer("decoder_ffn_embed_dim", 1...1_048_576, default: 1280))
    dialect = .torchscale
    let activations = ["gelu": Activation.gelu, "swish": .silu, "relu": .relu]
    activation =
      activations[try object.string("activation_fn", oneOf: activations.keys.sorted(), default: "gelu")] ?? .gelu
    normEpsilon = Float(try object.number("layernorm_eps", 0...1, default: 1e-6))
    groupNormWeights = false
    let isTied = try object.boolean("share_decoder_input_output_embed", default: false)
    // The key of syncdoth/RetNet.
    tiedHead = try object.boolean("tie_word_embeddings", default: isTied)
    preNorm = try object.boolean("decoder_normalize_before", default: true)
    deepNorm = try object.boolean("deepnorm", default: false)
    scalesEmbedding = try !object.boolean("no_scale_embedding", default: true)
    normalizesEmbedding = try object.boolean("layernorm_embedding", default: false)
    bosToken = try object.integer("bos_token_id", 0...vocabularySize - 1, default: min(1, vocabularySize - 1))
    eosToken = try object.integer("eos_token_id", 0...vocabularySize - 1, default: min(2, vocabularySize - 1))
    norms = try norms(object)
  }

  /// `config.json` without `retention_norms`.
  var torchscaleObject: [String: Any] {
    [
      "dialect": "torchscale", "vocab_size": vocabularySize, "decoder_embed_dim": modelDim, "decoder_layers": layers,
      "decoder_retention_heads": heads, "decoder_value_embed_dim": valueDim, "decoder_ffn_embed_dim": feedForwardDim,
      "activation_fn": activation == .silu ? "swish" : activation.rawValue,
      "layernorm_eps": normEpsilon.shortestDecimal,
      "share_decoder_input_output_embed": tiedHead, "decoder_normalize_before": preNorm, "deepnorm": deepNorm,
      "no_scale_embedding": !scalesEmbedding, "layernorm_embedding": normalizesEmbedding,
      "bos_token_id": bosToken, "eos_token_id": eosToken,
    ]
  }

  private static func vocabularySize(_ object: ConfigurationObject, _ tensors: [String: [Int]]) throws -> Int {
    let stated = try object.integer("vocab_size", -1...16_777_216, default: -1)
    if stated > 0 { return stated }
    let shape = tensors.first { TensorNames.standard($0.key, in: .torchscale) == "embed_tokens.weight" }?.value
    guard let shape, shape.count == 2, (1...16_777_216).contains(shape[0]) else {
      throw ModelError.configuration(
        key: "vocab_size", found: object.describe("vocab_size"), expected: "a whole number from 1 to 16777216")
    }
    return shape[0]
  }
}
