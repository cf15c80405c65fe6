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
    defer { inference.rest() }
    guard let fed = try feedNext() else { return nil }
    present.moment = moment(fed)
    return present.moment
  }

  /// Steps in one go, faster than one by one: what is only for showing is made for the last of them.
  ///
  /// They end with the reply, with a turn, after `maximumReply` reply tokens, when the time is up, or when `isStopped`
  /// answers true between two of them; there is at least one, where the reply has not ended.
  public func steps(
    for duration: Duration, maximumReply: Int = .max, unless isStopped: @Sendable () -> Bool = { false }
  ) -> Stretch {
    defer { inference.rest() }
    let end = ContinuousClock.now + duration
    var stretch = Stretch()
    var replied = 0
    var last: FedToken?
    repeat {
      do {
        guard let fed = try feedNext() else {
          stretch.end = .replyEnded
          break
        }
        if let last { stretch.passed.append(last) }
        last = fed
        if fed.role == .reply { replied += 1 }
        if (stretch.passed.count + 1).isMultiple(of: Self.snapshotInterval) { present.moment = moment(fed) }
      } catch {
        stretch.end = .failed(error)
        break
      }
    } while replied < maximumReply && !conversation.isBetweenTurns && !isStopped() && ContinuousClock.now < end
    if let last {
      present.moment = present.moment ?? moment(last)
      stretch.moment = present.moment
    }
    return stretch
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
  /// Steps of a stretch from one snapshot to the next: going back in between computes some milliseconds' worth again.
  private static let snapshotInterval = 16

  /// One step with the next token; nil where the reply has ended. The new present has no moment yet.
  ///
  /// - Throws: `ModelError`; the conversation and the present are then as they were.
  private func feedNext() throws -> FedToken? {
    let sampler = conversation.sampler
    guard let typed = conversation.nextToken(present.next) else { return nil }
    let trace: (next: NextToken?, trace: StepTrace)
    do {
      trace = try advance(typed.token, norms)
    } catch {
      conversation.sampler = sampler
      try goBack(to: conversation.tokens.count)
      throw error
    }
    conversation.append(typed, norms: norms, sampler: sampler)
    return fed(trace)
  }

  /// One step from the present. Where that has a moment, it becomes a snapshot, which shares the state's memory with the
  /// moment that was handed out: the step makes the one copy of it.
  ///
  /// - Returns: what may have come in the place of `token`.
  /// - Throws: `ModelError`; the present is then an earlier one.
  private func advance(_ token: Int, _ norms: NormOptions) throws -> (next: NextToken?, trace: StepTrace) {
    let before = present.next
    if present.moment != nil { snapshots.append(present) }
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

  /// The token that the last step was made with.
  private func fed(_ step: (next: NextToken?, trace: StepTrace)) -> FedToken {
    let index = present.position - 1
    let (token, turn) = (conversation.tokens[index], conversation.turn(at: index))
    return FedToken(
      position: index + 1, token: token, piece: tokenizer.piece(token), role: turn.role, turn: turn.number,
      logProbability: step.next.map { Float($0.logProbability(token)) }, trace: step.trace,
      norms: conversation.normsFed[index])
  }

  /// The present, to which `fed` has led, as a moment.
  private func moment(_ fed: FedToken) -> Moment {
    Moment(
      position: fed.position, token: fed.token, piece: fed.piece, role: fed.role, turn: fed.turn,
      turnText: conversation.text(ofTurn: fed.turn, through: fed.position - 1), logProbability: fed.logProbability,
      entropy: Float(present.next?.entropy ?? 0),
      candidates: (present.next?.best(10) ?? []).map {
        Moment.Candidate(
          token: $0.token, piece: tokenizer.pieceIfAny($0.token) ?? "#\($0.token)", probability: Float($0.probability))
      },
      state: present.state, trace: fed.trace, norms: fed.norms)
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
      present.moment = moment(fed(try advance(conversation.tokens[index], conversation.normsFed[index])))
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
