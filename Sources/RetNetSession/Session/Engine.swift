import RetNet
import RetNetText

/// Owns a model and a session with it, and makes one recurrent step at a time.
///
/// Every moment of the session can be gone to again. Snapshots make that cheap; a moment without one is computed again from
/// the nearest, by the same steps and so to the same bits. What is done otherwise at an earlier moment begins a branch.
///
/// A model whose tokenizer has the chat's symbols answers in turns, unless it is to continue text; any other continues the
/// text that is typed.
package actor Engine {
  package nonisolated let model: RetNetModel
  package nonisolated let tokenizer: Tokenizer
  package nonisolated let format: ConversationFormat
  /// Steps back that cost nothing; earlier moments are computed again.
  package nonisolated let stepsKept: Int
  /// The norms of the next step, unless it is on record.
  package var norms: NormOptions { nextConditions.norms }
  package var sampling: SamplingOptions { conversation.sampler.options }
  package var isReplying: Bool { conversation.isReplying }
  /// Whether typed tokens wait for their step, so that the next one is not drawn.
  package var hasTyped: Bool { conversation.hasTyped }
  /// Tokens fed so far.
  package var tokens: [Int] { Array(conversation.tokens) }

  /// Those that the session began with.
  var firstNorms: NormOptions
  package let inference: Inference
  package var conversation: Conversation
  package var present: Snapshot
  package var snapshots: Snapshots
  package var branches = Branches()
  /// Where a run stops by itself.
  package var breakpoints: [Breakpoint] = []
  package var divergence: FormDivergence
  /// What a moment brings beside what it always has.
  package var watched: TraceOptions = []
  /// Whether the next step leaves what is recorded behind the present moment, as something has been set otherwise here.
  var leavesRecord = false

  /// What every conversation begins with; nil is an empty state.
  package private(set) var initialState: InitialState?
  /// The same as a state.
  package private(set) var firstState: ModelState

  /// What the snapshots of a conversation may take in memory, beside the present. One is kept even where it takes more.
  package static let snapshotBytes = 64 << 20

  /// - Parameters:
  ///   - initialState: what every conversation begins with; nil is an empty state.
  ///   - continuesText: whether typed text is continued, without turns, whatever symbols the tokenizer has.
  ///   - threads: cores that a step may use; its bits do not depend on them.
  /// - Throws: `EngineError` where the tokenizer does not fit the model, `InitialStateError.otherShape`.
  package init(
    model: RetNetModel, tokenizer: Tokenizer, norms: NormOptions, sampling: SamplingOptions,
    initialState: InitialState? = nil, continuesText: Bool = false, snapshotBytes: Int = Engine.snapshotBytes,
    threads: Int = 1
  ) throws {
    try EngineError.checkVocabulary(tokenizer, model)
    self.model = model
    self.tokenizer = tokenizer.completed(by: model.configuration)
    firstNorms = norms
    format = ConversationFormat(self.tokenizer, continuesText: continuesText)
    inference = Inference(model, threads: threads)
    conversation = Conversation(sampler: Sampler(sampling), format: format, tokenizer: self.tokenizer)
    self.initialState = initialState
    firstState = try initialState?.state(for: model.configuration) ?? model.makeState()
    present = Snapshot(state: firstState)
    divergence = FormDivergence(from: present.state)
    snapshots = Snapshots(bytes: snapshotBytes, each: Snapshot.byteCount(model.configuration))
    stepsKept = snapshots.dense
  }

  /// The norms from the next token on: an experiment, once the session has begun. Several at one moment are one.
  package func setNorms(_ norms: NormOptions) {
    guard !conversation.recorded.isEmpty else { return firstNorms = norms }
    var before = self.norms
    guard norms != before else { return }
    leaveRecord()
    if let last = branches.experiments.last, last.position == conversation.position,
      case .norms(let first, _) = last.experiment.kind
    {
      before = first
      branches.experiments.removeLast()
    }
    if norms != before { add(Experiment(.norms(from: before, to: norms), at: HeadIndex(layer: 0, head: 0))) }
  }

  /// How the next tokens are drawn; a new seed starts its random numbers anew.
  package func setSampling(_ sampling: SamplingOptions) {
    let before = conversation.sampler.options
    if sampling != before { leavesRecord = conversation.hasFuture }
    if sampling.seed != before.seed { conversation.sampler = Sampler(sampling) }
    conversation.sampler.options = sampling
  }

  /// Queues a user's turn and opens the reply to it. Throws `EngineError.emptyMessage`.
  package func submit(_ text: String) throws {
    guard text.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
    leaveRecord()
    conversation.submit(text)
  }

  /// One recurrent step; nil when the reply has ended. Throws `ModelError`; the conversation is then as it was.
  package func step() throws -> StepResult? {
    defer { inference.rest() }
    guard let fed = try feedNext() else { return nil }
    show(fed)
    return present.result
  }

  /// Steps in one go, faster than one by one: what is only for showing is made for the last of them.
  ///
  /// They end with the reply, with a turn, after `maximumReply` reply tokens, after `position` tokens of the session, at a
  /// breakpoint, when the time is up, or when `isStopped` answers true between two of them; there is at least one, where
  /// the reply has not ended.
  package func steps(
    for duration: Duration, maximumReply: Int = .max, until position: Int = .max,
    unless isStopped: @Sendable () -> Bool = { false }
  ) -> StepBatch {
    defer { inference.rest() }
    let end = ContinuousClock.now + duration
    var batch = StepBatch()
    var replied = 0
    var last: TokenRecord?
    repeat {
      do {
        guard let fed = try feedNext() else {
          batch.end = .replyEnded
          break
        }
        if let last { batch.passed.append(last) }
        last = fed
        if fed.role == .reply { replied += 1 }
        if !breakpoints.isEmpty || (batch.passed.count + 1).isMultiple(of: Self.snapshotInterval) {
          present.result = result(fed)
        }
        if let finding = try breakpointFinding() {
          batch.end = .breakpoint(finding)
          break
        }
      } catch {
        batch.end = .failed(error)
        break
      }
    } while replied < maximumReply && present.position < position && !conversation.isBetweenTurns && !isStopped()
      && ContinuousClock.now < end
    if let last {
      show(last)
      batch.result = present.result
    }
    return batch
  }

  /// Steps until the reply ends, `maximumTokens` reply tokens have come, or the consumer leaves.
  package nonisolated func run(maximumTokens: Int = .max) -> AsyncThrowingStream<StepResult, Error> {
    let left = Countdown(maximumTokens)
    return AsyncThrowingStream {
      if Task.isCancelled { return nil }
      if left.isOver {
        await self.endReply()
        return nil
      }
      let result = try await self.step()
      if result?.role == .reply { left.advance() }
      return result
    }
  }

  /// The reply ends where it stands; its text stays.
  package func endReply() {
    leaveRecord()
    conversation.endReply()
  }

  /// Undoes one step. Returns the moment that is now; nil at the start. Throws `ModelError`, as `step` does.
  package func back() throws -> StepResult? { try go(to: max(present.position - 1, 0)) }

  /// Takes back the last user's turn and the reply to it, which stay as a branch. Returns the moment that is now, and how
  /// many turns are left. Throws `ModelError`, as `step` does.
  package func undoTurn() throws -> (result: StepResult?, turns: Int) {
    if let start = conversation.startOfLastMessage() {
      _ = try go(to: start)
      leaveRecord()
      conversation.takeBackMessage()
    }
    return (present.result, conversation.turnCount)
  }

  /// An empty session that begins with this state, as all do from now on; nil is an empty state.
  ///
  /// - Throws: `InitialStateError.otherShape`; the session is then as it was.
  package func begin(with initialState: InitialState?) throws {
    firstState = try initialState?.state(for: model.configuration) ?? model.makeState()
    self.initialState = initialState
    reset()
  }

  /// An empty session. Norms and sampling stay; random numbers begin anew, and experiments and branches are gone.
  package func reset() {
    firstNorms = norms
    conversation = Conversation(
      sampler: Sampler(conversation.sampler.options), format: format, tokenizer: tokenizer)
    present = Snapshot(state: firstState)
    divergence = FormDivergence(from: present.state)
    snapshots.removeAll()
    branches = Branches()
    leavesRecord = false
  }
}

