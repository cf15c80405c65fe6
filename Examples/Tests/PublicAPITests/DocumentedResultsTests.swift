import Foundation
import RetNet
import RetNetSession
import Testing

/// Unusual calls that the documentation allows, and what they give.
@Suite("Unusual calls give the documented results")
struct DocumentedResultsTests {
  /// The indices of texts with a value that is not finite.
  private func broken(_ output: Tensor) -> [Int] {
    let size = output.values.count / output.shape[0]
    return (0..<output.shape[0]).filter { b in
      output.values[b * size..<(b + 1) * size].contains { !$0.isFinite }
    }
  }

  @Test("NaN and infinity reach the outputs of their own text, and no other text", arguments: Sample.forms)
  func notFinite(form: RetentionForm) throws {
    for value in [Float.nan, .infinity, -.infinity] {
      var values = Sample.x.values
      values[2 * 8 + 3] = value  // token 2 of text 0
      let x = try Tensor(values, shape: [2, 5, 8])
      for layer in [Sample.layer, Sample.module] {
        #expect(broken(try layer(x, form: form)) == [0])
        #expect(broken(try layer.forward(x, form: form).output) == [0])
        var state = try layer.makeState(batch: 2)
        #expect(broken(try layer(x, form: form, state: &state)) == [0])
        let clean = try layer(Sample.x, form: form)
        #expect(try layer(x, form: form).values[40...] == clean.values[40...])
      }
      #expect(broken(try Sample.stack(x, form: form)) == [0])
      let gradient = try Sample.stack.forward(x, form: form).backward(Sample.x)
      #expect(broken(gradient.dInput) == [0])
      #expect(broken(try Sample.linear(x)) == [0])
    }
  }

  @Test("In the recurrent form, NaN leaves the tokens before it unchanged")
  func notFiniteIsCausal() throws {
    var values = Sample.x.values
    values[2 * 8 + 3] = .nan
    let (clean, found) = (
      try Sample.layer(Sample.x, form: .recurrent),
      try Sample.layer(Tensor(values, shape: [2, 5, 8]), form: .recurrent)
    )
    #expect(found.values[..<16] == clean.values[..<16])
    #expect(found.values[16..<40].allSatisfy { $0.isNaN })
  }

  @Test("A weight of NaN gives NaN, not an error")
  func weights() throws {
    var (layer, linear) = (Sample.layer, Sample.linear)
    layer.weights[0] = .nan
    linear.weights[0] = .nan
    #expect(try layer(Sample.x).values.contains { $0.isNaN })
    let output = try linear(Sample.x)
    #expect(output.values.enumerated().allSatisfy { $1.isNaN == ($0 % 3 == 0) })
  }

