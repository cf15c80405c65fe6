import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Chat state")
struct ChatStateTests {
  @Test("Restoring a state and sending the same message gives the same tokens")
  func goBack() async throws {
    let folder = try ChatFolder()
    let chat = try folder.open().makeChat(seed: 1)
    _ = try await chat.tokens("hello", maxTokens: 10)
    let saved = await chat.state
    let expected = try await chat.tokens("and you?", maxTokens: 20)
    let after = await chat.state
    #expect(after != saved)
    try await chat.restore(saved)
    #expect(await chat.state == saved)
    #expect(try await chat.tokens("and you?", maxTokens: 20) == expected)
    #expect(await chat.state == after)
  }

  @Test("A state read during a reply is that of the chat after the current token")
  func duringReply() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let chat = model.makeChat(seed: 1)
    var states: [ChatState] = []
    for try await _ in chat.respond(to: "hello", maxTokens: 4) { states.append(await chat.state) }
    for (index, state) in states.enumerated() {
      let other = model.makeChat(seed: 1)
      _ = try await other.tokens("hello", index + 1)
      #expect(await other.state == state)
    }
    #expect(states.map(\.position) == (states.first.map { first in states.indices.map { first.position + $0 } }))
  }

  @Test("A state read back from its file continues with the same tokens, also after reopening the model")
  func writeAndRead() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let chat = model.makeChat(seed: 1)
    _ = try await chat.tokens("hello", 5)
    let url = folder.file("chat.state")
    try await chat.state.write(to: url)
    let expected = try await chat.tokens("and you?", maxTokens: 20)
    for opened in [model, try folder.open(threads: 2)] {
      let read = try ChatState(contentsOf: url, for: opened)
      let other = opened.makeChat(seed: 99)
      try await other.restore(read)
      #expect(await other.state == read)
      #expect(try await other.tokens("and you?", maxTokens: 20) == expected)
      #expect(await other.state == chat.state)
    }
  }

  @Test("An empty chat's state is read back")
  func emptyChat() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let state = await model.makeChat(seed: 1).state
    try state.write(to: folder.file("chat.state"))
    #expect(try ChatState(contentsOf: folder.file("chat.state"), for: model) == state)
  }

  @Test("A state file of the bundled model is hardly larger than its numbers, and is read back")
  func bundled() async throws {
    let folder = try ChatFolder()
    let model = try ChatModel(contentsOf: ChatFolder.bundled)
    let chat = model.makeChat(seed: 1)
    _ = try await chat.tokens("Hello!", 3)
    let url = folder.file("chat.state")
    let state = await chat.state
    try state.write(to: url)
    let size = try #require(try url.resourceValues(forKeys: [.fileSizeKey]).fileSize)
    #expect(size < model.model.configuration.stateBytes + 8_000)
    #expect(try ChatState(contentsOf: url, for: model) == state)
  }

  @Test("A state of another model is refused by the hash of its weights or by its shape")
  func otherModel() async throws {
    let folder = try ChatFolder()
    let (others, urls) = (
      [try ChatFolder(seed: 8), try ChatFolder(heads: 2)], [folder.file("a.state"), folder.file("b.state")]
    )
    let model = try folder.open()
    for (other, url) in zip(others, urls) {
      let state = try await other.open().makeChat(seed: 1).state
      try state.write(to: url)
      do throws(ChatError) {
        _ = try ChatState(contentsOf: url, for: model)
        Issue.record("a state of another model was read")
      } catch {
        guard case .otherModel(let found, let expected) = error else { throw error }
        #expect(found != expected)
      }
      let chat = model.makeChat(seed: 1)
      let start = await chat.state
      do throws(ChatError) {
        try await chat.restore(state)
        Issue.record("a chat went to a state of another model")
      } catch {
        guard case .otherModel = error else { throw error }
      }
      #expect(await chat.state == start)
    }
  }

  @Test("A copy of the folder is the same model")
  func copiedFolder() async throws {
    let (folder, copy) = (try ChatFolder(), try ChatFolder())
    let state = try await copy.open().makeChat(seed: 1).state
    let chat = try folder.open().makeChat(seed: 2)
    try await chat.restore(state)
    try await chat.state.write(to: folder.file("chat.state"))
  }

  @Test("A state has the hash of the opened weights, even if the file is replaced")
  func replaced() async throws {
    let (folder, other) = (try ChatFolder(), try ChatFolder(seed: 8))
    let state = try await folder.open().makeChat(seed: 1).state
    let weights = try Data(contentsOf: other.file("model.safetensors"))
    try weights.write(to: folder.file("model.safetensors"), options: .atomic)
    #expect(throws: ChatError.weightsReplaced(folder: folder.path)) {
      try state.write(to: folder.file("chat.state"))
    }
  }

  @Test("A missing folder is a file error")
  func unwritable() async throws {
    let folder = try ChatFolder()
    let state = try await folder.open().makeChat(seed: 1).state
    do throws(ChatError) {
      try state.write(to: folder.file("no/such/folder/chat.state"))
      Issue.record("written into a folder that does not exist")
    } catch {
      guard case .file = error else { throw error }
    }
  }
}
