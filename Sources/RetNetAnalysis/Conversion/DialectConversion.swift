import RetNet

/// What changes when a model is written in another dialect.
///
/// Both dialects compute the same equations from the same tensors, except for what is listed in `obstacles`, and what can
/// be moved into a tensor beside it:
///
///     group norm weight w (fla)      o = W_o (g ⊙ (w ⊙ x̂)) = (W_o diag(w)) (g ⊙ x̂)
///     shared k and v heads (fla)     each is repeated for every query head that it serves
///     embedding scale s (torchscale)     X₀ = s E[tokens] = (s E)[tokens]; a tied head then gets E as a tensor of its own
///
/// Rotations pair other entries and turn by other angles: θ_i = 10000^(−2i/d) in fla, 10000^(−i/(d/2 − 1)) in torchscale.
/// They agree for a single pair only, where both are θ_0 = 1 and entry 0 goes with entry 1.
enum DialectConversion {
  /// The same model in another dialect.
  ///
  /// - Throws: `ConversionError.notTheSameFunction` with every obstacle.
  static func configuration(_ source: ModelConfiguration, as dialect: Dialect) throws -> ModelConfiguration {
    guard dialect != source.dialect else { return source }
    let obstacles = obstacles(source)
    guard obstacles.isEmpty else {
      throw ConversionError.notTheSameFunction(from: source.dialect, to: dialect, obstacles: obstacles)
    }
    var target = source
    target.dialect = dialect
    target.keyValueHeads = source.heads
    target.groupNormWeights = dialect == .fla
    target.fusedGateNorm = true
    target.scalesEmbedding = false
    target.tiedHead = source.tiedHead && source.embeddingScale == 1
    return target
  }

  /// Why the other dialect cannot say the same, as parts of a sentence.
  private static func obstacles(_ source: ModelConfiguration) -> [String] {
    var obstacles: [String] = []
    if source.headDim > 2 {
      obstacles.append(
        "its keys have d_k = \(source.headDim) a head, and the rotation frequencies of the two (fla 10000^(-2i/d), "
          + "torchscale 10000^(-i/(d/2-1))) agree for d_k = 2 only")
    }
    if source.dialect == .torchscale {
      if source.activation != .silu {
        obstacles.append("its activation_fn is \(source.activation.rawValue), and fla's MLP has swish")
      }
      if source.deepNorm { obstacles.append("its residual stream is scaled (deepnorm), which fla has no place for") }
      if !source.preNorm {
        obstacles.append(
          "its norms stand behind the sums (decoder_normalize_before is false), where fla's stand before")
      }
      if source.normalizesEmbedding {
        obstacles.append("its embedding is normalized (layernorm_embedding), which fla has no place for")
      }
    } else {
      if !source.outputGate {
        obstacles.append("it has no output gate (use_output_gate is false), and torchscale always has one")
      }
      if source.keyDim != source.modelDim {
        obstacles.append(
          "its keys are \(source.keyDim) wide and the model \(source.modelDim) (expand_k), which torchscale has equal")
      }
    }
    return obstacles
  }

  /// Where each tensor of `target` comes from in `source`, in the target's order.
  static func tensors(from source: RetNetArchitecture, to target: RetNetArchitecture) -> [ConvertedTensor] {
    let (old, new) = (source.configuration, target.configuration)
    let origins = Dictionary(uniqueKeysWithValues: ModelPart.all(of: source).map { ($0.part, $0.entry.parameter) })
    return ModelPart.all(of: target).map { part, entry in
      var tensor = ConvertedTensor(entry, from: origins[part])
      switch part {
      case .embedding where new.embeddingScale != old.embeddingScale:
        tensor.scale = old.embeddingScale / new.embeddingScale
      case .head where old.tiedHead: tensor.origin = origins[.embedding]
      case .key where new.keyValueHeads != old.keyValueHeads: tensor.row = repeated(old, width: old.headDim)
      case .value where new.keyValueHeads != old.keyValueHeads: tensor.row = repeated(old, width: old.headValueDim)
      case .output(let layer) where !new.groupNormWeights: tensor.columnWeight = origins[.groupNorm(layer)]
      default: break
      }
      return tensor
    }
  }

  /// The row of a shared head for each row of a query head's own.
  private static func repeated(_ source: ModelConfiguration, width: Int) -> @Sendable (Int) -> Int {
    let served = source.heads / source.keyValueHeads
    return { row in row / width / served * width + row % width }
  }
}
