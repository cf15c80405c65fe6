import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Replies of a chat")
struct ChatReplyTests {
  private static let messages = ["where is the cat?", "do you like old films", "déjà vu 👩‍👩‍👧"]

  @Test("The tokens of several turns equal the engine's with the same seed", arguments: [1, 2])
  func likeEngine(threads: Int) async throws {
    let folder = try ChatFolder()
    let model = try folder.open(threads: threads)
    for seed in 1...3 as ClosedRange<UInt64> {
      var sampling = model.sampling
      sampling.seed = seed
      let engine = try Engine(
        model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: sampling)
      let chat = model.makeChat(seed: seed)
      for message in Self.messages {
        try await engine.submit(message)
        var expected: [StepResult] = []
        for try await result in engine.run(maximumTokens: 30) where result.role == .reply { expected.append(result) }
        let found = try await chat.tokens(message, maxTokens: 30)
        #expect(found.map(\.token) == expected.map(\.token))
        #expect(found.map { Float($0.logProbability) } == expected.map { $0.logProbability })
        #expect(found.map { Float($0.entropy) } == expected.map { $0.entropyBefore })
        #expect(found.map(\.text).joined() == expected.last?.turnText ?? "")
        #expect(await chat.state.retention == expected.last?.state)
      }
    }
  }

  @Test("A continued text has the tokens of the text generator with the same seed, including its first space")
  func continuesText() async throws {
    let folder = try ChatFolder(symbols: [])
    let model = try folder.open()
    #expect(model.continuesText)
    for seed in 1...3 as ClosedRange<UInt64> {
      var sampling = model.sampling
      sampling.seed = seed
      var generator = try TextGenerator(
        "the cat", mode: .plain, model: model.model, tokenizer: model.tokenizer, form: .recurrent,
        norms: model.model.norms, sampling: sampling)
      var expected: [ReplyToken] = []
      while expected.count < 30, let token = try generator.next() { expected.append(token) }
      let found = try await model.makeChat(seed: seed).tokens("the cat", maxTokens: 30)
      #expect(found.map(\.token) == expected.map(\.token))
      #expect(found.map(\.text) == expected.map(\.text))
    }
  }

