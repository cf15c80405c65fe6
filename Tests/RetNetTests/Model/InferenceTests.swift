import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Inference")
struct InferenceTests {
  static let shape = ModelConfiguration(vocabularySize: 13, modelDim: 8, layers: 2, heads: 2, feedForwardDim: 8)

  @Test("Texts longer than a piece have the logits of the plain Double model in every form")
  func longTexts() throws {
    let model = RetNetModel(Self.shape, seed: 4)
    // Longer than two pieces. The plain model sums over all pairs of tokens, so it is only run on a short text.
    let tokens = (0..<1100).map { $0 * 5 % 13 }
    let inference = Inference(model)
    var results: [[Float]] = []
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 7), .chunkwise(length: 600)] {
      var state = model.makeState()
      results.append(try inference.logits([tokens], form: form, norms: model.norms, state: &state, rows: .last))
      #expect(state.position == 1100)
    }
    for other in results.dropFirst() { #expect(maxRelativeError(other, results[0]) < 1e-4) }
    let plain = PlainModel(model, norms: model.norms).logits(Array(tokens.prefix(150))).logits
    var state = model.makeState()
    let all = try inference.logits(
      [Array(tokens.prefix(150))], form: .chunkwise(length: 7), norms: model.norms, state: &state)
    #expect(maxRelativeError(all, plain.flatMap { $0 }) < 1e-4)
  }

  @Test("A batch of equal texts, and single steps, give the same logits as one text")
  func batchAndSteps() throws {
    let model = RetNetModel(Self.shape, seed: 4)
    let inference = Inference(model)
    let texts = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    var state = model.makeState(batch: 2)
    let both = try inference.logits(texts, form: .chunkwise(length: 2), norms: model.norms, state: &state)
    for (i, text) in texts.enumerated() {
      var single = model.makeState()
      var stepped: [Float] = []
      for token in text { stepped += try inference.step(token, norms: model.norms, state: &single) }
      #expect(maxRelativeError(both[i * 65..<(i + 1) * 65], stepped) < 1e-5)
    }
  }

  @Test("Errors name invalid tokens, and the state is unchanged")
  func badTokens() throws {
    let model = RetNetModel(Self.shape, seed: 4)
    let inference = Inference(model)
    var state = model.makeState()
    func run(_ tokens: [[Int]]) throws {
      _ = try inference.logits(tokens, form: .parallel, norms: model.norms, state: &state)
    }
    #expect(throws: ModelError.tokenOutOfRange(token: 13, index: 1, vocabularySize: 13)) { try run([[1, 13]]) }
    #expect(throws: ModelError.tokenOutOfRange(token: -1, index: 0, vocabularySize: 13)) { try run([[-1]]) }
    #expect(throws: ModelError.noTokens) { try run([[]]) }
    #expect(state == model.makeState())
  }

  @Test(
    "NaN and infinite weights are reported at the first step by layer, head and tensor",
    arguments: [
      ("model.layers.1.attn.v_proj.weight", 1 as Int?, 0 as Int?, Float.nan), ("model.embeddings.weight", 0, 0, .nan),
      ("model.layers.0.mlp.down_proj.weight", 0, nil, .infinity), ("lm_head.weight", nil, nil, .nan),
    ])
  func notFinite(_ name: String, _ layer: Int?, _ head: Int?, _ value: Float) throws {
    let model = RetNetModel(Self.shape, seed: 4)
    let entry = try #require(model.architecture.layout.entries.first { $0.name == name })
    model.parameters.withMutablePointer { base in
      for i in 0..<entry.count { base[entry.offset + i] = value }
    }
    var state = model.makeState()
    #expect(
      throws: ModelError.notFinite(layer: layer, head: head, tensor: name, position: 0, form: .recurrent)
    ) {
      _ = try Inference(model).step(3, norms: model.norms, state: &state)
    }
  }

  @Test("The error names a head with broken values, in every form", arguments: [nil, RetentionForm.parallel])
  func brokenHead(_ form: RetentionForm?) throws {
    let model = RetNetModel(Self.shape, seed: 4)
    let name = "model.layers.0.attn.v_proj.weight"
    let entry = try #require(model.architecture.layout.entries.first { $0.name == name })
    // The last row gives the last value of the last head.
    model.parameters.withMutablePointer { $0[entry.offset + entry.count - 1] = .infinity }
    var state = model.makeState()
    #expect {
      if let form {
        _ = try Inference(model).logits([[3]], form: form, norms: model.norms, state: &state)
      } else {
        _ = try Inference(model).step(3, norms: model.norms, state: &state)
      }
    } throws: {
      isNotFinite($0, layer: 0, head: Self.shape.heads - 1, tensor: name) && "\($0)".contains("layer 0 head")
        && "\($0)".contains(form == nil ? "recurrent form" : "parallel form")
    }
  }

  @Test("The vector exponential is within 2·10⁻⁷ of the Double one")
  func exponential() {
    var worst = 0.0
    for i in -8600...8600 {
      let x = Float(i) * 0.01
      let exact = Foundation.exp(Double(x))
      worst = max(worst, abs(Double(VectorMath.exp(x)) - exact) / exact)
    }
    #expect(worst < 2e-7)
    #expect(VectorMath.exp(-1000) < 1e-37)
    #expect(VectorMath.exp(1000).isFinite)
  }
}
