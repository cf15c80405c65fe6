import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Opening a chat model")
struct ChatModelTests {
  private func errorOpening(_ url: URL) -> ChatError? {
    do throws(ChatError) {
      _ = try ChatModel(contentsOf: url)
      return nil
    } catch {
      return error
    }
  }

  @Test("Sampling options are read from generation_config.json or have defaults")
  func sampling() throws {
    #expect(try ChatFolder().open().sampling == ChatFolder.sampling)
    #expect(try ChatFolder(sampling: nil).open().sampling == SamplingOptions())
  }

  @Test("The error names a missing file", arguments: ["tokenizer.model", "config.json", "model.safetensors"])
  func missing(name: String) throws {
    let folder = try ChatFolder()
    try FileManager.default.removeItem(at: folder.file(name))
    let path = folder.file(name).path(percentEncoded: false)
    guard case .file(path, let reason) = errorOpening(folder.url) else {
      Issue.record("\(String(describing: errorOpening(folder.url)))")
      return
    }
    #expect(reason.contains(name))
  }

  @Test("A missing folder and a web URL are file errors")
  func noFolder() throws {
    guard case .file = errorOpening(URL(filePath: "/nonexistent/model")) else { throw Missing() }
    guard case .file = errorOpening(URL(string: "https://example.org/model")!) else { throw Missing() }
  }

  @Test(
    "A damaged file is a model error that names it",
    arguments: [
      ("generation_config.json", #"{"top_p": 7}"#, "top_p"), ("config.json", "[]", "the whole file"),
      ("tokenizer.model", "not a vocabulary", "tokenizer.model"), ("model.safetensors", "GGUF", "GGUF"),
    ])
  func damaged(name: String, content: String, mention: String) throws {
    let folder = try ChatFolder()
    try Data(content.utf8).write(to: folder.file(name))
    guard case .model(folder.path, let reason) = errorOpening(folder.url) else { throw Missing() }
    #expect(reason.contains(mention))
  }

  @Test("A tokenizer with more pieces than the model has tokens is refused")
  func vocabulary() throws {
    let folder = try ChatFolder(extraTokens: 0)
    let larger = [ChatFormat.userSymbol, ChatFormat.replySymbol, "<|other|>", "<|more|>"]
    try Tokenizer.train(
      files: [folder.file("dialogue.txt").path(percentEncoded: false)], vocabularySize: 288, controlSymbols: larger,
      to: folder.file("tokenizer.model").path(percentEncoded: false))
    guard case .model(_, let reason) = errorOpening(folder.url) else { throw Missing() }
    #expect(reason.contains("288"))
  }

  @Test("A sampling option out of range is refused by name; its bounds are valid")
  func samplingRanges() throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    func name(_ change: (inout SamplingOptions) -> Void) -> String? {
      var options = SamplingOptions()
      change(&options)
      do throws(ChatError) {
        _ = try model.makeChat(seed: 1, sampling: options)
        return nil
      } catch {
        guard case .sampling(let name, _, _) = error else { return "\(error)" }
        return name
      }
    }
    for value in [-0.1, 100.5, .nan, .infinity] as [Float] { #expect(name { $0.temperature = value } == "temperature") }
    for value in [-0.1, 1.1, .nan] as [Float] {
      #expect(name { $0.topP = value } == "topP")
      #expect(name { $0.minP = value } == "minP")
    }
    for value in [0, -1, 101, .nan] as [Float] {
      #expect(name { $0.repetitionPenalty = value } == "repetitionPenalty")
    }
    for value in [-1, .max, .min] {
      #expect(name { $0.topK = value } == "topK")
      #expect(name { $0.repetitionWindow = value } == "repetitionWindow")
    }
    for value in [0, 100] as [Float] { #expect(name { $0.temperature = value } == nil) }
    for value in [0, 1] as [Float] {
      #expect(name { $0.topP = value } == nil)
      #expect(name { $0.minP = value } == nil)
    }
    for value in [0.01, 100] as [Float] { #expect(name { $0.repetitionPenalty = value } == nil) }
    for value in [0, 1 << 24] {
      #expect(name { $0.topK = value } == nil)
      #expect(name { $0.repetitionWindow = value } == nil)
    }
  }

  @Test("A chat begins with a persona's state; that of another model is refused")
  func persona() async throws {
    let (folder, other) = (try ChatFolder(), try ChatFolder(seed: 8))
    let model = try folder.open()
    let configuration = model.model.configuration
    var generator = SeededGenerator(seed: 5)
    let matrices = (0..<configuration.layers).map { _ in
      (0..<configuration.stateCount).map { _ in Float(generator.nextNormal()) }
    }
    let hash = try SHA256.hex(ofFile: folder.file("model.safetensors").path(percentEncoded: false))
    let url = folder.file("calm.state")
    try InitialState(matrices: matrices, modelHash: hash)
      .write(to: url.path(percentEncoded: false), for: configuration)
    let chat = try model.makeChat(seed: 1, persona: url)
    #expect(await chat.state.retention.layers.map(\.matrix) == matrices)
    #expect(await chat.state.position == 0)

    var sampling = model.sampling
    sampling.seed = 1
    let engine = try Engine(
      model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: sampling,
      initialState: InitialState(matrices: matrices, modelHash: hash))
    try await engine.submit("hello")
    var expected: [Int] = []
    for try await result in engine.run(maximumTokens: 10) where result.role == .reply { expected.append(result.token) }
    #expect(try await chat.tokens("hello", maxTokens: 10).map(\.token) == expected)

    let otherModel = try other.open()
    do throws(ChatError) {
      _ = try otherModel.makeChat(seed: 1, persona: url)
      Issue.record("a persona of another model")
    } catch {
      guard case .state = error else { throw error }
    }
  }

  private struct Missing: Error {}
}
