import Testing

@testable import RetNet
@testable import RetNetTraining

/// Every gradient against central differences of the plain Double model: the two share no code.
@Suite("Gradients")
struct GradientTests {
  static let plain = ModelConfiguration(
    vocabularySize: 11, modelDim: 8, layers: 2, heads: 2, valueDim: 12, feedForwardDim: 6)

  static func variant(_ change: (inout ModelConfiguration) -> Void) -> ModelConfiguration {
    var configuration = plain
    change(&configuration)
    return configuration
  }

  static func torchscale(_ change: (inout ModelConfiguration) -> Void) -> ModelConfiguration {
    variant {
      $0.dialect = .torchscale
      $0.activation = .gelu
      $0.groupNormWeights = false
      change(&$0)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var configuration = GradientTests.plain
    var form = RetentionForm.parallel
    var norms = NormOptions()
    /// Multiplies q and k weights, so that norm 3's divisor leaves 1.
    var sharpness: Float = 1
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "parallel"),
    Case(name: "chunkwise 3, short last chunk", form: .chunkwise(length: 3)),
    Case(name: "chunkwise longer than the text", form: .chunkwise(length: 100)),
    Case(name: "recurrent", form: .recurrent),
    Case(name: "norm 1 off", norms: NormOptions(retention: RetentionNorms(norm1: false))),
    Case(
      name: "norm 2 on, chunkwise", form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm1: true, norm2: true))),
    Case(
      name: "norm 3 of the paper, parallel",
      norms: NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off), sharpness: 6),
    Case(
      name: "norm 3 of the paper, chunkwise", form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off), sharpness: 6),
    Case(
      name: "norm 3 of torchscale, parallel",
      norms: NormOptions(retention: RetentionNorms(norm3: .torchscale), group: .off), sharpness: 6),
    Case(name: "group norm off", norms: NormOptions(group: .off)),
    Case(name: "group norm RMS without weight", norms: NormOptions(group: .rms)),
    Case(name: "group norm LayerNorm, other ε", norms: NormOptions(group: .layer, epsilon: 1e-3)),
    Case(name: "tied head", configuration: variant { $0.tiedHead = true }),
    Case(name: "no gate", configuration: variant { $0.outputGate = false }),
    Case(
      name: "torchscale", configuration: torchscale { _ in }, norms: NormOptions(retention: RetentionNorms(norm2: true))
    ),
    Case(
      name: "torchscale, deepnorm behind each sum",
      configuration: torchscale {
        $0.deepNorm = true
        $0.normalizesBefore = false
      }),
    Case(
      name: "torchscale, norms behind each sum, embedding scaled and normalized, shared head, relu",
      configuration: torchscale {
        $0.normalizesBefore = false
        $0.scalesEmbedding = true
        $0.normalizesEmbedding = true
        $0.tiedHead = true
        $0.activation = .relu
      }, form: .chunkwise(length: 3)),
    Case(
      name: "torchscale, deepnorm before each part, swish",
      configuration: torchscale {
        $0.deepNorm = true
        $0.activation = .silu
      }),
    Case(name: "group norm without weights", configuration: variant { $0.groupNormWeights = false }),
    Case(
      name: "grouped keys and values",
      configuration: ModelConfiguration(
        vocabularySize: 11, modelDim: 8, layers: 1, heads: 4, keyValueHeads: 2, valueDim: 12, feedForwardDim: 6),
      form: .chunkwise(length: 2)),
  ]

  @Test("d loss / d weight of every kind of weight equals central differences", arguments: cases)
  func everyKindOfWeight(_ test: Case) {
    let model = Self.disturbedModel(test)
    let texts = [[1, 4, 9, 2, 2, 7, 10, 3], [1, 5, 3]]
    let targets = [[4, 9, 2, -1, 7, 10, 3, 2], [5, 3, 2]]
    let worker = GradientWorker(test.configuration, form: test.form, norms: test.norms)
    let gradients = Buffer<Float>(count: model.parameterCount)
    let scale: Float = 0.5
    var states: [ModelState?] = []
    let loss = worker.lossAndGradients(
      tokens: texts.flatMap { $0 }.map(Int32.init), targets: targets.flatMap { $0 }.map(Int32.init),
      lengths: texts.map(\.count), states: &states, parameters: model.parameters.block!,
      gradients: gradients.pointer, lossScale: scale)

    var references = texts.map { _ in PlainModel(model, norms: test.norms) }
    for (i, text) in texts.enumerated() { references[i].divisors = references[i].logits(text).divisors }
    if test.norms.retention.norm3 != .off {
      #expect(references[0].divisors!.joined().joined().contains { $0 > 1.05 }, "the divisor is at work")
    }
    func total(_ change: (inout PlainModel) -> Void) -> Double {
      zip(zip(texts, targets), references).reduce(0) { sum, item in
        var reference = item.1
        change(&reference)
        return sum + reference.loss(item.0.0, targets: item.0.1)
      }
    }
    #expect(abs(loss.nats - total { _ in }) < 1e-4 * loss.nats)
    #expect(loss.predicted == 10)
    Self.expectCentralDifferences(of: total, model, gradients, scale: Double(scale))
  }

  /// A model with weights far from their small beginnings, so that nothing is hidden by being nearly linear.
  static func disturbedModel(_ test: Case) -> RetNetModel {
    let model = RetNetModel(test.configuration, seed: 7)
    var generator = SeededGenerator(seed: 3)
    model.parameters.withMutablePointer { base in
      for entry in model.architecture.layout.entries {
        let sharp = entry.name.contains("q_proj") || entry.name.contains("k_proj")
        for i in 0..<entry.count {
          base[entry.offset + i] =
            Float(generator.nextNormal()) * 0.4 * (sharp ? test.sharpness : 1) + (entry.shape.count == 1 ? 1 : 0)
        }
      }
    }
    return model
  }

  /// Compares `gradients` with the differences of `total`, the loss of the plain model after a change of its weights.
  static func expectCentralDifferences(
    of total: ((inout PlainModel) -> Void) -> Double, _ model: RetNetModel, _ gradients: Buffer<Float>, scale: Double
  ) {
    let step = 1e-4
    for entry in model.architecture.layout.entries {
      // A prime stride meets every row and column of a matrix without taking each of its weights.
      let indices = entry.count > 40 ? Array(stride(from: 0, to: entry.count, by: 7)) : Array(0..<entry.count)
      var expected: [Double] = []
      for i in indices {
        let up = total { $0.weights[entry.name]![i] += step }
        let down = total { $0.weights[entry.name]![i] -= step }
        expected.append((up - down) / (2 * step) * scale)
      }
      let found = indices.map { gradients.pointer[entry.offset + $0] }
      // Float32 forward and backward through two layers; the differences are good to 1e-7.
      #expect(maxRelativeError(found, expected) < 2e-4, "\(entry.name)")
    }
  }
}