  @Test("A model with a weight of NaN throws an error with the tensor, and the state is unchanged")
  func model() throws {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: Sample.models.appending(path: "recall"), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "model.safetensors")
    var file = StateFile(bytes: try Data(contentsOf: url))
    let name = "model.layers.1.mlp.down_proj.weight"
    file.set(name, [UInt16(0x7fc0)])  // NaN in BF16
    try file.bytes.write(to: url)
    let model = try RetNetModel(contentsOf: folder)
    let inference = try Inference(model: model)
    var state = try inference.makeState()
    let before = state
    for form in Sample.forms {
      let error = #expect(throws: ModelError.self) {
        _ = try inference.logits(of: [[1, 2, 3]], form: form, state: &state)
      }
      #expect(error?.description.contains("'\(name)' has NaN") == true)
      #expect(state == before)
    }
    let error = #expect(throws: ModelError.self) {
      var row = [Float](repeating: 0, count: model.configuration.vocabularySize)
      try inference.step(1, state: &state, into: &row)
    }
    #expect(error?.description.contains(name) == true)
  }

  @Test("Empty sequences give empty outputs and gradients, and leave the state", arguments: Sample.forms)
  func empty(form: RetentionForm) throws {
    let none = try Tensor(zeros: [2, 0, 8])
    for layer in [Sample.layer, Sample.module] {
      var state = try layer.makeState(batch: 2)
      let before = state
      #expect(try layer(none, form: form, state: &state) == none)
      #expect(state == before)
      let (dInput, dWeights) = try layer.forward(none, form: form).backward(none)
      #expect(dInput == none)
      #expect(dWeights == Array(repeating: 0, count: layer.weights.count))
    }
    let (dInput, dWeights) = try Sample.stack.forward(none, form: form).backward(none)
    #expect(dInput == none)
    #expect(dWeights == Array(repeating: 0, count: Sample.stack.weights.count))
    #expect(try Sample.linear(none).shape == [2, 0, 3])
    #expect(try Sample.layer(none, mask: .distances([])) == none)
    let retention = try Retention(gammas: [0.9], headDim: 3, valueDim: 4)
    var state = try retention.makeState()
    let q = try Tensor(zeros: [1, 1, 0, 3])
    let o = try retention(q: q, k: q, v: Tensor(zeros: [1, 1, 0, 4]), form: form, state: &state)
    #expect(o.shape == [1, 1, 0, 4])
    #expect(try CrossEntropy.meanAndGradient(Tensor(zeros: [0, 3]), targets: []).loss == 0)
    let optimizer = try AdamW(tensors: [])
    var weights: [Float] = []
    try optimizer.update(&weights, gradients: [], learningRate: 1)
    #expect(optimizer.updates == 1)
  }

  @Test("A pass keeps its weights: later changes of the layer do not change its gradients")
  func passes() throws {
    var (layer, stack, linear) = (Sample.layer, Sample.stack, Sample.linear)
    let passes = [
      try layer.forward(Sample.x), try stack.forward(Sample.x, dropoutSeed: 3), try linear.forward(Sample.x),
    ]
    let gradients = try passes.map { try $0.backward($0.output) }
    layer.weights = []
    stack.weights.removeLast(7)
    linear.weights = Array(repeating: .nan, count: linear.weights.count)
    for (pass, first) in zip(passes, gradients) {
      let second = try pass.backward(pass.output)
      #expect(second.dInput == first.dInput)
      #expect(second.dWeights == first.dWeights)
    }
  }

  @Test("ε of 0 and all group norms give finite outputs", arguments: NormOptions.Group.allCases)
  func norms(group: NormOptions.Group) throws {
    let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: group, epsilon: 0)
    #expect(try Sample.layer(Sample.x, norms: norms).values.allSatisfy(\.isFinite))
    #expect(try Sample.stack(Sample.x, norms: norms).values.allSatisfy(\.isFinite))
  }

  @Test("Numbers of threads of BLAS are clamped")
  func threads() throws {
    let expected = try Sample.linear(Sample.x)
    for count in [Int.min, -1, 0, 1] {
      BLASThreads.set(count)
      #expect(try Sample.linear(Sample.x) == expected)
    }
  }

  @Test("Fewer than 1 token gives an empty reply; no finite logit gives no token; −∞ excludes a token")
  func sampling() async throws {
    for count in [0, -1, Int.min] {
      #expect(try await Sample.recall.makeChat(seed: 1).reply(to: "A cat", maxTokens: count).isEmpty)
    }
    for temperature in [Float(0), .leastNonzeroMagnitude, 100] {
      var options = SamplingOptions()
      (options.temperature, options.topK, options.topP, options.minP) = (temperature, 0, 0, 1)
      options.repetitionPenalty = 100
      var sampler = try Sampler(options, seed: 1)
      #expect(try sampler.draw([]) == nil)
      #expect(try sampler.draw([-.infinity, -.infinity], recent: [0, 1]) == nil)
      #expect(try sampler.draw([-.infinity, 3, -.infinity], recent: [1]) == 1)
      #expect(try sampler.draw([-.greatestFiniteMagnitude, -.infinity], recent: [0]) == 0)
      #expect(try sampler.draw([.greatestFiniteMagnitude, -.greatestFiniteMagnitude]) == 0)
    }
  }
}
