import Foundation
import RetNet
import RetNetSession
import RetNetText
import RetNetTraining
import Testing

/// The Swift code of README.md, docs/library.md and the articles in Sources. `make lint` compares it with this file.
@Suite("The code of the documents runs")
struct DocumentationTests {
  let folder = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)

  @Test("Layers and training")
  func layers() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let layer = try MultiScaleRetention(modelDim: 64, heads: 4, seed: 1)
    var state = try layer.makeState(batch: 1)

    let text = try Tensor(normal: [1, 100, 64], seed: 2)  // [batch, time, modelDim]
    let output = try layer(text, form: .chunkwise(length: 64), state: &state)  // [1, 100, 64]

    let token = try Tensor(normal: [1, 1, 64], seed: 3)  // one token more
    let next = try layer(token, form: .recurrent, state: &state)  // [1, 1, 64]

    #expect(output.shape == [1, 100, 64])
    #expect(next.shape == [1, 1, 64])
    #expect(state.position == 101)

    let parallel = try layer(text, form: .parallel)
    let recurrent = try layer(text, form: .recurrent)
    let chunkwise = try layer(text, form: .chunkwise(length: 32))

    for other in [recurrent, chunkwise] {
      let differences = zip(parallel.values, other.values).map { abs($0 - $1) }
      #expect((differences.max() ?? 1) < 1e-5 * (parallel.values.map(abs).max() ?? 0))  // Float32, 100 terms
    }

    let before = state
    try states(layer, token, state)

    #expect(state == before)

    let stepper = try RetentionStepper(layer, state: state)
    var y = [Float](repeating: 0, count: 64)
    try stepper.step(token.values, into: &y)
    let matrix = try stepper.state.matrix(ofHead: 0)  // S of the first head, [d_k, d_v]

    #expect(matrix.shape == [16, 32])
    #expect(stepper.state.position == 102)

    let configuration = RetentionModuleConfiguration(modelDim: 64, heads: 4, gate: .gelu)
    let module = try MultiScaleRetention(configuration, seed: 1)
    let both = try module(text, mask: .bidirectional)  // [1, 100, 64]
    try module.write(to: folder)
    let same = try MultiScaleRetention(contentsOf: folder)

    #expect(try same(text, mask: .bidirectional) == both)

    var stack = try RetNetStack(
      RetNetStackConfiguration(modelDim: 64, layers: 2, heads: 4, dropout: 0.1, mlpWidth: .widths([128, 96])), seed: 1)
    let optimizer = try AdamW(tensors: stack.tensors)
    let target = try Tensor(zeros: [1, 100, 64])
    for step in 0..<10 {
      let pass = try stack.forward(text, form: .chunkwise(length: 64), dropoutSeed: UInt64(step))
      let dOutput = try pass.output - target  // the gradient of half the squared distance
      try optimizer.update(&stack.weights, gradients: pass.backward(dOutput).dWeights, learningRate: 1e-3)
    }

    #expect(optimizer.updates == 10)
  }

  /// The code of the article about states.
  private func states(
    _ layer: MultiScaleRetention, _ token: Tensor, _ initial: RetentionState<Float>
  ) throws {
    var state = initial
    let url = folder.appending(path: "layer.state")

    let snapshot = state
    let first = try layer(token, form: .recurrent, state: &state)
    state = snapshot  // goes back to the snapshot
    let second = try layer(token, form: .recurrent, state: &state)  // the same bits as first

    #expect(first == second)

    try state.write(to: url)
    var restored = try RetentionState<Float>(contentsOf: url)

    #expect(restored == state)
    #expect(try layer(token, form: .recurrent, state: &restored).shape == [1, 1, 64])

    let s = try state.matrix(ofHead: 0)  // S of head 0, [headDim, valueDim]
    let svg = try Heatmap(s).svg
    try state.setMatrix(s.map { $0 / 2 }, ofHead: 0)

    #expect(svg.hasPrefix("<svg"))
    #expect(try state.matrix(ofHead: 0).values == s.values.map { $0 / 2 })
  }

  @Test("Language models and their training")
  func languageModels() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The paths in the documents are relative to a folder, here the repository's root.
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    #expect(FileManager.default.changeCurrentDirectoryPath(root.path))

    let model = try RetNetModel(contentsOf: URL(filePath: "Models/chat"))
    let inference = try Inference(model: model)
    var state = try inference.makeState()
    let logits = try inference.logits(of: [[1, 5, 9]], rows: .last, state: &state)  // [1, 1, vocabulary]

    #expect(logits.shape == [1, 1, model.configuration.vocabularySize])

    let tokenizer = try Tokenizer(contentsOf: URL(filePath: "Models/chat/tokenizer.model"))
    let tokens = tokenizer.encode("The cat sat.")
    let sameText = try tokenizer.text(of: tokens)

    #expect(sameText == "The cat sat.")
    #expect(throws: TextTrainingError.self, "there is no such file here") {
      var options = TextTraining.Options()
      options.steps = 300
      let training = try TextTraining(files: [URL(filePath: "stories.txt")], options: options)
      try training.run(in: folder) { print($0.step, $0.loss) }
    }
  }

  @Test("Chats")
  func chats() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The paths in the documents are relative to the repository's root.
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    #expect(FileManager.default.changeCurrentDirectoryPath(root.path))

    let model = try ChatModel(contentsOf: URL(filePath: "Models/chat"))
    let chat = model.makeChat(seed: 1)
    for try await token in chat.respond(to: "Do you like old films?") {
      print(token.text, terminator: "")
    }
    let answer = try await chat.reply(to: "Which one?", maxTokens: 60)  // the same, as one String

    #expect(!answer.isEmpty)

    let saved = await chat.state  // a value
    try await chat.restore(saved)  // goes back to it

    let url = folder.appending(path: "evening.state")
    try saved.write(to: url)
    try await chat.restore(ChatState(contentsOf: url, for: model))

    #expect(await chat.state == saved)

    var sampling = model.sampling
    sampling.temperature = 0.3
    let calm = try model.makeChat(seed: 2, sampling: sampling)

    #expect(calm.sampling.temperature == 0.3)
    #expect(throws: ChatError.self, "there is no such persona here") {
      let witty = try model.makeChat(seed: 2, persona: URL(filePath: "witty.state"))
      _ = witty
    }
  }
}