  @Test("The joined texts are the decoded bytes of all tokens, in complete characters")
  func wholeCharacters() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    for seed in 1...10 as ClosedRange<UInt64> {
      let tokens = try await model.makeChat(seed: seed).tokens("hello", maxTokens: 60)
      #expect(tokens.allSatisfy { $0.token < model.tokenizer.vocabularySize })
      let bytes = model.tokenizer.decodeBytes(tokens.map(\.token))
      let text = tokens.map(\.text).joined()
      let whole = String(decoding: bytes, as: UTF8.self)
      // An incomplete character at the end is one U+FFFD.
      #expect(whole == text || whole == text + "\u{FFFD}")
      #expect(try await model.makeChat(seed: seed).reply(to: "hello", maxTokens: 60) == text)
    }
  }

  /// Every token by a single step; the reply is the most probable token of each step.
  private struct ByHand {
    let model: ChatModel
    let format: ChatFormat
    let inference: Inference
    var state: ModelState
    var logits: [Float] = []

    init(_ model: ChatModel) throws {
      self.model = model
      format = try ChatFormat(model.tokenizer)
      inference = Inference(model.model)
      state = model.model.makeState()
    }

    mutating func feed(_ tokens: [Int]) throws {
      for token in tokens { logits = Array(try inference.step(token, norms: model.model.norms, state: &state)) }
    }

    mutating func hear(_ message: String) throws {
      if state.position == 0 { try feed([format.bos]) }
      try feed([format.user] + model.tokenizer.encode(message) + [format.reply])
    }

    mutating func speak(_ count: Int) throws -> [Int] {
      var reply: [Int] = []
      while reply.count < count {
        let allowed = (0..<model.tokenizer.vocabularySize).filter {
          $0 != format.bos && $0 != format.reply && (!reply.isEmpty || $0 != format.user && $0 != format.end)
        }
        let best = allowed.max { (logits[$0], $1) < (logits[$1], $0) }!
        if best == format.user || best == format.end { break }
        reply.append(best)
        try feed([best])
      }
      return reply
    }
  }

  @Test("After a loop ends early, the next message follows the last token received", arguments: [1, 2, 5])
  func breakLoop(count: Int) async throws {
    let folder = try ChatFolder(sampling: ChatFolder.greedy)
    let model = try folder.open()
    var byHand = try ByHand(model)
    let chat = model.makeChat(seed: 1)
    for message in Self.messages {
      try byHand.hear(message)
      #expect(try await chat.tokens(message, count).map(\.token) == byHand.speak(count))
      #expect(await chat.state.position == byHand.state.position)
    }
  }

  @Test("The bundled model's greedy replies equal those of single steps")
  func bundled() async throws {
    let model = try ChatModel(contentsOf: ChatFolder.bundled)
    let chat = try model.makeChat(seed: 1, sampling: ChatFolder.greedy)
    var byHand = try ByHand(model)
    for message in ["Do you like old films?", "Why?"] {
      try byHand.hear(message)
      #expect(try await chat.tokens(message, maxTokens: 8).map(\.token) == byHand.speak(8))
    }
  }

  @Test("Concurrent chats of one model have the same replies as single ones")
  func together() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let seeds = 1...4 as ClosedRange<UInt64>
    @Sendable func talk(_ seed: UInt64) async throws -> [[ReplyToken]] {
      let chat = model.makeChat(seed: seed)
      var replies: [[ReplyToken]] = []
      for message in Self.messages { replies.append(try await chat.tokens(message, maxTokens: 20)) }
      return replies
    }
    var alone: [UInt64: [[ReplyToken]]] = [:]
    for seed in seeds { alone[seed] = try await talk(seed) }
    let together = try await withThrowingTaskGroup(of: (UInt64, [[ReplyToken]]).self) { group in
      for seed in seeds { group.addTask { (seed, try await talk(seed)) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(together == alone)
  }

  @Test("During a reply, a second reply and restoring a state are refused, and the reply is not affected")
  func oneAtATime() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let expected = try await model.makeChat(seed: 1).tokens("hello", 3)
    let chat = model.makeChat(seed: 1)
    let start = await chat.state
    var first: ReplySequence.Iterator? = chat.respond(to: "hello").makeAsyncIterator()
    #expect(try await first?.next() == expected[0])
    await #expect(throws: ChatError.alreadyResponding) { try await chat.tokens("and you?") }
    await #expect(throws: ChatError.alreadyResponding) { try await chat.restore(start) }
    #expect(try await first?.next() == expected[1])
    #expect(try await first?.next() == expected[2])
    first = nil
    try await chat.restore(start)
    #expect(try await chat.tokens("hello", 3) == expected)
  }

  @Test("Concurrent replies are each complete or refused")
  func race() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let expected = try await model.makeChat(seed: 1).reply(to: "hello", maxTokens: 20)
    for _ in 0..<10 {
      let chat = model.makeChat(seed: 1)
      let replies = await withTaskGroup(of: Result<String, ChatError>.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do throws(ChatError) {
              return .success(try await chat.reply(to: "hello", maxTokens: 20))
            } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let errors = replies.compactMap { if case .failure(let error) = $0 { error } else { nil } }
      #expect(errors.allSatisfy { $0 == .alreadyResponding })
      #expect(replies.contains(.success(expected)))
    }
  }

  @Test(
    "A task cancelled before the first token leaves the chat unchanged; cancelled later, the chat ends at its last token"
  )
  func cancelled() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let chat = model.makeChat(seed: 1)
    let start = await chat.state
    let early = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await chat.reply(to: "hello")
    }
    await #expect(throws: ChatError.cancelled) { try await early.value }
    #expect(await chat.state == start)

    let late = Task {
      for try await _ in chat.respond(to: "hello") { withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: ChatError.cancelled) { try await late.value }
    let other = model.makeChat(seed: 1)
    _ = try await other.tokens("hello", 1)
    #expect(await chat.state == other.state)
    #expect(try await chat.tokens("and you?", 5) == other.tokens("and you?", 5))
  }

  @Test("A message without text is refused", arguments: ["", "  \n"])
  func empty(message: String) async throws {
    for symbols in [ChatFolder.symbols, []] {
      let folder = try ChatFolder(symbols: symbols)
      let chat = try folder.open().makeChat(seed: 1)
      let start = await chat.state
      await #expect(throws: ChatError.emptyMessage) { try await chat.reply(to: message) }
      #expect(await chat.state == start)
    }
  }

  @Test("A weight of NaN is an error, and the chat is unchanged")
  func broken() async throws {
    let folder = try ChatFolder { $0[$0.count - 1] = .nan }
    let chat = try folder.open().makeChat(seed: 1)
    let start = await chat.state
    do throws(ChatError) {
      _ = try await chat.reply(to: "hello")
      Issue.record("a reply of NaN")
    } catch {
      guard case .computation = error else {
        Issue.record("\(error)")
        return
      }
    }
    #expect(await chat.state == start)
  }

  @Test("A reply has at most the given number of tokens, and its sequence ends")
  func maxTokens() async throws {
    let folder = try ChatFolder(symbols: [])
    let chat = try folder.open().makeChat(seed: 3)
    var reply = chat.respond(to: "the cat", maxTokens: 4).makeAsyncIterator()
    var count = 0
    while try await reply.next() != nil { count += 1 }
    #expect(count <= 4)
    #expect(try await reply.next() == nil)
    _ = try await chat.reply(to: "the dog", maxTokens: 1)
  }
}
