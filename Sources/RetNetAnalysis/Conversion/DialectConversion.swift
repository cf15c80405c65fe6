import RetNet

/// The conversion of a model to another dialect.
///
/// Both dialects compute the same equations from the same tensors. The exceptions are `obstacles`, and three differences
/// that another tensor absorbs:
///
///     group norm weight w (fla)      o = W_o (g ⊙ (w ⊙ x̂)) = (W_o diag(w)) (g ⊙ x̂)
///     shared k and v heads (fla)     each is repeated for all query heads that share it
///     embedding scale s (torchscale)     X₀ = s E[tokens] = (s E)[tokens]; a tied head then gets E as a tensor of its own
///
/// The rotations differ in their pairs and their angles: θ_i = 10000^(−2i/d) in fla, 10000^(−i/(d/2 − 1)) in torchscale.
/// They agree only for a single pair, entries 0 and 1 with θ_0 = 1.
enum DialectConversion {
  /// The configuration of the same model in another dialect.
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

  /// The reasons why the other dialect cannot express the model, as parts of a sentence.
  private static func obstacles(_ source: ModelConfiguration) -> [String] {
    var obstacles: [String] = []
    if source.headDim > 2 {
      obstacles.append(
        "its heads have d_k = \(source.headDim), and the rotation frequencies of the two dialects (fla 10000^(-2i/d), "
          + "torchscale 10000^(-i/(d/2-1))) agree only for d_k = 2")
    }
    if source.dialect == .torchscale {
      if source.activation != .silu {
        obstacles.append("its activation_fn is \(source.activation.rawValue), but fla's MLP uses swish")
      }
      if source.deepNorm { obstacles.append("its residual stream is scaled (deepnorm), which fla does not support") }
      if !source.preNorm {
        obstacles.append(
          "it is post-norm (decoder_normalize_before is false), but fla is pre-norm")
      }
      if source.normalizesEmbedding {
        obstacles.append("its embedding is normalized (layernorm_embedding), which fla does not support")
      }
    } else {
      if !source.outputGate {
        obstacles.append("it has no output gate (use_output_gate is false), but torchscale always has one")
      }
      if source.keyDim != source.modelDim {
        obstacles.append(
          "its keys have width \(source.keyDim) and the model \(source.modelDim) (expand_k), but torchscale needs equal widths"
        )
      }
    }
    return obstacles
  }

  /// The tensors of `target`, in its order, each with its origin in `source`.
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

  /// Maps each row of the unshared heads to the row of the shared head that it repeats.
  private static func repeated(_ source: ModelConfiguration, width: Int) -> @Sendable (Int) -> Int {
    let served = source.heads / source.keyValueHeads
    return { row in row / width / served * width + row % width }
  }
}
