import Foundation
import RetNet
import RetNetSession
import RetNetText
import Testing

/// Sequences of valid and invalid calls. The tables of `Misuse` have the single invalid calls.
@Suite("Valid calls succeed after invalid ones")
struct HostileCallsTests {
  /// Expects an error whose text contains both parts.
  static func refused(_ found: String, _ expected: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("accepted, expected an error about '\(found)'")
    } catch {
      let text = "\(error)"
      #expect(text.contains(found), "\(text)")
      #expect(text.contains(expected), "\(text)")
    }
  }

  @Test("Tokens, states and settings out of a language model's range are refused")
  func inference() throws {
    let chat = URL(filePath: #filePath).appending(path: "../../../../Models/recall").standardizedFileURL
    let model = try RetNetModel(contentsOf: chat)
    let inference = try Inference(model: model, threads: 2)
    var state = try inference.makeState()
    let (start, vocabulary) = (state, model.configuration.vocabularySize)
    var row = [Float](repeating: 0, count: vocabulary)
    for tokens in [[], [[]], [[0, -1]], [[vocabulary]], [[Int.min]], [[1], [1]], [[1, 2], [1]]] as [[[Int]]] {
      #expect(throws: ModelError.self, "\(tokens)") { _ = try inference.logits(of: tokens, state: &state) }
    }
    for length in [0, -1, Int.max] {
      #expect(throws: ModelError.self) {
        _ = try inference.logits(of: [[1, 2]], form: .chunkwise(length: length), state: &state)
      }
    }
    for token in [-1, vocabulary, Int.max, Int.min] {
      #expect(throws: ModelError.self) { try inference.step(token, state: &state, into: &row) }
    }
    var short = [Float](repeating: 0, count: vocabulary - 1)
    Self.refused("[\(vocabulary - 1)]", "[\(vocabulary)]") { try inference.step(1, state: &state, into: &short) }
    var two = try inference.makeState(batch: 2)
    #expect(throws: ModelError.self) { try inference.step(1, state: &two, into: &row) }
    var other = try Sample.stack.makeState()
    Self.refused("[2, 1, 2, 4, 8]", "expected [") { _ = try inference.logits(of: [[1]], state: &other) }
    #expect(throws: ModelError.self) { try inference.step(1, state: &other, into: &row) }
    #expect(state == start)
    #expect(throws: ModelError.self) { _ = try inference.makeState(batch: 0) }
    #expect(throws: ModelError.self) { _ = try Inference(model: model, threads: 0) }
    // Valid calls succeed: steps and the parallel form agree.
    let parallel = try inference.logits(of: [[5, 9]], form: .parallel, rows: .last, state: &state)
    var again = start
    for token in [5, 9] { try inference.step(token, state: &again, into: &row) }
    #expect(parallel.shape == [1, 1, vocabulary])
    #expect(zip(parallel.values, row).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test("Tokens and sampling values out of range are refused")
  func text() async throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../../Models/chat").standardizedFileURL
    let tokenizer = try Tokenizer(contentsOf: folder.appending(path: "tokenizer.model"))
    for token in [-1, tokenizer.vocabularySize, Int.max, Int.min] {
      Self.refused("token is \(token)", "0 to") { _ = try tokenizer.text(of: [1, token]) }
      #expect(throws: RetNetError.self) { _ = try tokenizer.name(of: token) }
      var sampler = try Sampler(SamplingOptions(), seed: 1)
      #expect(throws: RetNetError.self) { _ = try sampler.draw([0, 1, 2], recent: [token]) }
    }
    #expect(throws: StorageError.self) { _ = try Tokenizer(contentsOf: folder.appending(path: "config.json")) }
    #expect(try tokenizer.text(of: tokenizer.encode("Hello there.")) == "Hello there.")
    var sampler = try Sampler(SamplingOptions(), seed: 1)
    for bad in [Float.nan, .infinity] { #expect(throws: RetNetError.self) { _ = try sampler.draw([0, bad]) } }
    #expect(try sampler.draw([]) == nil)
    #expect(try sampler.draw([-.infinity, -.infinity]) == nil)
    #expect(try sampler.draw([-.infinity, 3, -.infinity]) == 1)
    for change in [
      { $0.temperature = -1 }, { $0.temperature = .nan }, { $0.topK = -1 }, { $0.topP = 2 }, { $0.minP = -0.5 },
      { $0.repetitionPenalty = 0 }, { $0.repetitionWindow = Int.min },
    ] as [(inout SamplingOptions) -> Void] {
      var options = SamplingOptions()
      change(&options)
      #expect(throws: ChatError.self) { _ = try Sampler(options, seed: 1) }
    }
    #expect(throws: ChatError.self) { _ = try ChatModel(contentsOf: folder, threads: 0) }
    let chat = try ChatModel(contentsOf: folder).makeChat(seed: 1)
    #expect(try await chat.reply(to: "Hello!", maxTokens: Int.min).isEmpty)
    await #expect(throws: ChatError.self) { _ = try await chat.reply(to: " \n") }
  }

  @Test("Folders without a model, stack or module are refused")
  func folders() throws {
    let empty = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: empty) }
    for folder in [empty, empty.appending(path: "none"), URL(string: "https://example.org/model")!] {
      #expect(throws: StorageError.self) { _ = try RetNetModel(contentsOf: folder) }
      #expect(throws: StorageError.self) { _ = try RetNetStack(contentsOf: folder) }
      #expect(throws: StorageError.self) { _ = try MultiScaleRetention(contentsOf: folder) }
    }
    Self.refused("no configuration", "RetentionModuleConfiguration") { try Sample.layer.write(to: empty) }
    try Sample.stack.write(to: empty)
    #expect(try RetNetStack(contentsOf: empty).weights == Sample.stack.weights)
  }

  @Test("Random layers, states, shapes and settings give an error or a result of the right shape")
  func random() throws {
    var generator = SeededChoices(seed: 7)
    var (refused, computed) = (0, 0)
    for _ in 0..<3_000 {
      do {
        let (dim, heads) = (generator.pick([1, 2, 4, 8, 12, 16]), generator.pick([1, 2, 3, 4]))
        let layer = try MultiScaleRetention(
          modelDim: dim, heads: heads, valueDim: generator.pick([nil, 4, 12, 24]),
          keyValueHeads: generator.pick([nil, 1, 2]), outputGate: generator.pick([true, false]), seed: 1)
        let other = try MultiScaleRetention(
          modelDim: generator.pick([dim, 8]), heads: generator.pick([heads, 2]), seed: 1)
        var state = try generator.pick([layer, layer, other]).makeState(batch: generator.pick([1, 2, 3]))
        let shape = [generator.pick([1, 2, 3]), generator.pick([0, 1, 2, 7]), generator.pick([dim, dim, 8])]
        let forms: [RetentionForm] = [.parallel, .recurrent, .chunkwise(length: generator.pick([0, 1, 3, 64]))]
        let form = generator.pick(forms)
        let x = try Tensor(normal: shape, seed: 2)
        let y = try layer(x, form: form, threads: generator.pick([1, 1, 2]), state: &state)
        #expect(y.shape == shape)
        #expect(state.position == shape[1])
        let pass = try layer.forward(x, form: form, mask: generator.pick([.causal, .bidirectional, .full]))
        let (dInput, dWeights) = try pass.backward(x)
        #expect(dInput.shape == shape)
        #expect(dWeights.count == layer.weights.count)
        computed += 1
      } catch {
        // Typed throws: only RetNetError reaches this line.
        refused += 1
      }
    }
    #expect(refused > 100, "\(refused) refused, \(computed) computed")
    #expect(computed > 100, "\(refused) refused, \(computed) computed")
  }
}

/// Random choices that are the same in every run.
struct SeededChoices {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return elements[Int(state >> 33) % elements.count]
  }
}
