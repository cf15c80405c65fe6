/// Has a chat model talk, and measures what it says: in test conversations, and to probes.
///
/// Every conversation begins with an empty state and random numbers of its own, so that the result depends neither on the
/// number of threads nor on the other conversations.
public struct ChatSuite: Sendable {
  /// A reply is cut off here.
  public static let maximumTokens = 128

  public let probes: Probes
  public let conversations: [TestConversation]
  public let seed: UInt64

  public init(probes: Probes, conversations: [TestConversation], seed: UInt64) {
    self.probes = probes
    self.conversations = conversations
    self.seed = seed
  }

  /// What was found.
  public struct Result: Sendable, Hashable {
    public var conversations: ConversationMeasures
    public var recall: [ProbeResult]
    public var manners: [ProbeResult]
  }

  /// - Parameters:
  ///   - norms: nil is the model's.
  ///   - sampling: its seed gives way to one for each conversation.
  ///   - maximumTokens: a reply is cut off here.
  ///   - threads: conversations at a time, each on one core.
  ///   - progress: called after each conversation, from any thread, one call at a time.
  /// - Throws: `EngineError` where the tokenizer does not fit the model, `TextError` where a chat's symbol is missing,
  ///   `ModelError`.
  public func run(
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
  ///   - tokenCount: tokens of a text of the data.
  ///   - replier: one for a new conversation, with the seed of its random numbers.
  func run(
    threads: Int, progress: (_ done: Int, _ of: Int) -> Void, tokenCount: (String) -> Int,
    replier: (_ seed: UInt64) throws -> any Replier
  ) throws -> Result {
    let scripts =
      conversations.enumerated().map { Script(messages: $1.messages, seed: seed(.conversations, $0)) }
      + probes.recall.enumerated().map { Script(messages: $1.messages, seed: seed(.recall, $0)) }
      + probes.manners.enumerated().map { Script(messages: $1.messages, seed: seed(.manners, $0)) }
    let replies = try Threads.map(scripts.count, threads: threads, done: { progress($0, scripts.count) }) { index in
      var replier = try replier(scripts[index].seed)
      return try replier.replies(to: scripts[index].messages)
    }
    func results(_ probes: [Probe], from start: Int) -> [ProbeResult] {
      zip(probes, replies[start...]).map { ProbeResult(probe: $0, replies: $1.map(\.text)) }
    }
    return Result(
      conversations: ConversationMeasures(
        conversations, replies: Array(replies.prefix(conversations.count)), tokenCount: tokenCount),
      recall: results(probes.recall, from: conversations.count),
      manners: results(probes.manners, from: conversations.count + probes.recall.count))
  }

  private struct Script: Sendable {
    var messages: [String]
    var seed: UInt64
  }

  private enum Part: UInt64 {
    case conversations, recall, manners
  }

  /// The seed of one conversation: other ones for neighbouring seeds, and the same however many conversations there are.
  private func seed(_ part: Part, _ index: Int) -> UInt64 {
    var mixed = SeededGenerator(seed: seed)
    return mixed.next() &+ part.rawValue << 32 &+ UInt64(index)
  }
}
