/// Owns a model and a conversation with it, and makes one recurrent step at a time.
///
/// Every step leaves a snapshot behind, so that it can be undone exactly; beyond the snapshots that are kept, an earlier
/// moment is computed again from the tokens, by the same steps and so to the same bits.
public actor Engine {
  public nonisolated let model: RetNetModel
  public nonisolated let tokenizer: Tokenizer
  public private(set) var norms: NormOptions
  public var sampling: SamplingOptions { session.sampler.options }
  public var isReplying: Bool { session.isReplying }
  /// Tokens fed so far.
  public var tokens: [Int] { session.tokens }

  private let inference: Inference
  private let format: ChatFormat
  private var session: ChatSession
  /// What was before each of the last steps, newest last.
  private var history: [Snapshot] = []
  /// What was before each user's turn, newest last.
  private var turns: [Snapshot] = []

  private struct Snapshot: Sendable {
    var session: ChatSession
    var moment: Moment?
  }

  private var moment: Moment?
  /// What stood beside the state before each step ever made, so that a moment computed again is the whole moment.
  private var marks: [ChatSession.Mark] = []

  /// Steps that can be undone without computing them again; each keeps a state of its own.
  private static let historyLimit = 128

  /// - Throws: `TextError` where the tokenizer lacks the chat's symbols, `EngineError` where it does not fit the model.
  public init(model: RetNetModel, tokenizer: Tokenizer, norms: NormOptions, sampling: SamplingOptions) throws {
    try EngineError.checkVocabulary(tokenizer, model)
    self.model = model
    self.tokenizer = tokenizer
    self.norms = norms
    format = try ChatFormat(tokenizer)
    inference = Inference(model)
    session = ChatSession(state: model.makeState(), sampler: Sampler(sampling), format: format)
  }

  /// The norms from the next token on.
  public func setNorms(_ norms: NormOptions) { self.norms = norms }

  /// How the next tokens are drawn; a new seed starts its random numbers anew.
  public func setSampling(_ sampling: SamplingOptions) {
    if sampling.seed != session.sampler.options.seed { session.sampler = Sampler(sampling) }
    session.sampler.options = sampling
  }

  /// Queues a user's turn and opens the reply to it. Throws `EngineError.emptyMessage`.
  public func submit(_ text: String) throws {
    guard text.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
    if session.isReplying { session.endReply() }
    turns.append(Snapshot(session: session, moment: moment))
    session.submit(text)
  }

  /// One recurrent step; nil when the reply has ended. Throws `ModelError`; the conversation is then as it was.
  public func step() throws -> Moment? {
    let before = Snapshot(session: session, moment: moment)
    guard let token = session.nextToken() else { return nil }
    do {
      moment = try session.feed(token, norms: norms, inference, tokenizer)
    } catch {
      session = before.session
      throw error
    }
    history.append(before)
    marks.append(before.session.mark)
    if history.count > Self.historyLimit { history.removeFirst() }
    return moment
  }

  /// Steps until the reply ends, `maximumTokens` reply tokens have come, or the consumer leaves.
  public nonisolated func run(maximumTokens: Int = .max) -> AsyncThrowingStream<Moment, Error> {
    let left = Countdown(maximumTokens)
    return AsyncThrowingStream {
      if Task.isCancelled { return nil }
      if left.isOver {
        await self.endReply()
        return nil
      }
      let moment = try await self.step()
      if moment?.role == .reply { left.advance() }
      return moment
    }
  }

  /// The reply ends where it stands; its text stays.
  public func endReply() { session.endReply() }

  /// Undoes one step. Returns the moment that is now; nil at the start.
  public func back() throws -> Moment? {
    if let before = history.popLast() {
      restore(before)
    } else if !session.tokens.isEmpty {
      try replay(count: session.tokens.count - 1)
    }
    marks.removeLast(marks.count - session.tokens.count)
    while let last = turns.last, last.session.tokens.count > session.tokens.count { turns.removeLast() }
    return moment
  }

  /// Takes back the last user's turn and the reply to it. Returns the moment that is now, and how many turns are left.
  public func undoTurn() -> (moment: Moment?, turns: Int) {
    if let before = turns.popLast() {
      restore(before)
      session.endReply()
      history.removeAll { $0.session.tokens.count >= session.tokens.count }
      marks.removeLast(marks.count - session.tokens.count)
    }
    return (moment, session.turns)
  }

  /// An empty conversation. Norms and sampling stay; random numbers begin anew.
  public func reset() {
    session = ChatSession(state: model.makeState(), sampler: Sampler(session.sampler.options), format: format)
    moment = nil
    history = []
    marks = []
    turns = []
  }

  /// The snapshot, but with the sampling values that hold now.
  private func restore(_ snapshot: Snapshot) {
    let options = session.sampler.options
    session = snapshot.session
    session.sampler.options = options
    moment = snapshot.moment
  }

  /// The first `count` tokens of the conversation, fed again as they were.
  private func replay(count: Int) throws {
    let (tokens, norms) = (session.tokens, session.normsFed)
    var replayed = ChatSession(state: model.makeState(), sampler: session.sampler, format: format)
    moment = nil
    for (token, norms) in zip(tokens, norms).prefix(count) {
      moment = try replayed.feed(token, norms: norms, inference, tokenizer)
    }
    let options = session.sampler.options
    session = replayed
    session.restore(marks[count])
    session.sampler.options = options
  }
}

/// What can be wrong with a conversation.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case vocabularyMismatch(tokenizer: Int, model: Int)
  case emptyMessage

  public var description: String {
    switch self {
    case .vocabularyMismatch(let tokenizer, let model):
      "The tokenizer has \(tokenizer) pieces, the model's vocabulary only \(model). "
        + "Use the tokenizer.model that belongs to the weights."
    case .emptyMessage:
      "The message is empty; type some text."
    }
  }
}

/// Counts down in the closure of one stream.
private final class Countdown: @unchecked Sendable {
  // Unchecked: a stream asks for its next value only after the last has come.
  private var left: Int

  init(_ count: Int) { left = count }

  var isOver: Bool { left <= 0 }

  func advance() { left -= 1 }
}
