/// The layout of a checkpoint: tensor names and configuration keys, and the rotation pairs, norms and MLP that they
/// imply.
package enum Dialect: String, Sendable, Hashable, Codable, CaseIterable {
  /// flash-linear-attention, which is also the native layout.
  case fla
  /// The official RetNetDecoder of torchscale.
  case torchscale
  /// A stand-alone MultiScaleRetention of retnet-pytorch, not a language model.
  case msr
}

extension Dialect {
  /// The dialects of language models.
  package static let languageModels: [Dialect] = [.fla, .torchscale]

  /// The norms of a model without `retention_norms`.
  package var norms: RetentionNorms {
    self == .torchscale ? RetentionNorms(norm1: true, norm2: true, norm3: .torchscale) : RetentionNorms()
  }
}

/// The dialect of a folder and the evidence for it.
package struct DialectChoice: Sendable, Hashable {
  package let dialect: Dialect
  /// For example "'model_type' in config.json".
  package let evidence: String

  /// Finds the dialect of a folder.
  ///
  /// - Parameters:
  ///   - requested: the user's choice, which takes precedence.
  ///   - configuration: `config.json`.
  ///   - names: the tensors' names.
  /// - Throws: `ModelError.dialect` if there is no evidence, or configuration and names disagree.
  package init(_ requested: Dialect?, _ configuration: ConfigurationObject, names: [String]) throws {
    if let requested {
      self.init(dialect: requested, evidence: "as requested")
      return
    }
    let fromConfiguration = try Self.dialect(of: configuration)
    let fromNames = Self.dialect(of: names)
    switch (fromConfiguration, fromNames) {
    case (let found?, let other?) where found.dialect != other.dialect:
      throw ModelError.dialect(
        found:
          "\(found.evidence) means \(found.dialect.rawValue), but \(other.evidence) means \(other.dialect.rawValue)"
      )
    case (let found?, _): self = found
    case (nil, let found?): self = found
    case (nil, nil):
      throw ModelError.dialect(
        found: "no key of config.json and no tensor name"
          + (names.first.map { " (the first is '\($0)')" } ?? "") + " belongs to a dialect")
    }
  }

  private init(dialect: Dialect, evidence: String) {
    self.dialect = dialect
    self.evidence = evidence
  }

  private static func dialect(of configuration: ConfigurationObject) throws -> DialectChoice? {
    if configuration.has("dialect") {
      let name = try configuration.string("dialect", oneOf: Dialect.allCases.map(\.rawValue), default: "fla")
      return Dialect(rawValue: name).map { DialectChoice(dialect: $0, evidence: "'dialect' in config.json") }
    }
    func first(_ dialect: Dialect, of keys: [String]) -> DialectChoice? {
      keys.first(where: configuration.has).map {
        DialectChoice(dialect: dialect, evidence: "'\($0)' in config.json")
      }
    }
    // A module has `num_heads` too, so its `dim_model` is tested first.
    return first(.msr, of: ["dim_model"])
      ?? first(.torchscale, of: configuration.keys.filter { $0.hasPrefix("decoder_") }.sorted() + torchscaleKeys)
      ?? first(.fla, of: flaKeys)
  }

  private static let torchscaleKeys = [
    "activation_fn", "no_scale_embedding", "layernorm_embedding", "share_decoder_input_output_embed", "deepnorm",
    "layernorm_eps", "moe_freq",
  ]
  private static let flaKeys = [
    "model_type", "hidden_size", "num_hidden_layers", "num_heads", "num_kv_heads", "expand_k", "expand_v",
    "hidden_ratio", "intermediate_size", "hidden_act", "norm_eps", "elementwise_affine", "use_output_gate",
    "use_short_conv", "attn", "tie_word_embeddings",
  ]

  private static func dialect(of names: [String]) -> DialectChoice? {
    func first(_ dialect: Dialect, where matches: (String) -> Bool) -> DialectChoice? {
      names.first(where: matches).map { DialectChoice(dialect: dialect, evidence: "tensor '\($0)'") }
    }
    // torchscale's modules may have the prefix `model.` too.
    let torchscale = [".retention", ".ffn.", ".final_layer_norm."]
    return first(.fla) { name in
      name == "model.embeddings.weight"
        || name.hasPrefix("model.layers.") && !torchscale.contains(where: name.contains)
    }
      ?? first(.torchscale) { $0.contains(".retention.") || $0.hasSuffix("embed_tokens.weight") }
      ?? first(.msr) { $0 == "q_proj.weight" }
  }
}
