import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetText

@Suite("Chat suite")
struct ChatSuiteTests {
  /// Replies with the given text for a message; without one, with all messages so far.
  private struct Scripted: Replier {
    var lines: [String: Reply] = [:]
    var heard: [String] = []

    mutating func reply(to message: String) -> Reply {
      heard.append(message)
      return lines[message] ?? Reply(text: heard.joined(separator: " "), tokens: heard.count, reachedLimit: false)
    }
  }

  private static let probes = Probes(
    recall: [
      Probe(messages: ["I am Anna.", "Nice day.", "Who am I?"], expect: "\\banna\\b", kind: "name"),
      Probe(messages: ["I am Ben.", "Who is it?"], expect: "\\bben\\b", kind: "name"),
      Probe(messages: ["I am in Rome.", "Where am I?"], expect: "\\brome\\b", kind: "town"),
    ],
    manners: [
      Probe(messages: ["hi"], expect: "hello", kind: "greeting"),
      Probe(messages: ["the cat", "hi"], expect: "the cat hi", kind: "greeting"),
    ])

  private func run(
    _ conversations: [TestConversation]?, _ lines: [String: Reply], checked: [CheckedConversation] = [],
    threads: Int = 1
  ) throws -> ChatSuite.Result {
    try ChatSuite(
      SuiteContent(probes: Self.probes, conversations: checked), conversations: conversations, seed: 1
    ).run(
      threads: threads, progress: { _, _ in }, tokenCount: \.utf8.count, replier: { _ in Scripted(lines: lines) })
  }

  @Test("Lengths, repetitions and unended replies equal hand-counted ones", arguments: [1, 4])
  func measures(threads: Int) throws {
    let result = try run(
      [
        TestConversation([
          Turn(.user, "m1"), Turn(.reply, "well then"), Turn(.user, "m2"), Turn(.reply, "a b c d"),
        ]),
        TestConversation([Turn(.user, "m3")]),
      ],
      [
        "m1": Reply(text: "I like it a lot. I like it a lot! I like it a lot", tokens: 20, reachedLimit: false),
        "m2": Reply(text: "Yes.", tokens: 2, reachedLimit: false),
        "m3": Reply(text: "No, never, not at all", tokens: 128, reachedLimit: true),
      ], threads: threads)
    let measures = try #require(result.conversations)
    #expect(measures.conversations == 2)
    #expect(measures.replies == 3)
    // Words 1, 5, 15 and 2, 4; tokens 2, 20, 128 and, in bytes, 7, 9.
    #expect(measures.words.model.median == 5)
    #expect(measures.words.data.median == 3)
    #expect(abs(measures.words.model.percentile90 - 13) < 1e-12)
    #expect(abs(measures.words.data.percentile90 - 3.8) < 1e-12)
    #expect(abs(measures.words.medianRatio - 5.0 / 3) < 1e-12)
    #expect(measures.tokens.model.median == 20)
    #expect(measures.tokens.data.median == 8)
    #expect(abs(measures.tokens.percentile90Ratio - 106.4 / 8.8) < 1e-12)
    #expect(measures.repeating == 1)
    #expect(measures.cutOff == 1)
  }

  @Test("The last reply counts, each conversation has an empty state, and kinds are counted separately")
  func probes() throws {
    // For other messages the fake repeats all messages so far.
    let result = try run(
      [TestConversation([Turn(.user, "I am Anna."), Turn(.reply, "hi")])],
      [
        "Who is it?": Reply(text: "I forgot.", tokens: 3, reachedLimit: false),
        "Where am I?": Reply(text: "In ROME!", tokens: 3, reachedLimit: false),
      ])
    #expect(result.recall.map(\.matched) == [true, false, true])
    #expect(result.recall[0].replies == ["I am Anna.", "I am Anna. Nice day.", "I am Anna. Nice day. Who am I?"])
    #expect(result.recall[1].replies == ["I am Ben.", "I forgot."])
    #expect(result.manners.map(\.matched) == [false, true])
    #expect(result.recall.map(\.probe) == Self.probes.recall)
    #expect(result.manners.map(\.probe) == Self.probes.manners)
    let kinds = Score.byKind(result.recall.map(\.outcome))
    #expect(kinds.map(\.kind) == ["name", "town"])
    #expect(kinds.map(\.score.matched) == [1, 1])
    #expect(kinds.map(\.score.count) == [2, 1])
  }

