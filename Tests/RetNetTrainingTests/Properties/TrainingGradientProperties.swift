import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

/// Gradients of random language models of both dialects.
@Suite("Properties of training gradients")
struct TrainingGradientProperties {
  @Test(
    "The gradient in a random direction equals the central difference of the plain Double model",
    arguments: RandomCase.seeds(50))
  func direction(seed: UInt64) {
    var random = RandomCase(seed: seed)
    var test = RandomModel(&random)
    test.initial = nil
    let form = random.form(upTo: test.tokens.count)
    let count = test.model.configuration.vocabularySize
    // Two texts of different lengths; some tokens are not predicted.
    let texts = [test.tokens, Array(test.tokens.reversed().prefix((test.tokens.count + 1) / 2))]
    let targets = texts.map { text in text.map { random.chance(0.2) ? -1 : ($0 * 5 + 1) % count } }
    let worker = GradientWorker(test.model.configuration, form: form, norms: test.norms)
    let gradients = Buffer<Float>(count: test.model.parameterCount)
    var states: [ModelState?] = []
    let loss = worker.lossAndGradients(
      tokens: texts.joined().map(Int32.init), targets: targets.joined().map(Int32.init),
      lengths: texts.map(\.count), states: &states, parameters: test.model.parameters.block!,
      gradients: gradients.pointer, lossScale: 1)

    let direction = random.normal(test.model.parameterCount)
    var references = texts.map { _ in test.plain() }
    for (i, text) in texts.enumerated() { references[i].divisors = references[i].logits(text).divisors }
    let entries = test.model.architecture.layout.entries
    let weights = UnsafeBufferPointer(start: test.model.parameters.block!, count: direction.count).map(Double.init)
    func total(_ weights: [Double], _ distance: Double) -> Double {
      texts.indices.reduce(0) { sum, i in
        for entry in entries {
          references[i].weights[entry.name] = (entry.offset..<entry.offset + entry.count).map {
            weights[$0] + distance * Double(direction[$0])
          }
        }
        return sum + references[i].loss(texts[i], targets: targets[i])
      }
    }
    let exact = total(weights, 0)
    #expect(abs(loss.nats - exact) <= 1e-4 * max(exact, 1), "seed \(seed), \(form), \(test)")
    #expect(loss.predicted == targets.joined().count { $0 >= 0 })
    let terms = gradients.values.indices.map { Double(gradients.pointer[$0]) * Double(direction[$0]) }
    let error = derivativeError(terms, of: total, at: weights, seed: seed)
    #expect(error < 1, "seed \(seed), \(form), \(test)")
  }
}
