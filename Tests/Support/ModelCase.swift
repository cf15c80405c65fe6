import RetNet

/// A small model and its options: the cases for tests of every kind of model.
package struct ModelCase: Sendable, CustomStringConvertible {
  package var name: String
  package var configuration: ModelConfiguration
  package var form: RetentionForm
  package var norms: NormOptions
  /// Scales the q and k weights, so that norm 3's divisor exceeds 1.
  package var sharpness: Float

  package init(
    name: String, configuration: ModelConfiguration = plain, form: RetentionForm = .parallel,
    norms: NormOptions = NormOptions(), sharpness: Float = 1
  ) {
    self.name = name
    self.configuration = configuration
    self.form = form
    self.norms = norms
    self.sharpness = sharpness
  }

  package var description: String { name }

  /// A model with weights much larger than initial ones, so that nonlinear terms matter.
  package func disturbedModel() -> RetNetModel {
    let architecture = RetNetArchitecture(configuration)
    var generator = SeededGenerator(seed: 3)
    let weights = architecture.layout.entries.flatMap { entry -> [Float] in
      let sharp = entry.name.contains("q_proj") || entry.name.contains("k_proj")
      return (0..<entry.count).map { _ in
        Float(generator.nextNormal()) * 0.4 * (sharp ? sharpness : 1) + (entry.shape.count == 1 ? 1 : 0)
      }
    }
    return RetNetModel(architecture, copying: weights)
  }

  package static let plain = ModelConfiguration(
    vocabularySize: 11, modelDim: 8, layers: 2, heads: 2, valueDim: 12, feedForwardDim: 6)

  package static func variant(_ change: (inout ModelConfiguration) -> Void) -> ModelConfiguration {
    var configuration = plain
    change(&configuration)
    return configuration
  }

  package static func torchscale(_ change: (inout ModelConfiguration) -> Void) -> ModelConfiguration {
    variant {
      $0.dialect = .torchscale
      $0.activation = .gelu
      $0.groupNormWeights = false
      change(&$0)
    }
  }

  package static let all: [ModelCase] = [
    ModelCase(name: "parallel"),
    ModelCase(name: "chunkwise 3, short last chunk", form: .chunkwise(length: 3)),
    ModelCase(name: "chunkwise longer than the text", form: .chunkwise(length: 100)),
    ModelCase(name: "recurrent", form: .recurrent),
    ModelCase(name: "norm 1 off", norms: NormOptions(retention: RetentionNorms(norm1: false))),
    ModelCase(
      name: "norm 2 on, chunkwise", form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm1: true, norm2: true))),
    ModelCase(
      name: "norm 3 of the paper, parallel",
      norms: NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off), sharpness: 6),
    ModelCase(
      name: "norm 3 of the paper, chunkwise", form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off), sharpness: 6),
    ModelCase(
      name: "norm 3 of torchscale, parallel",
      norms: NormOptions(retention: RetentionNorms(norm3: .torchscale), group: .off), sharpness: 6),
    ModelCase(name: "group norm off", norms: NormOptions(group: .off)),
    ModelCase(name: "group norm RMS without weight", norms: NormOptions(group: .rms)),
    ModelCase(name: "group norm LayerNorm, other ε", norms: NormOptions(group: .layer, epsilon: 1e-3)),
    ModelCase(name: "tied head", configuration: variant { $0.tiedHead = true }),
    ModelCase(name: "no gate", configuration: variant { $0.outputGate = false }),
    ModelCase(
      name: "torchscale", configuration: torchscale { _ in }, norms: NormOptions(retention: RetentionNorms(norm2: true))
    ),
    ModelCase(
      name: "torchscale, deepnorm with post-norm",
      configuration: torchscale {
        $0.deepNorm = true
        $0.preNorm = false
      }),
    ModelCase(
      name: "torchscale, post-norm, embedding scaled and normalized, shared head, relu",
      configuration: torchscale {
        $0.preNorm = false
        $0.scalesEmbedding = true
        $0.normalizesEmbedding = true
        $0.tiedHead = true
        $0.activation = .relu
      }, form: .chunkwise(length: 3)),
    ModelCase(
      name: "torchscale, deepnorm before each part, swish",
      configuration: torchscale {
        $0.deepNorm = true
        $0.activation = .silu
      }),
    ModelCase(name: "group norm without weights", configuration: variant { $0.groupNormWeights = false }),
    ModelCase(
      name: "grouped keys and values",
      configuration: ModelConfiguration(
        vocabularySize: 11, modelDim: 8, layers: 1, heads: 4, keyValueHeads: 2, valueDim: 12, feedForwardDim: 6),
      form: .chunkwise(length: 2)),
  ]
}
