import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

/// Every gradient against central differences of the plain Double model: the two share no code.
@Suite("Gradients")
struct GradientTests {
  @Test("d loss / d weight of every kind of weight equals central differences", arguments: ModelCase.all)
  func everyKindOfWeight(_ test: ModelCase) {
    let model = test.disturbedModel()
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

  /// Compares `gradients` with the differences of `total`, the loss of the plain model after a change of its weights.
  static func expectCentralDifferences(
    of total: ((inout PlainModel) -> Void) -> Double, _ model: RetNetModel, _ gradients: Buffer<Float>, scale: Double
  ) {
    let step = 1e-4
    for entry in model.architecture.layout.entries {
      // A prime stride covers every row and column of a matrix with a sample of its weights.
      let indices = entry.count > 40 ? Array(stride(from: 0, to: entry.count, by: 7)) : Array(0..<entry.count)
      var expected: [Double] = []
      for i in indices {
        let up = total { $0.weights[entry.name]![i] += step }
        let down = total { $0.weights[entry.name]![i] -= step }
        expected.append((up - down) / (2 * step) * scale)
      }
      let found = indices.map { gradients.pointer[entry.offset + $0] }
      // Float32 forward and backward through two layers; the differences are accurate to 1e-7.
      #expect(maxRelativeError(found, expected) < 2e-4, "\(entry.name)")
    }
  }
}