extension Engine {
  /// Steps of a stretch from one snapshot to the next: going back in between computes some milliseconds' worth again.
  private static let snapshotInterval = 64

  /// One step: with the next token on record, or else a typed or a drawn one; nil where the reply has ended. The new
  /// present has no moment yet.
  ///
  /// - Throws: `ModelError`; the conversation and the present are then as they were.
  func feedNext() throws -> TokenRecord? {
    if conversation.hasFuture, !leavesRecord {
      let index = conversation.position
      let step = try advance(conversation.recorded[index], conversation.conditions[index])
      conversation.go(to: index + 1)
      return fed(step)
    }
    leaveRecord()
    let sampler = conversation.sampler
    guard let typed = conversation.nextToken(present.next) else { return nil }
    return try feed(typed, sampler: sampler)
  }

  /// One step with a token that is not on record.
  ///
  /// - Parameter sampler: as it was before the token was drawn.
  package func feed(_ typed: ConversationFormat.TurnToken, sampler: Sampler) throws -> TokenRecord {
    let conditions = nextConditions
    let step: (next: NextToken?, trace: StepTrace)
    do {
      step = try advance(typed.token, conditions)
    } catch {
      conversation.sampler = sampler
      throw error
    }
    conversation.append(typed, conditions: conditions, sampler: sampler)
    return fed(step)
  }

