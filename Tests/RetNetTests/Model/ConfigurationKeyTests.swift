import Foundation
import Testing

@testable import RetNet

/// The keys of `config.json` that are read, ignored and refused. The lists are those of the programs that define the
/// layouts: flash-linear-attention's RetNetConfig, torchscale's RetNetConfig, retnet-pytorch and `transformers`.
@Suite("Keys of config.json")
struct ConfigurationKeyTests {
  /// A layout: a minimal configuration, and how it is read.
  enum Layout: String, CaseIterable {
    case fla, torchscale, module, stack

    var required: String {
      switch self {
      case .fla: #""hidden_size": 64"#
      case .torchscale: #""decoder_embed_dim": 48, "decoder_value_embed_dim": 96, "vocab_size": 61"#
      case .module: #""dim_model": 32, "num_heads": 4"#
      case .stack: #""dim_model": 512"#
      }
    }

    /// The configuration with `keys`, as text for comparisons.
    func read(_ keys: String = "") throws -> String {
      let json = Data("{\(required)\(keys.isEmpty ? "" : ", ")\(keys)}".utf8)
      switch self {
      case .fla, .torchscale: return "\(try ModelConfiguration(json: json))"
      case .module: return "\(try RetentionModuleConfiguration(json: json))"
      case .stack: return "\(try RetNetStackConfiguration(json: json))"
      }
    }
  }

