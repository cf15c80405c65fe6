import TestSupport
import Testing

@testable import RetNet

/// Single steps have a fast path through the model.
@Suite("Recurrent steps")
struct RecurrentStepTests {
  /// Logits after each token of a text.
  private func stepped(_ model: RetNetModel, _ tokens: [Int], _ norms: NormOptions, threads: Int) throws -> (
    [Float], ModelState
  ) {
    let inference = Inference(model, threads: threads)
    var state = model.makeState()
    var logits: [Float] = []
    for token in tokens { logits += try inference.step(token, norms: norms, state: &state) }
    return (logits, state)
  }

  @Test(
    "Steps have the logits and the state of the general path, for every kind of model", arguments: ModelCase.all)
  func everyKind(_ test: ModelCase) throws {
    let model = RetNetModel(test.configuration, seed: 3)
    let tokens = (0..<40).map { $0 * 5 % 11 }
    let (logits, state) = try stepped(model, tokens, test.norms, threads: 2)
    var plainState = model.makeState()
    // More than one row: computed by the general path.
    let plain = try Inference(model).logits([tokens], form: .recurrent, norms: test.norms, state: &plainState)
    #expect(maxRelativeError(logits, plain) < 1e-5)  // Float32, two layers
    #expect(state.position == plainState.position)
    for (found, expected) in zip(state.layers, plainState.layers) {
      #expect(maxRelativeError(found.matrix, expected.matrix) < 1e-5)
      #expect(maxRelativeError(found.keySum, expected.keySum) < 1e-5)
      #expect(found.decaySum == expected.decaySum)
    }
  }

  @Test("The bits do not depend on the number of threads", arguments: WeightType.allCases)
  func threads(_ type: WeightType) throws {
    let shape = ModelConfiguration(vocabularySize: 301, modelDim: 64, layers: 2, heads: 4, feedForwardDim: 96)
    let model = RetNetModel(shape, seed: 5).storing(type)
    let tokens = (0..<20).map { $0 * 7 % 301 }
    let one = try stepped(model, tokens, model.norms, threads: 1)
    for threads in [2, 3] {
      let several = try stepped(model, tokens, model.norms, threads: threads)
      #expect(several.0 == one.0)
      #expect(several.1 == one.1)
    }
  }

  @Test("Whole texts on several threads differ by rounding only", arguments: WeightType.allCases)
  func texts(_ type: WeightType) throws {
    let shape = ModelConfiguration(vocabularySize: 301, modelDim: 64, layers: 2, heads: 4, feedForwardDim: 96)
    let model = RetNetModel(shape, seed: 5).storing(type)
    let tokens = [(0..<300).map { $0 * 7 % 301 }, (0..<300).map { $0 * 11 % 301 }]
    for form in [RetentionForm.chunkwise(length: 64), .recurrent, .parallel] {
      var (one, several) = (model.makeState(batch: 2), model.makeState(batch: 2))
      let expected = try Inference(model).logits(tokens, form: form, norms: model.norms, state: &one)
      let found = try Inference(model, threads: 3).logits(tokens, form: form, norms: model.norms, state: &several)
      #expect(maxRelativeError(found, expected) < 1e-5)
      #expect(several.position == 300)
    }
  }
}
