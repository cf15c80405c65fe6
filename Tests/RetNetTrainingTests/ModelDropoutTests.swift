import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Dropout of a model")
struct ModelDropoutTests {
  static let cases = [
    ModelCase(name: "norm before each part", form: .chunkwise(length: 3)),
    ModelCase(
      name: "torchscale, deepnorm with post-norm, embedding normalized",
      configuration: ModelCase.torchscale {
        $0.deepNorm = true
        $0.preNorm = false
        $0.normalizesEmbedding = true
      }),
  ]

  @Test("Loss and gradients are those of the plain model with the same entries dropped", arguments: cases)
  func fixedMask(_ test: ModelCase) {
    let model = test.disturbedModel()
    let (modelDim, layers) = (test.configuration.modelDim, test.configuration.layers)
    let dropping = PassDropout(dropout: Dropout(probability: 0.3), seed: 5)
    let texts = [[1, 4, 9, 2, 2, 7, 10, 3], [1, 5, 3]]
    let targets = [[4, 9, 2, -1, 7, 10, 3, 2], [5, 3, 2]]
    let worker = GradientWorker(test.configuration, form: test.form, norms: test.norms)
    let gradients = Buffer<Float>(count: model.parameterCount)
    var states: [ModelState?] = []
    func gradient() -> Double {
      worker.lossAndGradients(
        tokens: texts.flatMap { $0 }.map(Int32.init), targets: targets.flatMap { $0 }.map(Int32.init),
        lengths: texts.map(\.count), states: &states, dropout: dropping, parameters: model.parameters.block!,
        gradients: gradients.pointer, lossScale: 1
      ).nats
    }
    let found = gradient()

    func factors(_ place: PassDropout.Site, _ rows: Range<Int>) -> [Double] {
      let ones = [Float](repeating: 1, count: 11 * modelDim)
      var all = ones
      dropping.dropout.forward(ones, into: &all, key: dropping.key(place), count: all.count)
      return all[rows.lowerBound * modelDim..<rows.upperBound * modelDim].map(Double.init)
    }
    let references = [0..<8, 8..<11].map { rows in
      var reference = PlainModel(model, norms: test.norms)
      reference.dropped = PlainModel.Dropped(
        embedding: factors(.embedding, rows),
        retention: (0..<layers).map { factors(.retention(block: $0), rows) },
        mlp: (0..<layers).map { factors(.mlp(block: $0), rows) })
      return reference
    }
    let all = references.flatMap { [$0.dropped!.embedding] + $0.dropped!.retention + $0.dropped!.mlp }
    #expect(all.allSatisfy { $0.contains(0) && $0.contains { $0 > 1 } }, "dropout is at work")
    func total(_ change: (inout PlainModel) -> Void) -> Double {
      zip(zip(texts, targets), references).reduce(0) { sum, item in
        var reference = item.1
        change(&reference)
        return sum + reference.loss(item.0.0, targets: item.0.1)
      }
    }
    #expect(abs(found - total { _ in }) < 1e-4 * found)
    GradientTests.expectCentralDifferences(of: total, model, gradients, scale: 1)
    #expect(gradient() == found, "the same seed leaves out the same")
  }
}
