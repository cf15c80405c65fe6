import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

/// Pieces of a text that begin with the state of the previous piece, against the plain Double model.
@Suite("Carried states")
struct CarriedStateTests {
  static let cases: [ModelCase] = [
    ModelCase(name: "chunkwise 3", form: .chunkwise(length: 3)),
    ModelCase(name: "chunkwise longer than the piece", form: .chunkwise(length: 100)),
    ModelCase(name: "recurrent", form: .recurrent),
    ModelCase(
      name: "norm 2, norm 3 of the paper", form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off), sharpness: 6),
    ModelCase(
      name: "torchscale", configuration: ModelCase.torchscale { _ in }, form: .chunkwise(length: 4),
      norms: NormOptions(retention: RetentionNorms(norm2: true))),
    ModelCase(
      name: "grouped keys and values",
      configuration: ModelConfiguration(
        vocabularySize: 11, modelDim: 8, layers: 2, heads: 4, keyValueHeads: 2, valueDim: 12, feedForwardDim: 6),
      form: .chunkwise(length: 2)),
  ]

  private static let text = [1, 4, 9, 2, 2, 7, 10, 3, 5, 5, 8, 0, 6, 1, 3]
  private static let targets = Array(text.dropFirst()) + [2]

  /// The pieces of one text, 4 tokens each, computed in order.
  private func pieces(_ worker: GradientWorker, _ model: RetNetModel) -> Double {
    var states: [ModelState?] = [model.makeState()]
    var nats = 0.0
    for start in stride(from: 0, to: Self.text.count, by: 4) {
      let range = start..<min(start + 4, Self.text.count)
      nats +=
        worker.loss(
          tokens: Self.text[range].map(Int32.init), targets: Self.targets[range].map(Int32.init),
          lengths: [range.count], states: &states, model.parameters.weights
        ).nats
      #expect(states[0]?.position == range.upperBound)
    }
    return nats
  }

  @Test("The loss of a text in pieces is that of the whole text", arguments: cases)
  func lossOfPieces(_ test: ModelCase) {
    let model = test.disturbedModel()
    let worker = GradientWorker(test.configuration, form: test.form, norms: test.norms)
    let found = pieces(worker, model)
    let expected = PlainModel(model, norms: test.norms).loss(Self.text, targets: Self.targets)
    #expect(abs(found - expected) < 1e-5 * expected)  // Float32
    var none: [ModelState?] = []
    let whole = worker.loss(
      tokens: Self.text.map(Int32.init), targets: Self.targets.map(Int32.init), lengths: [Self.text.count],
      states: &none, model.parameters.weights)
    #expect(abs(found - whole.nats) < 1e-5 * expected)
  }

  @Test("A piece's gradient equals central differences with the previous pieces constant", arguments: cases)
  func gradientOfPiece(_ test: ModelCase) {
    let model = test.disturbedModel()
    let worker = GradientWorker(test.configuration, form: test.form, norms: test.norms)
    let weights = model.parameters.weights
    // A piece in the middle of a text, a whole text, and the first piece of a text.
    let sequences = [Array(Self.text[4..<11]), [1, 5, 3], [1, 6, 4, 6]]
    let targets = [Self.targets[4..<11].map { $0 }, [5, -1, 2], [6, 4, 6, 9]]
    var states: [ModelState?] = [model.makeState()]
    _ = worker.loss(
      tokens: Self.text[..<4].map(Int32.init), targets: [-1, -1, -1, -1], lengths: [4], states: &states, weights)
    states += [nil, model.makeState()]
    let gradients = Buffer<Float>(count: model.parameterCount)
    let loss = worker.lossAndGradients(
      tokens: sequences.flatMap { $0 }.map(Int32.init), targets: targets.flatMap { $0 }.map(Int32.init),
      lengths: sequences.map(\.count), states: &states, parameters: model.parameters.block!,
      gradients: gradients.pointer, lossScale: 1)
    #expect(states.map { $0?.position } == [11, nil, 4])

    var references = sequences.map { _ in PlainModel(model, norms: test.norms) }
    references[0].past = references[0].logits(Array(Self.text[..<4])).keysAndValues
    for (i, sequence) in sequences.enumerated() { references[i].divisors = references[i].logits(sequence).divisors }
    if test.norms.retention.norm3 != .off {
      #expect(references[0].divisors!.joined().joined().contains { $0 > 1.05 }, "the divisor is at work")
    }
    func total(_ change: (inout PlainModel) -> Void) -> Double {
      zip(zip(sequences, targets), references).reduce(0) { sum, item in
        var reference = item.1
        change(&reference)
        return sum + reference.loss(item.0.0, targets: item.0.1)
      }
    }
    #expect(abs(loss.nats - total { _ in }) < 1e-4 * loss.nats)
    GradientTests.expectCentralDifferences(of: total, model, gradients, scale: 1)
  }

  @Test("The gradient of a trained initial state equals central differences", arguments: cases)
  func gradientOfInitialState(_ test: ModelCase) throws {
    let model = test.disturbedModel()
    let shape = test.configuration
    let worker = GradientWorker(shape, form: test.form, norms: test.norms)
    var initial = [[Double]](repeating: [], count: shape.layers)
    var generator = SeededGenerator(seed: 8)
    for layer in 0..<shape.layers { initial[layer] = (0..<shape.stateCount).map { _ in generator.nextNormal() } }
    let sequences = [Array(Self.text[4..<11]), [1, 5, 3]]
    let targets = [Array(Self.targets[4..<11]), [5, -1, 2]]
    var start = model.makeState()
    for layer in 0..<shape.layers { start.layers[layer].matrix = initial[layer].map { Float($0) } }
    var states: [ModelState?] = [start, start]
    let gradients = Buffer<Float>(count: model.parameterCount)
    let found = Buffer<Float>(count: shape.layers * shape.stateCount)
    let loss = worker.lossAndGradients(
      tokens: sequences.flatMap { $0 }.map(Int32.init), targets: targets.flatMap { $0 }.map(Int32.init),
      lengths: sequences.map(\.count), states: &states, parameters: try #require(model.parameters.block),
      gradients: gradients.pointer, stateGradients: found.pointer, lossScale: 1)

    var references = sequences.map { _ in PlainModel(model, norms: test.norms) }
    for (i, sequence) in sequences.enumerated() {
      references[i].initial = initial
      references[i].divisors = references[i].logits(sequence).divisors
    }
    func total(_ initial: [[Double]]) -> Double {
      zip(references, zip(sequences, targets)).reduce(0) { sum, item in
        var reference = item.0
        reference.initial = initial
        return sum + reference.loss(item.1.0, targets: item.1.1)
      }
    }
    #expect(abs(loss.nats - total(initial)) < 1e-4 * loss.nats)
    let largest = found.values.map { abs($0) }.max() ?? 0
    #expect(largest > 0)
    for layer in 0..<shape.layers {
      for i in stride(from: 0, to: shape.stateCount, by: 5) {
        let step = 1e-4
        var (above, below) = (initial, initial)
        above[layer][i] += step
        below[layer][i] -= step
        let expected = (total(above) - total(below)) / (2 * step)
        // Float32 against Double, relative to the largest entry.
        #expect(abs(Double(found.values[layer * shape.stateCount + i]) - expected) < 2e-4 * Double(largest))
      }
    }
  }
}
