/// The keys that a `config.json` of one layout may have.
///
/// A key that changes what a model computes, and that this program does not read, must not be ignored. Therefore every
/// key is either read, or harmless, or has a value that switches its feature off, or is an error. A key that begins with
/// `_` is a note, as in `transformers`.
package struct ConfigurationKeys {
  /// A feature that is not supported.
  struct Feature {
    let name: String
    /// The value, as in an error message, without the feature; nil if only null is.
    let off: String?
  }

  /// Keys that the program reads.
  let read: Set<String>
  /// Keys that do not change the function, in addition to those of `transformers`.
  let harmless: Set<String>
  let unsupported: [String: Feature]

  /// Throws `ModelError` naming a key of `object` that would change the function, or that is unknown.
  func check(_ object: ConfigurationObject) throws {
    for key in object.keys.sorted() where !read.contains(key) && !harmless.contains(key) && !key.hasPrefix("_") {
      if let feature = unsupported[key] {
        guard object.describe(key) == feature.off else {
          throw ModelError.unsupported(feature: feature.name, key: key, found: object.describe(key))
        }
      } else if let off = Self.transformersFeatures[key] {
        guard off.contains(object.describe(key)) else {
          throw ModelError.unsupported(
            feature: "a feature of another architecture", key: key, found: object.describe(key))
        }
      } else if !Self.transformers.contains(key) {
        throw ModelError.unknownKey(key: ConfigurationObject.cut(key), found: object.describe(key))
      }
    }
  }
}

extension ConfigurationKeys {
  /// Whether a key is a setting of a language model's dialect.
  package static func isSetting(_ key: String, of dialect: Dialect) -> Bool {
    let keys = dialect == .torchscale ? torchscale : fla
    return keys.read.contains(key) || keys.harmless.contains(key) || keys.unsupported[key] != nil
  }

  static let fla = ConfigurationKeys(
    read: [
      "dialect", "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_heads", "num_kv_heads",
      "expand_k",
      "expand_v", "hidden_ratio", "intermediate_size", "hidden_act", "norm_eps", "elementwise_affine", "fuse_norm",
      "use_output_gate", "tie_word_embeddings", "bos_token_id", "eos_token_id", "retention_norms", "quantization",
    ],
    harmless: [
      // Kernels that compute the same.
      "attn_mode", "fuse_swiglu", "fuse_cross_entropy", "fuse_linear_cross_entropy", "use_cache",
      // Training.
      "initializer_range", "use_l2warp",
      // Limits that retention does not have, and details of switched-off convolutions.
      "max_position_embeddings", "conv_size", "conv_bias", "share_conv_kernel",
    ],
    unsupported: [
      "attn": Feature(name: "hybrid attention layers", off: "an empty array"),
      "attnres_block_size": Feature(name: "attention over the residual stream", off: nil),
      "feature_map": Feature(name: "a feature map of queries and keys", off: nil),
      "quantization_config": Feature(name: "quantized weights of this kind", off: nil),
      "use_gk": Feature(name: "gates of the keys", off: "false"),
      "use_gv": Feature(name: "gates of the values", off: "false"),
      "use_short_conv": Feature(name: "short convolutions", off: "false"),
    ])

  static let torchscale = ConfigurationKeys(
    read: [
      "dialect", "vocab_size", "decoder_embed_dim", "decoder_value_embed_dim", "decoder_retention_heads",
      "decoder_ffn_embed_dim", "decoder_layers", "decoder_normalize_before", "activation_fn", "no_scale_embedding",
      "layernorm_embedding", "deepnorm", "share_decoder_input_output_embed", "tie_word_embeddings", "layernorm_eps",
      "bos_token_id", "eos_token_id", "retention_norms", "quantization",
    ],
    harmless: [
      // Training.
      "dropout", "drop_path_rate", "activation_dropout", "checkpoint_activations", "fsdp", "ddp_rank",
      // The form, and the chunk length of the chunkwise one.
      "chunkwise_recurrent", "recurrent_chunk_size",
      // Settings of torchscale's other decoders, which its RetNet does not read.
      "subln", "rel_pos_buckets", "max_rel_pos", "max_target_positions", "xpos_rel_pos", "xpos_scale_base",
      // Training, outputs and form of syncdoth/RetNet; the norm in an MLP without a gate.
      "initializer_range", "z_loss_coeff", "use_cache", "output_retentions", "forward_impl", "unk_token_id",
      "use_ffn_rms_norm",
      // Details of experts, which `moe_freq` switches on.
      "moe_top1_expert", "moe_expert_count", "moe_gating_use_fp32", "moe_eval_capacity_token_fraction",
      "moe_second_expert_policy", "moe_normalize_gate_prob_before_dropping",
    ],
    unsupported: [
      "moe_freq": Feature(name: "a mixture of experts", off: "0"),
      "multiway": Feature(name: "multiway branches", off: "false"),
      "no_output_layer": Feature(name: "a decoder without an output layer", off: "false"),
      "quantization_config": Feature(name: "quantized weights of this kind", off: nil),
      "use_glu": Feature(name: "MLPs without a gate", off: "true"),
      "use_lm_decay": Feature(name: "decays between fixed limits", off: "false"),
      "use_xmoe": Feature(name: "a mixture of experts", off: "false"),
    ])

  /// A stand-alone module.
  static let module = ConfigurationKeys(
    read: [
      "dialect", "dim_model", "num_heads", "value_factor", "gate_fn", "pre_norm", "layer_norm_eps", "causal",
      "normalize_attn", "normalize_retn",
    ],
    harmless: [], unsupported: [:])

  static let stack = ConfigurationKeys(
    read: [
      "dialect", "dim_model", "num_layer", "num_heads", "dropout", "value_factor", "msr_gate_fn", "mlp_gate_fn",
      "mlp_mult", "mlp_bias", "mlp_activates_last", "layer_norm_eps",
    ],
    harmless: [], unsupported: [:])

  static let retentionNorms = ConfigurationKeys(
    read: ["norm1", "norm2", "norm3"], harmless: [], unsupported: [:])

  /// Keys that `transformers` writes for every model: names, labels, number types, outputs, sampling.
  private static let transformers: Set<String> = [
    "architectures", "attn_implementation", "auto_map", "bad_words_ids", "begin_suppress_tokens", "bos_token_id",
    "chunk_size_feed_forward", "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype", "early_stopping",
    "encoder_no_repeat_ngram_size", "eos_token_id", "exponential_decay_length_penalty", "finetuning_task",
    "forced_bos_token_id", "forced_eos_token_id", "gradient_checkpointing", "id2label", "is_decoder", "label2id",
    "length_penalty", "max_length", "min_length", "model_type", "name_or_path", "no_repeat_ngram_size",
    "num_beam_groups", "num_beams", "num_labels", "num_return_sequences", "output_attentions",
    "output_hidden_states", "output_scores", "pad_token_id", "prefix", "problem_type", "remove_invalid_values",
    "repetition_penalty", "return_dict", "return_dict_in_generate", "sep_token_id", "suppress_tokens",
    "task_specific_params", "temperature", "tf_legacy_loss", "tokenizer_class", "top_k", "top_p", "torch_dtype",
    "torchscript", "transformers_version", "typical_p", "use_bfloat16", "use_return_dict",
  ]

  /// Keys of `transformers` that would change the function, and their values for a RetNet.
  private static let transformersFeatures: [String: Set<String>] = [
    "add_cross_attention": ["false"], "cross_attention_hidden_size": [], "is_encoder_decoder": ["false"],
    "pruned_heads": ["an empty object"], "tie_encoder_decoder": ["false"],
  ]
}