  /// One step from the present. Where that has a moment, it becomes a snapshot, which shares the state's memory with the
  /// moment that was handed out: the step makes the one copy of it.
  ///
  /// - Returns: what may have come in the place of `token`.
  /// - Throws: `ModelError`; the present is then as it was.
  private func advance(_ token: Int, _ conditions: StepOptions) throws -> (next: NextToken?, trace: StepTrace) {
    let (before, position) = (present.next, present.position)
    if present.result != nil { snapshots.insert(present) }
    present.result = nil
    var trace = StepTrace()
    do {
      present.next = NextToken(try inference.step(token, conditions, state: &present.state, trace: &trace))
    } catch {
      present = snapshots.last(atMost: position) ?? Snapshot(state: firstState)
      try computeAgain(upTo: position)
      throw error
    }
    present.count(trace)
    return (before, trace)
  }

  /// The token that the last step was made with.
  private func fed(_ step: (next: NextToken?, trace: StepTrace)) -> TokenRecord {
    let index = present.position - 1
    let (token, turn) = (conversation.recorded[index], conversation.turn(at: index))
    return TokenRecord(
      position: index + 1, token: token, piece: tokenizer.piece(token), role: turn.role, turn: turn.number,
      logProbability: step.next.map { Float($0.logProbability(token)) },
      entropyBefore: step.next.map { Float($0.entropy) }, trace: step.trace,
      conditions: conversation.conditions[index])
  }

  /// The present, to which `fed` has led, as a moment.
  package func result(_ fed: TokenRecord) -> StepResult {
    StepResult(
      position: fed.position, token: fed.token, piece: fed.piece, role: fed.role, turn: fed.turn,
      turnText: conversation.text(ofTurn: fed.turn, through: fed.position - 1), logProbability: fed.logProbability,
      entropyBefore: fed.entropyBefore, entropy: Float(present.next?.entropy ?? 0),
      candidates: (present.next?.best(10) ?? []).map {
        StepResult.Candidate(
          token: $0.token, piece: tokenizer.pieceIfAny($0.token) ?? "#\($0.token)", probability: Float($0.probability))
      },
      state: present.state, trace: fed.trace, conditions: fed.conditions, divisions: present.divisions)
  }

  /// The present as a moment that a viewer sees.
  package func show(_ fed: TokenRecord) {
    present.result = present.result ?? result(fed)
    bringWatched()
  }

  /// Steps on from the present, which lies before, along the record. Where a step fails, the present is as far as it came.
  func computeAgain(upTo count: Int) throws {
    while present.position < count {
      let index = present.position
      let step = try advance(conversation.recorded[index], conversation.conditions[index])
      present.result = result(fed(step))
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
