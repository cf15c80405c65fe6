/// Owns a model and a conversation with it, and makes one recurrent step at a time.
///
/// The last steps leave snapshots behind, so that they can be undone exactly. Beyond those that memory allows, an earlier
/// moment is computed again from the nearest one, by the same steps and so to the same bits.
///
/// A model whose tokenizer has the chat's symbols answers in turns; any other goes on with the text that is typed.
public actor Engine {
  public nonisolated let model: RetNetModel
  public nonisolated let tokenizer: Tokenizer
  public nonisolated let format: ConversationFormat
  /// Steps that can be undone without computing them again.
  public nonisolated let stepsKept: Int
  public private(set) var norms: NormOptions
  public var sampling: SamplingOptions { conversation.sampler.options }
  public var isReplying: Bool { conversation.isReplying }
  /// Tokens fed so far.
  public var tokens: [Int] { conversation.tokens }

  private let inference: Inference
  private var conversation: Conversation
  private var present: Snapshot
  private(set) var snapshots: Snapshots
  /// Tokens fed before each user's turn, newest last.
  private var turnStarts: [Int] = []

  /// What the snapshots of a conversation may take in memory, beside the present. One is kept even where it takes more.
  public static let snapshotBytes = 64 << 20

  /// - Parameter threads: cores that a step may use; its bits do not depend on them.
  /// - Throws: `EngineError` where the tokenizer does not fit the model.
  public init(
    model: RetNetModel, tokenizer: Tokenizer, norms: NormOptions, sampling: SamplingOptions,
    snapshotBytes: Int = Engine.snapshotBytes, threads: Int = 1
  ) throws {
    try EngineError.checkVocabulary(tokenizer, model)
    self.model = model
    self.tokenizer = tokenizer.completed(by: model.configuration)
    self.norms = norms
    format = ConversationFormat(self.tokenizer)
    inference = Inference(model, threads: threads)
    conversation = Conversation(sampler: Sampler(sampling), format: format, tokenizer: self.tokenizer)
    present = Snapshot(state: model.makeState())
    snapshots = Snapshots(bytes: snapshotBytes, each: Snapshot.byteCount(model.configuration))
    stepsKept = snapshots.limit
  }

  /// The norms from the next token on.
  public func setNorms(_ norms: NormOptions) { self.norms = norms }

  /// How the next tokens are drawn; a new seed starts its random numbers anew.
  public func setSampling(_ sampling: SamplingOptions) {
    if sampling.seed != conversation.sampler.options.seed { conversation.sampler = Sampler(sampling) }
    conversation.sampler.options = sampling
  }

  /// Queues a user's turn and opens the reply to it. Throws `EngineError.emptyMessage`.
  public func submit(_ text: String) throws {
    guard text.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
    conversation.submit(text)
    turnStarts.append(conversation.tokens.count)
  }

  /// One recurrent step; nil when the reply has ended. Throws `ModelError`; the conversation is then as it was.
  public func step() throws -> Moment? {
    let sampler = conversation.sampler
    guard let typed = conversation.nextToken(present.next) else { return nil }
    do {
      let before = try advance(typed.token, norms)
      conversation.append(typed, norms: norms, sampler: sampler)
      present.moment = moment(before)
    } catch {
      conversation.sampler = sampler
      throw error
    }
    return present.moment
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
  public func endReply() { conversation.endReply() }

  /// Undoes one step. Returns the moment that is now; nil at the start. Throws `ModelError`, as `step` does.
  public func back() throws -> Moment? {
    if present.position > 0 { try goBack(to: present.position - 1) }
    while let last = turnStarts.last, last > present.position { turnStarts.removeLast() }
    return present.moment
  }

  /// Takes back the last user's turn and the reply to it. Returns the moment that is now, and how many turns are left.
  /// Throws `ModelError`, as `step` does.
  public func undoTurn() throws -> (moment: Moment?, turns: Int) {
    if let start = turnStarts.popLast() {
      try goBack(to: start)
      endReply()
    }
    return (present.moment, conversation.turnCount)
  }

  /// An empty conversation. Norms and sampling stay; random numbers begin anew.
  public func reset() {
    conversation = Conversation(
      sampler: Sampler(conversation.sampler.options), format: format, tokenizer: tokenizer)
    present = Snapshot(state: model.makeState())
    snapshots.removeAll()
    turnStarts = []
  }
}

extension Engine {
  /// One step from the present, which becomes a snapshot. The new present has no moment yet.
  ///
  /// The snapshot shares the state's memory with the moment that was handed out; the step makes the one copy of it.
  ///
  /// - Returns: what may have come in the place of `token`.
  /// - Throws: `ModelError`; the present stays, and with it the snapshots but for the oldest.
  private func advance(_ token: Int, _ norms: NormOptions) throws -> (next: NextToken?, trace: StepTrace) {
    let before = present.next
    snapshots.append(present)
    present.moment = nil
    var trace = StepTrace()
    do {
      present.next = NextToken(try inference.step(token, norms: norms, state: &present.state, trace: &trace))
    } catch {
      present = snapshots.takeLast(atMost: .max) ?? Snapshot(state: model.makeState())
      throw error
    }
    return (before, trace)
  }

  /// The present as a moment.
  private func moment(_ before: (next: NextToken?, trace: StepTrace)) -> Moment {
    let index = present.position - 1
    let (token, turn) = (conversation.tokens[index], conversation.turn(at: index))
    return Moment(
      position: index + 1, token: token, piece: tokenizer.piece(token), role: turn.role, turn: turn.number,
      turnText: turn.text, logProbability: before.next.map { Float($0.logProbability(token)) },
      entropy: Float(present.next?.entropy ?? 0),
      candidates: (present.next?.best(10) ?? []).map {
        Moment.Candidate(
          token: $0.token, piece: tokenizer.pieceIfAny($0.token) ?? "#\($0.token)", probability: Float($0.probability))
      },
      state: present.state, trace: before.trace, norms: conversation.normsFed[index])
  }

  /// The moment after the first `count` tokens: a snapshot, or computed again from the nearest one.
  private func goBack(to count: Int) throws {
    if present.position > count {
      present = snapshots.takeLast(atMost: count) ?? Snapshot(state: model.makeState())
    }
    // Where a step fails, the conversation is as far as the model is.
    defer { conversation.truncate(to: present.position) }
    while present.position < count {
      let index = present.position
      present.moment = moment(try advance(conversation.tokens[index], conversation.normsFed[index]))
    }
  }
}

/// What can be wrong with a conversation.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case vocabularyMismatch(tokenizer: Int, model: Int)
  case emptyMessage
  /// A text to go on with that has no token at all.
  case nothingToContinue

  public var description: String {
    switch self {
    case .vocabularyMismatch(let tokenizer, let model):
      "The tokenizer has \(tokenizer) pieces, the model's vocabulary only \(model). "
        + "Use the tokenizer.model that belongs to the weights."
    case .emptyMessage:
      "The message is empty; type some text."
    case .nothingToContinue:
      "The text is empty, and the tokenizer has no symbol '<s>' to begin one with; give some text."
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
