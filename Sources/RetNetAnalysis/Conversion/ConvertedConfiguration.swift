import Foundation
import RetNet

/// `config.json` of a converted model.
enum ConvertedConfiguration {
  /// If the dialect stays, all keys of the source, including unknown ones. If it changes, the keys of the new dialect, and
  /// the source's keys that are not settings of its dialect.
  ///
  /// - Parameters:
  ///   - json: the source's `config.json`.
  ///   - type: the type of all weights, or of all matrices; nil if each keeps its own.
  static func json(
    _ json: Data, source: ModelConfiguration, target: ModelConfiguration, isNative: Bool, type: WeightType?
  ) throws -> Data {
    guard var object = try JSONSerialization.jsonObject(with: json) as? [String: Any] else { return json }
    let written = try JSONSerialization.jsonObject(with: try target.json()) as? [String: Any] ?? [:]
    if target.dialect != source.dialect {
      object = object.filter { !belongs($0.key, to: source.dialect) }
      object.merge(written) { $1 }
    } else if isNative {
      // Earlier versions of this program may not have written all keys.
      object.merge(written) { old, _ in old }
    } else if type == nil {
      return json
    }
    object[WeightType.configurationKey] = type.flatMap { $0.isQuantized ? $0.quantization : nil }
    if let name = type?.torchName {
      if object["dtype"] != nil { object["dtype"] = name }
      if object["dtype"] == nil || object["torch_dtype"] != nil { object["torch_dtype"] = name }
    }
    return try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// Whether a key is one of a dialect's settings.
  private static func belongs(_ key: String, to dialect: Dialect) -> Bool {
    switch dialect {
    case .torchscale: key.hasPrefix("decoder_") || torchscaleKeys.contains(key)
    case .fla, .msr: flaKeys.contains(key) || key.hasPrefix("fuse_")
    }
  }

  private static let torchscaleKeys: Set = [
    "dialect", "vocab_size", "activation_fn", "layernorm_eps", "share_decoder_input_output_embed", "deepnorm",
    "no_scale_embedding", "layernorm_embedding", "bos_token_id", "eos_token_id", "moe_freq", "use_xmoe", "multiway",
    "no_output_layer", "subln", "dropout", "activation_dropout", "drop_path_rate", "chunkwise_recurrent",
    "recurrent_chunk_size",
  ]
  private static let flaKeys: Set = [
    "architectures", "auto_map", "model_type", "attn_mode", "hidden_size", "expand_k", "expand_v", "hidden_ratio",
    "intermediate_size", "num_hidden_layers", "num_heads", "num_kv_heads", "feature_map", "hidden_act",
    "use_short_conv", "conv_size", "use_output_gate", "max_position_embeddings", "elementwise_affine", "norm_eps",
    "attn", "use_cache", "tie_word_embeddings", "initializer_range", "use_l2warp", "vocab_size", "bos_token_id",
    "eos_token_id",
  ]
}