  /// Keys that change nothing, for every layout.
  static let shared = [
    #""architectures": ["RetNetForCausalLM"]"#, #""torch_dtype": "bfloat16""#, #""dtype": "bfloat16""#,
    #""transformers_version": "4.50.0""#, #""_name_or_path": "x""#, #""_attn_implementation_autoset": true"#,
    #""auto_map": {"AutoConfig": "x"}"#, #""id2label": {"0": "LABEL_0"}"#, #""output_attentions": false"#,
    #""return_dict": true"#, #""temperature": 0.7"#, #""max_length": 20"#, #""tokenizer_class": null"#,
    #""pad_token_id": 0"#, #""is_encoder_decoder": false"#, #""pruned_heads": {}"#, #""unknown_key": null"#,
    #""_note": {"any": "value"}"#,
  ]
  static let harmless: [(Layout, String)] =
    Layout.allCases.flatMap { layout in shared.map { (layout, $0) } } + [
      (.fla, #""attn_mode": "fused_recurrent""#), (.fla, #""fuse_swiglu": false"#),
      (.fla, #""fuse_cross_entropy": false"#), (.fla, #""fuse_linear_cross_entropy": true"#),
      (.fla, #""use_cache": false"#), (.fla, #""initializer_range": 0.006"#), (.fla, #""use_l2warp": true"#),
      (.fla, #""max_position_embeddings": 8192"#), (.fla, #""conv_size": 8"#), (.fla, #""conv_bias": true"#),
      (.fla, #""share_conv_kernel": true"#), (.fla, #""use_short_conv": false"#), (.fla, #""use_gk": false"#),
      (.fla, #""use_gv": false"#), (.fla, #""attn": null"#), (.fla, #""attnres_block_size": null"#),
      (.fla, #""feature_map": null"#), (.fla, #""attn": []"#),
      (.torchscale, #""use_glu": true"#), (.torchscale, #""use_lm_decay": false"#),
      (.torchscale, #""use_ffn_rms_norm": true"#), (.torchscale, #""forward_impl": "chunkwise""#),
      (.torchscale, #""z_loss_coeff": 0.1"#), (.torchscale, #""output_retentions": false"#),
      (.torchscale, #""initializer_range": 0.02"#), (.torchscale, #""unk_token_id": 3"#),
      (.torchscale, #""use_cache": true"#), (.torchscale, #""tie_word_embeddings": false"#),
      (.torchscale, #""dropout": 0.1"#), (.torchscale, #""drop_path_rate": 0.1"#),
      (.torchscale, #""activation_dropout": 0.1"#), (.torchscale, #""checkpoint_activations": true"#),
      (.torchscale, #""fsdp": true"#), (.torchscale, #""ddp_rank": 3"#),
      (.torchscale, #""chunkwise_recurrent": true"#), (.torchscale, #""recurrent_chunk_size": 256"#),
      (.torchscale, #""subln": true"#), (.torchscale, #""rel_pos_buckets": 32"#),
      (.torchscale, #""max_rel_pos": 128"#), (.torchscale, #""max_target_positions": 1024"#),
      (.torchscale, #""xpos_rel_pos": true"#), (.torchscale, #""xpos_scale_base": 512"#),
      (.torchscale, #""moe_freq": 0"#), (.torchscale, #""moe_expert_count": 8"#),
      (.torchscale, #""moe_top1_expert": true"#), (.torchscale, #""moe_gating_use_fp32": false"#),
      (.torchscale, #""moe_eval_capacity_token_fraction": 0.5"#),
      (.torchscale, #""moe_second_expert_policy": "random""#),
      (.torchscale, #""moe_normalize_gate_prob_before_dropping": true"#), (.torchscale, #""use_xmoe": false"#),
      (.torchscale, #""multiway": false"#), (.torchscale, #""no_output_layer": false"#),
    ]

  @Test("A key that does not change the function leaves the configuration as it is", arguments: harmless)
  func ignored(_ layout: Layout, _ key: String) throws {
    #expect(try layout.read(key) == layout.read())
  }

  static let refused: [(Layout, String, String)] =
    Layout.allCases.flatMap { layout in
      [
        (layout, #""some_setting": 3"#, "'some_setting' is 3, but this program does not know this key"),
        (layout, #""is_encoder_decoder": true"#, "'is_encoder_decoder' is true), which this program does not support"),
        (layout, #""pruned_heads": {"0": [1]}"#, "'pruned_heads' is an object), which this program does not support"),
        (layout, #""rope_scaling": {"factor": 2}"#, "'rope_scaling' is an object, but this program does not know"),
      ]
    } + [
      (.fla, #""attnres_block_size": 4"#, "has attention over the residual stream (its configuration's"),
      (.fla, #""attnres_block_size": 1"#, "'attnres_block_size' is 1), which this program does not support"),
      (.fla, #""attn": {"layers": [1], "num_heads": 2}"#, "has hybrid attention layers"),
      (.fla, #""attn": [{"layers": [1], "num_heads": 2}]"#, "'attn' is an array), which"),
      (.fla, #""feature_map": "relu""#, "'feature_map' is \"relu\"), which"),
      (.fla, #""use_short_conv": true"#, "has short convolutions"),
      (.fla, #""use_short_conv": 0"#, "'use_short_conv' is 0), which"),
      (.fla, #""use_gk": true"#, "'use_gk' is true), which"), (.fla, #""use_gv": true"#, "'use_gv' is true), which"),
      (.fla, #""quantization_config": {"bits": 4}"#, "quantized weights of this kind"),
      (.fla, #""num_attention_heads": 8"#, "'num_attention_heads' is 8, but this program does not know this key"),
      (.fla, #""num_key_value_heads": 8"#, "'num_key_value_heads' is 8, but this program does not know this key"),
      (.fla, #""rms_norm_eps": 1e-5"#, "'rms_norm_eps' is 1e-05, but this program does not know this key"),
      (.fla, #""retention_norms": {"norm4": true}"#, "'norm4' is true, but this program does not know this key"),
      (.fla, #""attn": {}"#, "'attn' is an empty object), which"),
      (.torchscale, #""use_glu": false"#, "has MLPs without a gate (its configuration's 'use_glu' is false)"),
      (.torchscale, #""use_lm_decay": true"#, "has decays between fixed limits"),
      (.torchscale, #""moe_freq": 2"#, "has a mixture of experts"), (.torchscale, #""use_xmoe": true"#, "'use_xmoe'"),
      (.torchscale, #""multiway": true"#, "has multiway branches"),
      (.torchscale, #""no_output_layer": true"#, "has a decoder without an output layer"),
      (.torchscale, #""quantization_config": {}"#, "quantized weights of this kind"),
      (.torchscale, #""decoder_output_dim": 8"#, "'decoder_output_dim' is 8, but this program does not know this key"),
      (.torchscale, #""hidden_size": 64"#, "'hidden_size' is 64, but this program does not know this key"),
      (.module, #""dropout": 0.1"#, "'dropout' is 0.1, but this program does not know this key"),
      (.stack, #""gate_fn": "silu""#, "'gate_fn' is \"silu\", but this program does not know this key"),
    ]

  @Test("A key that may change the function is an error that names it and its value", arguments: refused)
  func errors(_ layout: Layout, _ key: String, _ message: String) throws {
    let error = try #require(throws: ModelError.self) { try layout.read(key) }
    #expect(error.description.contains(message), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test("The keys that this program writes are all known", arguments: [Dialect.fla, .torchscale])
  func ownKeys(_ dialect: Dialect) throws {
    var configuration = ModelConfiguration(vocabularySize: 77, modelDim: 48, layers: 3, heads: 4, feedForwardDim: 100)
    configuration.dialect = dialect
    configuration.groupNormWeights = dialect == .fla
    #expect(try ModelConfiguration(json: configuration.json()) == configuration)
  }

  @Test("A long name or value is cut in the error")
  func longTexts() throws {
    let long = String(repeating: "x", count: 100_000)
    for key in [#""\#(long)": 1"#, #""key": "\#(long)""#, #""hidden_act": "\#(long)""#] {
      let error = try #require(throws: ModelError.self) { try Layout.fla.read(key) }
      #expect(error.description.count < 400)
    }
  }
}
