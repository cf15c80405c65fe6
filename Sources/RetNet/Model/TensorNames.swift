/// The tensor names of a language model in a dialect.
package struct TensorNames: Sendable, Hashable {
  package let embedding: String
  /// The norm of the embedding, if the model has one.
  package let embeddingNorm: String
  package let finalNorm: String
  package let head: String
  package let retentionNorm: String
  package let mlpNorm: String
  private let layers: String
  private let retention: String
  private let mlp: String
  let retentionTensors: RetentionLayerShape.Names
  let mlpTensors: GatedMLP.Names

  /// `model.layers.3` for block 3.
  package func block(_ index: Int) -> String { "\(layers).\(index)" }
  package func retention(ofBlock index: Int) -> String { "\(layers).\(index).\(retention)" }
  package func mlp(ofBlock index: Int) -> String { "\(layers).\(index).\(mlp)" }

  package init(_ configuration: ModelConfiguration) {
    switch configuration.dialect {
    case .torchscale:
      embedding = "embed_tokens.weight"
      embeddingNorm = "layernorm_embedding.weight"
      finalNorm = "layer_norm.weight"
      head = "output_projection.weight"
      retentionNorm = "retention_layer_norm.weight"
      mlpNorm = "final_layer_norm.weight"
      (layers, retention, mlp) = ("layers", "retention", "ffn")
      retentionTensors = .torchscale
      mlpTensors = .torchscale
    case .fla, .msr:
      embedding = "model.embeddings.weight"
      embeddingNorm = "model.embeddings_norm.weight"
      finalNorm = "model.norm.weight"
      head = "lm_head.weight"
      retentionNorm = "attn_norm.weight"
      mlpNorm = "mlp_norm.weight"
      (layers, retention, mlp) = ("model.layers", "attn", "mlp")
      retentionTensors = .fla(gate: configuration.fusedGateNorm && configuration.outputGate)
      mlpTensors = .fla
    }
  }

  /// Other names of the same tensor: fla's name of the group norm depends on its fusion with the gate, and a file may
  /// store a tied weight under the name of the head.
  package func alternatives(to name: String, tiedHead: Bool) -> [String] {
    let (fused, alone) = (".g_norm_swish_gate.weight", ".g_norm.weight")
    if name.hasSuffix(fused) { return [name.dropLast(fused.count) + alone] }
    if name.hasSuffix(alone) { return [name.dropLast(alone.count) + fused] }
    return tiedHead && name == embedding ? [head] : []
  }

  /// Whether a tensor that is no parameter is a buffer that some checkpoints of a dialect store with the weights. This
  /// program computes these values.
  package static func isBuffer(_ name: String, in dialect: Dialect) -> Bool {
    let parts = name.split(separator: ".")
    switch dialect {
    case .torchscale: return parts.dropLast().last == "retnet_rel_pos" && ["angle", "decay"].contains(parts.last)
    case .fla: return parts.last == "inv_freq"
    case .msr: return ["angle", "decay"].contains(parts.last)
    }
  }

  /// A tensor's name as this program writes it. torchscale adds the prefix `decoder.` if the decoder is part of a larger
  /// model; syncdoth/RetNet adds `model.`, and calls the head `lm_head`.
  static func standard(_ name: String, in dialect: Dialect) -> String {
    let prefixes = dialect == .torchscale ? ["decoder.", "model."] : ["decoder."]
    guard let prefix = prefixes.first(where: name.hasPrefix) else {
      return dialect == .torchscale && name == "lm_head.weight" ? "output_projection.weight" : name
    }
    return String(name.dropFirst(prefix.count))
  }
}
