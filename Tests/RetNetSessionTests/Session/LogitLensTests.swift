import TestSupport
import Testing

@testable import RetNet

@Suite("Logit lens")
struct LogitLensTests {
  /// Logits and trace after the last of `tokens`.
  private func stepped(_ model: RetNetModel, _ tokens: [Int], _ norms: NormOptions) throws -> ([Float], StepTrace) {
    let inference = Inference(model)
    var (state, trace, logits) = (model.makeState(), StepTrace(), [Float]())
    for token in tokens { logits = Array(try inference.step(token, norms: norms, state: &state, trace: &trace)) }
    return (logits, trace)
  }

  @Test("After the last layer it gives the model's logits", arguments: WeightType.allCases)
  func last(_ type: WeightType) throws {
    let shape = ModelConfiguration(vocabularySize: 301, modelDim: 64, layers: 2, heads: 4, feedForwardDim: 96)
    let model = RetNetModel(shape, seed: 5).storing(type)
    let (logits, trace) = try stepped(model, [3, 200, 17], model.norms)
    #expect(Inference(model).lens(trace.layers[1].output).logits == logits)
  }

  @Test(
    "After the first layer it gives the logits of a one-layer model, with or without a final norm",
    // DeepNorm scales by the number of layers; torchscale's norm 3 needs the parallel form.
    arguments: ModelCase.all.filter {
      !$0.configuration.deepNorm && $0.norms.retention.norm3 != .torchscale
    })
  func first(_ test: ModelCase) throws {
    let model = RetNetModel(test.configuration, seed: 3)
    var shape = test.configuration
    shape.layers = 1
    var plain = PlainModel(RetNetModel(shape, seed: 3), norms: test.norms)
    for entry in model.architecture.layout.entries where plain.weights[entry.name] != nil {
      plain.weights[entry.name] = model.parameters.values(entry.parameter).map(Double.init)
    }
    let tokens = [3, 7, 1, 10, 0]
    let (_, trace) = try stepped(model, tokens, test.norms)
    let found = Inference(model).lens(trace.layers[0].output)
    #expect(maxRelativeError(found.logits, plain.logits(tokens).logits[4]) < 1e-5)  // Float32, one layer
  }

  @Test("The result has the most probable tokens of each layer, and the rank of the model's most probable one")
  func readings() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let (logits, trace) = try stepped(model, [1, 5, 9, 40], model.norms)
    let readings = Inference(model).lensPredictions(trace, best: 4, tokenizer: tokenizer)
    #expect(readings.map(\.layer) == [0, 1])
    let own = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) }!
    #expect(readings[1].best.first?.token == own)
    #expect(readings[1].rank == 0)
    for reading in readings {
      let all = Inference(model).lens(trace.layers[reading.layer].output).logits
      let order = all.indices.sorted { (all[$0], $1) > (all[$1], $0) }
      #expect(reading.best.map(\.token) == Array(order.prefix(4)))
      #expect(order[reading.rank] == own)
      for candidate in reading.best {
        let isKnown = candidate.token < tokenizer.vocabularySize
        #expect(candidate.piece == (isKnown ? tokenizer.piece(candidate.token) : "#\(candidate.token)"))
      }
      #expect(reading.best.map(\.probability) == reading.best.map(\.probability).sorted(by: >))
    }
    #expect(Inference(model).lensPredictions(StepTrace(), best: 4, tokenizer: tokenizer).isEmpty)
  }
}
