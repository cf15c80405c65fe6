/// Whose layout a checkpoint has: the names of its tensors and of its configuration's keys, and with them the pairing of the
/// rotation, the norms and the feed-forward part that stand behind these names.
package enum Dialect: String, Sendable, Hashable, Codable, CaseIterable {
  /// flash-linear-attention, which is the native one too.
  case fla
  /// The official RetNetDecoder of torchscale.
  case torchscale
  /// A stand-alone MultiScaleRetention of retnet-pytorch; no language model.
  case msr
}

extension Dialect {
  /// The norms of a model whose configuration names none.
  package var norms: RetentionNorms {
    self == .torchscale ? RetentionNorms(norm1: true, norm2: true, norm3: .torchscale) : RetentionNorms()
  }
}

/// What speaks for a dialect.
package struct DialectChoice: Sendable, Hashable {
  package let dialect: Dialect
  /// As in "dialect fla, from 'model_type' in config.json".
  package let evidence: String

  /// Finds the dialect of a folder.
  ///
  /// - Parameters:
  ///   - asked: what the user says, which is taken as it is.
  ///   - configuration: `config.json`.
  ///   - names: the tensors' names.
  /// - Throws: `ModelError.dialect` where nothing speaks for one, or configuration and names disagree.
  package init(_ asked: Dialect?, _ configuration: ConfigurationObject, names: [String]) throws {
    if let asked {
      self.init(dialect: asked, evidence: "as asked for")
      return
    }
    let fromConfiguration = try Self.dialect(of: configuration)
    let fromNames = Self.dialect(of: names)
    switch (fromConfiguration, fromNames) {
    case (let found?, let other?) where found.dialect != other.dialect:
      throw ModelError.dialect(
        found: "\(found.evidence) speaks for \(found.dialect.rawValue), \(other.evidence) for \(other.dialect.rawValue)"
      )
    case (let found?, _): self = found
    case (nil, let found?): self = found
    case (nil, nil):
      throw ModelError.dialect(
        found: "neither a key of config.json nor the name of a tensor"
          + (names.first.map { ", the first being '\($0)'," } ?? "") + " is one of theirs")
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
    // `num_heads` is a module's too, which also states its width.
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
    return first(.fla) { $0.hasPrefix("model.layers.") || $0 == "model.embeddings.weight" }
      ?? first(.torchscale) { $0.contains(".retention.") || $0.hasSuffix("embed_tokens.weight") }
      ?? first(.msr) { $0 == "q_proj.weight" }
  }
}
