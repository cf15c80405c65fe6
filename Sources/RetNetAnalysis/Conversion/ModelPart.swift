import RetNet

/// The role of a tensor in a model, independent of its name in a dialect.
enum ModelPart: Hashable {
  case embedding, finalNorm, head
  case retentionNorm(Int), query(Int), key(Int), value(Int), gate(Int), groupNorm(Int), output(Int)
  case mlpNorm(Int), mlpGate(Int), mlpUp(Int), mlpDown(Int)
  /// The norm after torchscale's embedding.
  case embeddingNorm

  /// Every parameter of a model with its role, in the layout's order.
  static func all(of architecture: RetNetArchitecture) -> [(part: ModelPart, entry: ParameterLayout.Entry)] {
    var parts: [Int: ModelPart] = [:]
    func add(_ part: ModelPart, _ parameter: Parameter?) {
      if let parameter { parts[parameter.index] = parts[parameter.index] ?? part }
    }
    add(.embedding, architecture.embedding)
    add(.embeddingNorm, architecture.embeddingNorm?.weight)
    for (index, block) in architecture.blocks.enumerated() {
      add(.retentionNorm(index), block.retentionNorm.weight)
      add(.query(index), block.retention.query.weight)
      add(.key(index), block.retention.key.weight)
      add(.value(index), block.retention.value.weight)
      add(.gate(index), block.retention.gate?.weight)
      add(.groupNorm(index), block.retention.groupNorm.trained.parameters.first)
      add(.output(index), block.retention.output.weight)
      add(.mlpNorm(index), block.mlpNorm.weight)
      add(.mlpGate(index), block.mlp.gate.weight)
      add(.mlpUp(index), block.mlp.up.weight)
      add(.mlpDown(index), block.mlp.down.weight)
    }
    add(.finalNorm, architecture.finalNorm?.weight)
    add(.head, architecture.head)
    return architecture.layout.entries.map { entry in
      guard let part = parts[entry.parameter.index] else {
        preconditionFailure("'\(entry.name)' is no part of a language model")
      }
      return (part, entry)
    }
  }
}