  @Test("Each check tests the reply to its turn, which depends on the previous turns")
  func checks() throws {
    func turn(_ message: String, _ checks: ReplyCheck...) -> CheckedTurn {
      CheckedTurn(message: message, checks: checks)
    }
    let result = try run(
      nil,
      [
        "hi": Reply(text: "Hello!", tokens: 2, reachedLimit: false),
        "bye": Reply(text: "See you", tokens: 2, reachedLimit: false),
      ],
      checked: [
        CheckedConversation(
          name: "one", kind: "talk",
          turns: [
            turn("hi", ReplyCheck(kind: "greeting", expect: "hello", reject: "bye")), turn("I am Anna."),
            turn("Who?", ReplyCheck(kind: "name", expect: "anna"), ReplyCheck(kind: "brief", reject: "\\w+ \\w+")),
          ]),
        CheckedConversation(
          name: "two", kind: "end",
          turns: [
            turn("Who?", ReplyCheck(kind: "name", expect: "anna")),
            turn("bye", ReplyCheck(kind: "greeting", expect: "you", reject: "see")),
          ]),
      ])
    #expect(result.conversations == nil)
    #expect(result.checked.map(\.conversation.name) == ["one", "two"])
    #expect(
      result.checked.map(\.replies) == [
        ["Hello!", "hi I am Anna.", "hi I am Anna. Who?"], ["Who?", "See you"],
      ])
    #expect(result.checked[0].outcomes.map { $0.map(\.matched) } == [[true], [], [true, false]])
    #expect(result.checked[1].outcomes.map { $0.map(\.matched) } == [[false], [false]])
    #expect(result.checked[0].outcomes.map { $0.map(\.kind) } == [["greeting"], [], ["name", "brief"]])
    #expect(result.recall.count == 3)
    #expect(result.manners.map(\.matched) == [true, false])
  }

  @Test("A conversation with checks counts as repeating or unended if one of its replies is")
  func faults() throws {
    func conversation(_ messages: String...) -> CheckedConversation {
      CheckedConversation(
        name: messages[0], kind: "a",
        turns: messages.map { CheckedTurn(message: $0, checks: [ReplyCheck(kind: "k", expect: "a")]) })
    }
    let result = try run(
      nil,
      [
        "m1": Reply(text: "I like it a lot. I like it a lot! I like it a lot", tokens: 20, reachedLimit: false),
        "m2": Reply(text: "No, never, not at all", tokens: 128, reachedLimit: true),
      ], checked: [conversation("a", "m1"), conversation("m2", "b"), conversation("c"), conversation("m2", "m1")])
    #expect(result.checked.map(\.isRepeating) == [true, false, false, true])
    #expect(result.checked.map(\.isCutOff) == [false, true, false, true])
  }

  @Test("Each conversation has its own seed, derived from the suite's")
  func seeds() throws {
    func seeds(_ seed: UInt64, conversations: Int) throws -> [UInt64] {
      let all = Mutex<[UInt64]>([])
      let conversation = TestConversation([Turn(.user, "a"), Turn(.reply, "b")])
      let checked = CheckedConversation(name: "a", kind: "b", turns: [CheckedTurn(message: "c", checks: [])])
      _ = try ChatSuite(
        SuiteContent(probes: Self.probes, conversations: Array(repeating: checked, count: conversations)),
        conversations: Array(repeating: conversation, count: conversations), seed: seed
      ).run(threads: 1, progress: { _, _ in }, tokenCount: \.count) { seed in
        all.withLock { $0.append(seed) }
        return Scripted()
      }
      return all.withLock { $0 }
    }
    let (three, five) = (try seeds(1, conversations: 3), try seeds(1, conversations: 5))
    #expect(Set(five).count == 15)
    #expect(Set(three).isSubset(of: five))
    #expect(Set(five).isDisjoint(with: try seeds(2, conversations: 5)))
  }

  @Test("A model's replies depend on the seed, but not on the number of threads")
  func model() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let conversations = TrainedTokenizer.lines.map {
      TestConversation([Turn(.user, $0), Turn(.reply, "the dog"), Turn(.user, "who?"), Turn(.reply, "I ran home.")])
    }
    func run(seed: UInt64, threads: Int) throws -> (ChatSuite.Result, progress: [Int]) {
      var progress: [Int] = []
      let result = try ChatSuite(
        SuiteContent(probes: Self.probes), conversations: conversations, seed: seed
      ).run(
        model, tokenizer, sampling: SamplingOptions(), maximumTokens: 20, threads: threads
      ) { done, count in
        progress.append(done)
        #expect(count == conversations.count + 5)
      }
      return (result, progress)
    }
    let one = try run(seed: 1, threads: 1)
    #expect(one.0.conversations?.replies == 14)
    #expect(one.progress == Array(1...12))
    let three = try run(seed: 1, threads: 3)
    #expect(three.0 == one.0)
    #expect(three.progress == one.progress)
    #expect(try run(seed: 1, threads: 1).0 == one.0)
    #expect(try run(seed: 2, threads: 1).0.recall != one.0.recall)
  }

  @Test("Replies equal the engine's, turn by turn, and end where it stops", arguments: [3, 40])
  func likeEngine(maximumTokens: Int) async throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    for seed in 1...6 as ClosedRange<UInt64> {
      var sampling = SamplingOptions()
      sampling.seed = seed
      sampling.temperature = 1.5
      let engine = try Engine(model: model, tokenizer: tokenizer, norms: model.norms, sampling: sampling)
      var replier = try ModelReplier(
        model, engine.tokenizer, norms: model.norms, sampling: sampling, maximumTokens: maximumTokens)
      for message in ["where is the cat?", "who saw it?", "home"] {
        try await engine.submit(message)
        var said: [StepResult] = []
        for try await result in engine.run(maximumTokens: maximumTokens) where result.role == .reply {
          said.append(result)
        }
        let reply = try replier.reply(to: message)
        #expect(reply.text == said.last?.turnText.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(reply.tokens == said.count)
        #expect(reply.reachedLimit == (said.count == maximumTokens))
      }
    }
  }

  @Test("A tokenizer without chat symbols and a model with a value that is not finite are refused")
  func refused() throws {
    let suite = ChatSuite(SuiteContent(probes: Self.probes), conversations: nil, seed: 1)
    func run(_ tokenizer: Tokenizer, _ model: RetNetModel) throws {
      _ = try suite.run(model, tokenizer, sampling: SamplingOptions(), threads: 2) { _, _ in }
    }
    let plain = try TrainedTokenizer.plain.get()
    #expect(throws: TextError.missingSymbol(symbol: "<|user|>", purpose: "chat")) {
      try run(plain, RetNetModel.small(plain))
    }
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let entry = try #require(model.architecture.layout.entries.first { $0.name.hasSuffix("1.attn.v_proj.weight") })
    model.parameters.withMutablePointer { $0[entry.offset] = .nan }
    #expect {
      try run(tokenizer, model)
    } throws: {
      isNotFinite($0, layer: 1, head: 0, tensor: entry.name)
    }
  }
}
