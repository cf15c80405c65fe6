import Foundation
import RetNet
import RetNetSession
import RetNetText
import Testing

/// Calls with invalid shapes and values. Each throws an error that names the found and the expected value, and changes
/// nothing. Under the address sanitizer, none accesses memory out of bounds.
@Suite("Invalid calls throw errors")
struct HostileCallsTests {
  static let x = try! Tensor(normal: [2, 5, 8], seed: 1)
  static let layer = try! MultiScaleRetention(modelDim: 8, heads: 2, seed: 1)
  static let stack = try! RetNetStack(RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2), seed: 1)
  static let forms: [RetentionForm] = [.parallel, .recurrent, .chunkwise(length: 2)]

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

  @Test("A state of a different layer is refused", arguments: forms)
  func states(form: RetentionForm) throws {
    let shapes = [(8, 2, 1), (256, 8, 1), (64, 4, 1), (48, 4, 1), (8, 4, 2), (8, 1, 3)]
    for (dim, heads, batch) in shapes {
      let layer = try MultiScaleRetention(modelDim: dim, heads: heads, seed: 1)
      let input = try Tensor(normal: [batch, 3, dim], seed: 2)
      for (otherDim, otherHeads, otherBatch) in shapes where (otherDim, otherHeads, otherBatch) != (dim, heads, batch) {
        let other = try MultiScaleRetention(modelDim: otherDim, heads: otherHeads, seed: 1)
        var state = try other.makeState(batch: otherBatch)
        let before = state
        #expect(throws: RetNetError.self, "\(dim)/\(heads)/\(batch) with \(otherDim)/\(otherHeads)/\(otherBatch)") {
          _ = try layer(input, form: form, state: &state)
        }
        #expect(state == before)
        #expect(throws: RetNetError.self) {
          let stepper = try RetentionStepper(layer, state: state)
          var y = [Float](repeating: 0, count: dim * batch)
          try stepper.step(input.values, into: &y)
        }
      }
    }
    let small = try RetNetStack(RetNetStackConfiguration(modelDim: 32, layers: 2, heads: 2), seed: 1)
    let large = try RetNetStack(RetNetStackConfiguration(modelDim: 64, layers: 3, heads: 2), seed: 1)
    var state = try small.makeState()
    Self.refused("state has shape [2]", "[3]") { _ = try large(Tensor(zeros: [1, 2, 64]), form: form, state: &state) }
    let wide = try RetNetStack(RetNetStackConfiguration(modelDim: 64, layers: 2, heads: 2), seed: 1)
    Self.refused("[1, 2, 16, 32]", "[2, 32, 64]") {
      _ = try wide(Tensor(zeros: [1, 2, 64]), form: form, state: &state)
    }
  }

  @Test("Too many, too few or no weights are refused")
  func weights() throws {
    for change in [{ $0.removeLast() }, { $0.append(0) }, { $0.removeAll() }] as [(inout [Float]) -> Void] {
      var (layer, stack, linear) = (Self.layer, Self.stack, try Linear(inputs: 8, outputs: 3, seed: 1))
      change(&layer.weights)
      change(&stack.weights)
      change(&linear.weights)
      var (state, stackState) = (try Self.layer.makeState(batch: 2), try Self.stack.makeState(batch: 2))
      Self.refused("array of weights has shape [\(layer.weights.count)]", "[\(Self.layer.weights.count)]") {
        _ = try layer(Self.x)
      }
      #expect(throws: RetNetError.self) { _ = try layer(Self.x, form: .recurrent, state: &state) }
      #expect(throws: RetNetError.self) { _ = try layer.forward(Self.x) }
      #expect(throws: RetNetError.self) { _ = try RetentionStepper(layer) }
      #expect(throws: RetNetError.self) { _ = try stack(Self.x) }
      #expect(throws: RetNetError.self) { _ = try stack(Self.x, form: .recurrent, state: &stackState) }
      #expect(throws: RetNetError.self) { _ = try stack.forward(Self.x) }
      #expect(throws: RetNetError.self) { _ = try linear(Self.x) }
      #expect(throws: RetNetError.self) { _ = try linear.forward(Self.x) }
      #expect(throws: StorageError.self) {
        try stack.write(to: URL(filePath: NSTemporaryDirectory() + UUID().uuidString))
      }
    }
  }

  @Test(
    "Inputs of a different shape are refused",
    arguments: [[8], [5, 8], [2, 5, 7], [2, 5, 9], [0, 5, 8], [1, 2, 5, 8], []])
  func inputs(shape: [Int]) throws {
    let x = try Tensor(zeros: shape)
    Self.refused("\(shape)", "[batch, time, 8]") { _ = try Self.layer(x) }
    Self.refused("\(shape)", "[batch, time, 8]") { _ = try Self.stack.forward(x) }
    var state = try Self.layer.makeState(batch: 2)
    #expect(throws: RetNetError.self) { _ = try Self.layer(x, form: .parallel, state: &state) }
  }

  @Test("Chunk lengths, thread counts, batches and masks out of range are refused")
  func settings() throws {
    for length in [0, -1, Int.min, Int.max, 1 << 31] {
      Self.refused("chunk length is \(length)", "1 to") { _ = try Self.layer(Self.x, form: .chunkwise(length: length)) }
      #expect(throws: RetNetError.self) { _ = try Self.stack(Self.x, form: .chunkwise(length: length)) }
    }
    for threads in [0, -1, 257, Int.max] {
      Self.refused("number of threads is \(threads)", "1 to 256") { _ = try Self.layer(Self.x, threads: threads) }
      #expect(throws: RetNetError.self) { _ = try Self.stack.forward(Self.x, threads: threads) }
      #expect(throws: RetNetError.self) { _ = try RetentionStepper(Self.layer, threads: threads) }
    }
    for batch in [0, -1, Int.max, Int.min] {
      Self.refused("batch is \(batch)", "1 to") { _ = try Self.layer.makeState(batch: batch) }
      #expect(throws: RetNetError.self) { _ = try Self.stack.makeState(batch: batch) }
    }
    for mask in [RetentionMask.distances([]), .distances(Array(repeating: .nan, count: 25)), .distances([1, 2])] {
      #expect(throws: RetNetError.self) { _ = try Self.layer(Self.x, mask: mask) }
      #expect(throws: RetNetError.self) { _ = try Self.stack.forward(Self.x, mask: mask) }
    }
  }

  @Test("Widths and numbers of heads out of range are refused")
  func configurations() throws {
    let bad = [0, -1, Int.max, Int.min, 1 << 21]
    for value in bad {
      #expect(throws: RetNetError.self) { _ = try MultiScaleRetention(modelDim: value, heads: 2, seed: 1) }
      #expect(throws: RetNetError.self) { _ = try MultiScaleRetention(modelDim: 8, heads: value, seed: 1) }
      #expect(throws: RetNetError.self) { _ = try MultiScaleRetention(modelDim: 8, heads: 2, valueDim: value, seed: 1) }
      #expect(throws: RetNetError.self) {
        _ = try MultiScaleRetention(modelDim: 8, heads: 2, keyValueHeads: value, seed: 1)
      }
      #expect(throws: RetNetError.self) {
        _ = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2, valueFactor: value), seed: 1)
      }
      for change in [
        { $0.modelDim = value }, { $0.layers = value }, { $0.heads = value }, { $0.valueFactor = value },
        { $0.mlpWidth = .multiple(value) }, { $0.mlpWidth = .widths([4, value]) },
      ] as [(inout RetNetStackConfiguration) -> Void] {
        var configuration = RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2)
        change(&configuration)
        #expect(throws: RetNetError.self, "\(configuration)") { _ = try RetNetStack(configuration, seed: 1) }
      }
      #expect(throws: RetNetError.self) { _ = try Linear(inputs: value, outputs: 2, seed: 1) }
      #expect(throws: RetNetError.self) { _ = try Linear(inputs: 2, outputs: value, seed: 1) }
    }
    Self.refused("number of heads is 3", "key width 8 is no multiple") {
      _ = try MultiScaleRetention(modelDim: 8, heads: 3, seed: 1)
    }
    #expect(throws: RetNetError.self, "the last γ would be 1") {
      _ = try MultiScaleRetention(modelDim: 200, heads: 50, seed: 1)
    }
    for epsilon in [Float.nan, -1, .infinity] {
      #expect(throws: RetNetError.self) {
        _ = try MultiScaleRetention(modelDim: 8, heads: 2, epsilon: epsilon, seed: 1)
      }
    }
  }

  @Test("Gradients of a different shape and targets out of range are refused")
  func gradients() throws {
    for shape in [[2, 5, 7], [10, 8], [1, 5, 8], [0]] {
      let wrong = try Tensor(zeros: shape)
      Self.refused("\(shape)", "[2, 5, 8]") { _ = try Self.layer.forward(Self.x).backward(wrong) }
      Self.refused("\(shape)", "[2, 5, 8]") { _ = try Self.stack.forward(Self.x).backward(wrong) }
      #expect(throws: RetNetError.self) {
        _ = try Linear(inputs: 8, outputs: 8, seed: 1).forward(Self.x).backward(wrong)
      }
    }
    let logits = try Tensor(zeros: [2, 3])
    for targets in [[0], [0, 3], [0, Int.max], [0, 1, 2], []] {
      #expect(throws: RetNetError.self) { _ = try CrossEntropy.meanAndGradient(logits, targets: targets) }
    }
    #expect(throws: RetNetError.self) { _ = try CrossEntropy.meanAndGradient(Tensor(zeros: []), targets: [5]) }
    #expect(throws: RetNetError.self) { _ = try CrossEntropy.meanAndGradient(Tensor(zeros: [3, 0]), targets: []) }
  }

  @Test("An optimizer refuses wrong counts and values that are not finite, and changes nothing")
  func optimizer() throws {
    var layer = Self.layer
    let optimizer = try AdamW(tensors: layer.tensors)
    let gradients = [Float](repeating: 0.1, count: layer.weights.count)
    for wrong in [[], Array(gradients.dropLast()), gradients + [0]] {
      #expect(throws: RetNetError.self) {
        try optimizer.update(&layer.weights, gradients: wrong, learningRate: 1e-3)
      }
    }
    var few = [Float](repeating: 0, count: 3)
    #expect(throws: RetNetError.self) { try optimizer.update(&few, gradients: gradients, learningRate: 1e-3) }
    var broken = gradients
    broken[7] = .nan
    #expect(throws: RetNetError.self) { try optimizer.update(&layer.weights, gradients: broken, learningRate: 1e-3) }
    for rate in [Double.nan, .infinity, -1] {
      #expect(throws: RetNetError.self) {
        try optimizer.update(&layer.weights, gradients: gradients, learningRate: rate)
      }
    }
    #expect(layer.weights == Self.layer.weights)
    #expect(optimizer.updates == 0)
    #expect(throws: RetNetError.self) { _ = try AdamW(tensors: [(name: "a", shape: [2], range: 1..<3)]) }
    #expect(throws: RetNetError.self) { _ = try AdamW(tensors: layer.tensors, options: AdamW.Options(beta1: 1)) }
    #expect(throws: RetNetError.self) { _ = try AdamW(tensors: layer.tensors, options: AdamW.Options(epsilon: 0)) }
  }

  @Test("Tensors of impossible shapes are refused")
  func tensors() throws {
    for shape in [[-1], [2, -3], [Int.max, 2], [1 << 32], [1 << 20, 1 << 20], [Int.min]] {
      #expect(throws: RetNetError.self, "\(shape)") { _ = try Tensor(zeros: shape) }
      #expect(throws: RetNetError.self, "\(shape)") { _ = try Tensor(normal: shape, seed: 1) }
      #expect(throws: RetNetError.self, "\(shape)") { _ = try Tensor([1, 2], shape: shape) }
    }
    Self.refused("[3]", "2 numbers") { _ = try Tensor([1, 2], shape: [3]) }
    #expect(throws: RetNetError.self) { _ = try Tensor(zeros: [2, 3]).reshaped([7]) }
    #expect(throws: RetNetError.self) { _ = try Tensor(zeros: [2, 3]) + Tensor(zeros: [3, 2]) }
    #expect(throws: RetNetError.self) { _ = try Tensor(zeros: [2, 3]) - Tensor(zeros: [6]) }
  }

  @Test("Heads and batch indices out of a state's range are refused")
  func heads() throws {
    var state = try Self.layer.makeState(batch: 2)
    for (head, batch) in [(-1, 0), (2, 0), (0, -1), (0, 2), (Int.max, 0), (0, Int.min)] {
      #expect(throws: RetNetError.self) { _ = try state.matrix(ofHead: head, batch: batch) }
      #expect(throws: RetNetError.self) { try state.setMatrix(Tensor(zeros: [4, 8]), ofHead: head, batch: batch) }
    }
    Self.refused("[8, 4]", "[4, 8]") { try state.setMatrix(Tensor(zeros: [8, 4]), ofHead: 0) }
    let matrix = try Tensor(normal: [4, 8], seed: 3)
    try state.setMatrix(matrix, ofHead: 1, batch: 1)
    #expect(try state.matrix(ofHead: 1, batch: 1) == matrix)
    #expect(try state.matrix(ofHead: 1, batch: 0) == Tensor(zeros: [4, 8]))
  }

  @Test("Queries, keys, values and states of different shapes are refused")
  func equations() throws {
    let retention = try Retention(gammas: [0.9, 0.97], headDim: 3, valueDim: 4)
    let (q, v) = (try Tensor(zeros: [1, 2, 5, 3]), try Tensor(zeros: [1, 2, 5, 4]))
    var state = try retention.makeState()
    for wrong in [[1, 2, 4, 3], [2, 2, 5, 3], [1, 1, 5, 3], [1, 2, 5, 4], [30], []] {
      let tensor = try Tensor(zeros: wrong)
      #expect(throws: RetNetError.self) { _ = try retention(q: tensor, k: q, v: v, form: .parallel, state: &state) }
      #expect(throws: RetNetError.self) { _ = try retention(q: q, k: tensor, v: v, form: .recurrent, state: &state) }
    }
    var other = try Self.layer.makeState()
    Self.refused("[1, 2, 4, 8]", "[2, 3, 4]") {
      _ = try retention(q: q, k: q, v: v, form: .chunkwise(length: 2), state: &other)
    }
    for gammas in [[], [0], [1], [.nan], [0.5, -0.1]] as [[Double]] {
      #expect(throws: RetNetError.self) { _ = try Retention(gammas: gammas, headDim: 3, valueDim: 4) }
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
    var other = try Self.stack.makeState()
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
    Self.refused("no configuration", "RetentionModuleConfiguration") { try Self.layer.write(to: empty) }
    try Self.stack.write(to: empty)
    #expect(try RetNetStack(contentsOf: empty).weights == Self.stack.weights)
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
