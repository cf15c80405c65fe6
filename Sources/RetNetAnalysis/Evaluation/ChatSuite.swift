import RetNet
import RetNetSession
import RetNetText
import RetNetTraining

/// Measures the replies of a chat model in test conversations, to probes, and in conversations with checks.
///
/// Every conversation begins with an empty state and its own random seed, so the result depends neither on the number of
/// threads nor on the other conversations.
package struct ChatSuite: Sendable {
  /// Longest reply, in tokens; longer ones are cut off.
  package static let maximumTokens = 128

  package let content: SuiteContent
  /// nil skips their measures.
  package let conversations: [TestConversation]?
  package let seed: UInt64

  package init(_ content: SuiteContent, conversations: [TestConversation]?, seed: UInt64) {
    self.content = content
    self.conversations = conversations
    self.seed = seed
  }

  /// The results of all parts.
  package struct Result: Sendable, Hashable {
    /// nil without test conversations.
    package var conversations: ConversationMeasures?
    package var recall: [ProbeResult]
    package var manners: [ProbeResult]
    /// The conversations with checks.
    package var checked: [CheckedConversationResult]
  }

  /// - Parameters:
  ///   - norms: nil means the model's.
  ///   - sampling: its seed is replaced by one for each conversation.
  ///   - maximumTokens: longest reply, in tokens.
  ///   - threads: conversations at a time, each on one core.
  ///   - progress: called after each conversation, from any thread, one call at a time.
  /// - Throws: `EngineError` if the tokenizer does not fit the model, `TextError` if a symbol of the chat format is missing,
  ///   `ModelError`.
  package func run(
    _ model: RetNetModel, _ tokenizer: Tokenizer, norms: NormOptions? = nil, sampling: SamplingOptions,
    maximumTokens: Int = ChatSuite.maximumTokens, threads: Int = 1, progress: (_ done: Int, _ of: Int) -> Void
  ) throws -> Result {
    try EngineError.checkVocabulary(tokenizer, model)
    let tokenizer = tokenizer.completed(by: model.configuration)
    return try run(
      threads: threads, progress: progress, tokenCount: { tokenizer.encode($0).count },
      replier: { seed in
        var sampling = sampling
        sampling.seed = seed
        return try ModelReplier(
          model, tokenizer, norms: norms ?? model.norms, sampling: sampling, maximumTokens: maximumTokens)
      })
  }

  /// - Parameters:
  ///   - tokenCount: counts the tokens of a text.
  ///   - replier: makes a replier for a new conversation, with its random seed.
  func run(
    threads: Int, progress: (_ done: Int, _ of: Int) -> Void, tokenCount: (String) -> Int,
    replier: (_ seed: UInt64) throws -> any Replier
  ) throws -> Result {
    let scripts =
      Self.scripts(conversations?.map(\.messages) ?? [], .conversations, seed)
      + Self.scripts(content.probes.recall.map(\.messages), .recall, seed)
      + Self.scripts(content.probes.manners.map(\.messages), .manners, seed)
      + Self.scripts(content.conversations.map { $0.turns.map(\.message) }, .checked, seed)
    let replies = try Threads.map(scripts.count, threads: threads, done: { progress($0, scripts.count) }) { index in
      var replier = try replier(scripts[index].seed)
      return try replier.replies(to: scripts[index].messages)
    }
    var rest = replies[...]
    func next(_ count: Int) -> [[Reply]] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func results(_ probes: [Probe]) -> [ProbeResult] {
      zip(probes, next(probes.count)).map { ProbeResult(probe: $0, replies: $1.map(\.text)) }
    }
    return Result(
      conversations: conversations.map {
        ConversationMeasures($0, replies: next($0.count), tokenCount: tokenCount)
      },
      recall: results(content.probes.recall), manners: results(content.probes.manners),
      checked: zip(content.conversations, next(content.conversations.count)).map {
        CheckedConversationResult($0, replies: $1)
      })
  }

  private struct Script: Sendable {
    var messages: [String]
    var seed: UInt64
  }

  private enum Part: UInt64 {
    case conversations, recall, manners, checked
  }

  /// Gives each conversation a seed. Neighbouring values of `seed` give unrelated ones, and the number of conversations
  /// does not change them.
  private static func scripts(_ messages: [[String]], _ part: Part, _ seed: UInt64) -> [Script] {
    var mixed = SeededGenerator(seed: seed)
    let first = mixed.next() &+ part.rawValue << 32
    return messages.enumerated().map { Script(messages: $1, seed: first &+ UInt64($0)) }
  }
}
