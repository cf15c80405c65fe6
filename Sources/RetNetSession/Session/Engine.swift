import RetNet
import RetNetText

/// Owns a model and a session with it, and makes one recurrent step at a time.
///
/// The session can return to every step. Snapshots make this fast; a step without a snapshot is recomputed from the
/// nearest one, with identical bits. A different token or experiment at an earlier position forks a branch.
///
/// A model whose tokenizer has the chat symbols answers in turns, unless `continuesText` is set; any other model
/// continues the typed text.
package actor Engine {
  package nonisolated let model: RetNetModel
  package nonisolated let tokenizer: Tokenizer
  package nonisolated let format: ConversationFormat
  /// Number of latest steps with snapshots; earlier steps are recomputed.
  package nonisolated let stepsKept: Int
  /// The norms of the next step if it is not recorded.
  package var norms: NormOptions { nextOptions.norms }
  package var sampling: SamplingOptions { conversation.sampler.options }
  package var isReplying: Bool { conversation.isReplying }
  /// Whether typed tokens are pending, so that the next token is not drawn.
  package var hasTyped: Bool { conversation.hasTyped }
  /// The tokens before the current position.
  package var tokens: [Int] { Array(conversation.tokens) }

  /// The norms at the start of the session.
  var firstNorms: NormOptions
  package let inference: Inference
  package var conversation: Conversation
  package var current: Snapshot
  package var snapshots: Snapshots
  package var branches = Branches()
  var observer: RecomputationObserver?
  /// Conditions that stop a run of steps.
  package var breakpoints: [Breakpoint] = []
  package var divergence: FormDivergence
  /// The optional parts of step results.
  package var traceOptions: TraceOptions = []
  /// Whether the next step forks a branch from the recorded tokens, because a setting has changed.
  var forksOnNextStep = false

  /// The initial state of every conversation; nil is an empty state.
  package private(set) var initialState: InitialState?
  /// The model state for `initialState`.
  package private(set) var firstState: ModelState

  /// Default memory limit of the snapshots, in bytes. At least one snapshot is kept.
  package static let snapshotBytes = 64 << 20

  /// - Parameters:
  ///   - initialState: initial state of every conversation; nil is an empty state.
  ///   - continuesText: whether to continue typed text without turns even if the tokenizer has the chat symbols.
  ///   - threads: cores per step; the bits of the result do not depend on it.
  /// - Throws: `EngineError` if the tokenizer does not fit the model; `InitialStateError.otherShape`.
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
    current = Snapshot(state: firstState)
    divergence = FormDivergence(from: current.state)
    snapshots = Snapshots(bytes: snapshotBytes, each: Snapshot.byteCount(model.configuration))
    stepsKept = snapshots.dense
  }

  /// Sets the norms from the next token on, as an experiment if the session has tokens. Several changes at one position
  /// are one experiment.
  package func setNorms(_ norms: NormOptions) {
    guard !conversation.recorded.isEmpty else { return firstNorms = norms }
    var before = self.norms
    guard norms != before else { return }
    forkIfNeeded()
    if let last = branches.experiments.last, last.position == conversation.position,
      case .norms(let first, _) = last.experiment.kind
    {
      before = first
      branches.experiments.removeLast()
    }
    if norms != before { add(Experiment(.norms(from: before, to: norms), at: HeadIndex(layer: 0, head: 0))) }
  }

  /// Sets the sampling options of the next tokens. A new seed restarts the random numbers.
  package func setSampling(_ sampling: SamplingOptions) {
    let before = conversation.sampler.options
    if sampling != before { forksOnNextStep = conversation.hasFuture }
    if sampling.seed != before.seed { conversation.sampler = Sampler(sampling) }
    conversation.sampler.options = sampling
  }

  /// Queues a user's turn and starts the reply. Throws `EngineError.emptyMessage`.
  package func submit(_ text: String) throws {
    guard text.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
    forkIfNeeded()
    conversation.submit(text)
  }

  /// One recurrent step; nil at the end of the reply. Throws `ModelError`; the conversation is then unchanged.
  package func step() throws -> StepResult? {
    defer { inference.rest() }
    guard let record = try computeNext() else { return nil }
    publish(record)
    return current.result
  }

  /// Makes several steps. Faster than single steps, because only the last one gets a full step result.
  ///
  /// Ends with the reply or the turn, after `maximumReply` reply tokens, at position `position`, at a breakpoint, after
  /// `duration`, or when `isStopped` returns true between two steps. Makes at least one step unless the reply has
  /// ended.
  package func steps(
    for duration: Duration, maximumReply: Int = .max, until position: Int = .max,
    unless isStopped: @Sendable () -> Bool = { false }
  ) -> StepBatch {
    defer { inference.rest() }
    let end = ContinuousClock.now + duration
    let start = current.position
    var batch = StepBatch()
    var replied = 0
    var last: TokenRecord?
    repeat {
      do {
        guard let record = try computeNext() else {
          batch.end = .replyEnded
          break
        }
        if let last { batch.passed.append(last) }
        // A reply that ends before a stop string goes back.
        while let last = batch.passed.last, last.position >= record.position { batch.passed.removeLast() }
        last = record
        if record.role == .reply { replied += 1 }
        if !breakpoints.isEmpty || (batch.passed.count + 1).isMultiple(of: Self.snapshotInterval) {
          current.result = result(record, withText: false)
        }
        if let finding = try breakpointFinding() {
          batch.end = .breakpoint(finding)
          break
        }
      } catch {
        batch.end = .failed(error)
        break
      }
    } while replied < maximumReply && current.position < position && !conversation.isBetweenTurns && !isStopped()
      && ContinuousClock.now < end
    if let last { publish(last) }
    // A reply that ends before a stop string ends at an earlier token.
    if last != nil || current.position != start { batch.result = current.result }
    batch.passed.removeAll { $0.position >= current.position }
    return batch
  }

  /// Steps until the reply ends, `maximumTokens` reply tokens have been drawn, or the consumer stops.
  package nonisolated func run(maximumTokens: Int = .max) -> AsyncThrowingStream<StepResult, Error> {
    let countdown = Countdown(maximumTokens)
    return AsyncThrowingStream {
      if Task.isCancelled { return nil }
      if countdown.isOver {
        await self.endReply()
        return nil
      }
      let result = try await self.step()
      if result?.role == .reply { countdown.advance() }
      return result
    }
  }

  /// Ends the reply at the current position. Its text is kept.
  package func endReply() {
    forkIfNeeded()
    conversation.endReply()
  }

  /// Undoes one step. Returns the current step result; nil at the start. Throws `ModelError`, as `step` does.
  package func back() throws -> StepResult? { try go(to: max(current.position - 1, 0)) }

  /// Undoes the last user's turn and the reply to it, which are kept as a branch. Returns the current step result and
  /// the number of remaining turns. Throws `ModelError`, as `step` does.
  package func undoTurn() throws -> (result: StepResult?, turns: Int) {
    if let start = conversation.startOfLastMessage() {
      _ = try go(to: start)
      forkIfNeeded()
      conversation.removeLastMessage()
    }
    return (current.result, conversation.turnCount)
  }

  /// Starts an empty session with this initial state, which later sessions also use; nil is an empty state.
  ///
  /// - Throws: `InitialStateError.otherShape`; the session is then unchanged.
  package func begin(with initialState: InitialState?) throws {
    firstState = try initialState?.state(for: model.configuration) ?? model.makeState()
    self.initialState = initialState
    reset()
  }

  /// Starts an empty session. Keeps norms and sampling; restarts the random numbers, and removes experiments and
  /// branches.
  package func reset() {
    firstNorms = norms
    conversation = Conversation(
      sampler: Sampler(conversation.sampler.options), format: format, tokenizer: tokenizer)
    current = Snapshot(state: firstState)
    divergence = FormDivergence(from: current.state)
    snapshots.removeAll()
    branches = Branches()
    forksOnNextStep = false
  }
}

extension Engine {
  /// Steps between two snapshots in a batch, so that moving back recomputes only a few milliseconds of work.
  private static let snapshotInterval = 64
  /// Steps before the target of a recomputation that are kept, so that further steps back need none.
  private static let stepsKeptOnTheWay = 32

  /// One step with the next recorded, typed or drawn token; nil at the end of the reply. Does not build a step result.
  ///
  /// - Throws: `ModelError`; the conversation and the current snapshot are then unchanged.
  func computeNext() throws -> TokenRecord? {
    if conversation.hasFuture, !forksOnNextStep {
      let index = conversation.position
      let step = try advance(conversation.recorded[index], conversation.options[index])
      conversation.go(to: index + 1)
      return record(step)
    }
    forkIfNeeded()
    let sampler = conversation.sampler
    let isDrawn = !conversation.hasTyped
    guard let typed = conversation.nextToken(current.next) else { return nil }
    if isDrawn, let cut = conversation.cut(before: typed.token) {
      conversation.sampler = sampler
      try end(at: cut)
      return try computeNext()
    }
    return try compute(typed, sampler: sampler)
  }

  /// One step with a token that is not recorded.
  ///
  /// - Parameter sampler: the sampler before the token was drawn.
  package func compute(_ typed: ConversationFormat.TurnToken, sampler: Sampler) throws -> TokenRecord {
    let options = nextOptions
    let step: (next: NextToken?, trace: StepTrace)
    do {
      step = try advance(typed.token, options)
    } catch {
      conversation.sampler = sampler
      throw error
    }
    conversation.append(typed, options: options, sampler: sampler)
    return record(step)
  }

  /// One step from the current snapshot, which is kept if it has a step result. The step then copies the state once, as
  /// the snapshot shares its memory.
  ///
  /// - Returns: the distribution that `token` was drawn from.
  /// - Throws: `ModelError`; the current snapshot is then unchanged.
  private func advance(_ token: Int, _ options: StepOptions) throws -> (next: NextToken?, trace: StepTrace) {
    let (before, position) = (current.next, current.position)
    keepCurrent()
    current.result = nil
    var trace = StepTrace()
    do {
      current.next = NextToken(try inference.step(token, options, state: &current.state, trace: &trace))
    } catch {
      current = snapshot(atMost: position) ?? Snapshot(state: firstState)
      try recompute(upTo: position)
      throw error
    }
    current.count(trace)
    return (before, trace)
  }

  /// The record of the last step's token.
  private func record(_ step: (next: NextToken?, trace: StepTrace)) -> TokenRecord {
    let record = record(at: current.position - 1, of: conversation, drawnFrom: step.next, step.trace)
    if let logProbability = record.logProbability { branches.record(logProbability, at: record.position - 1) }
    return record
  }

  /// The record of a token of a conversation.
  func record(
    at index: Int, of conversation: Conversation, drawnFrom next: NextToken?, _ trace: StepTrace
  ) -> TokenRecord {
    let (token, turn) = (conversation.recorded[index], conversation.turn(at: index))
    return TokenRecord(
      position: index + 1, token: token, piece: tokenizer.piece(token), role: turn.role, turn: turn.number,
      logProbability: next.map { Float($0.logProbability(token)) }, entropyBefore: next.map { Float($0.entropy) },
      trace: trace, options: conversation.options[index])
  }

  /// The step result of the current snapshot, whose last token has this record.
  ///
  /// - Parameter withText: whether to decode the text of the turn, which takes time that grows with its length.
  package func result(_ record: TokenRecord, withText: Bool = true) -> StepResult {
    StepResult(
      position: record.position, token: record.token, piece: record.piece, role: record.role, turn: record.turn,
      turnText: withText ? conversation.text(ofTurn: record.turn, through: record.position - 1) : "",
      logProbability: record.logProbability,
      entropyBefore: record.entropyBefore, entropy: Float(current.next?.entropy ?? 0),
      candidates: current.next.map(candidates) ?? [],
      state: current.state, trace: record.trace, options: record.options, divisions: current.divisions)
  }

  /// The most probable next tokens, best first.
  func candidates(_ next: NextToken) -> [StepResult.Candidate] {
    next.best(10).map {
      StepResult.Candidate(
        token: $0.token, piece: tokenizer.pieceOrNumber($0.token), probability: Float($0.probability))
    }
  }

  /// Builds the current step result with all requested parts.
  package func publish(_ record: TokenRecord) {
    current.result = current.result ?? result(record, withText: false)
    addText()
    attachTraces()
  }

  /// Adds the text of its turn to the current step result, which snapshots do not have.
  func addText() {
    guard let result = current.result else { return }
    current.result?.turnText = conversation.text(ofTurn: result.turn, through: result.position - 1)
  }

  /// Keeps the current snapshot, if it has a step result.
  func keepCurrent() {
    guard current.result != nil else { return }
    let owner = branches.owner(of: current.position)
    snapshots.insert(
      current, of: owner.branch, fork: owner.fork,
      isAnchor: current.position == conversation.recorded.count || conversation.startsTurn(at: current.position))
  }

  /// Recomputes recorded steps from the current snapshot. If a step fails, the snapshot stays at the step before it.
  ///
  /// - Throws: `ModelError`; `CancellationError` if the observer cancels.
  func recompute(upTo count: Int) throws {
    let (first, clock) = (current.position, ContinuousClock())
    var due = clock.now + .milliseconds(100)
    while current.position < count {
      let index = current.position
      let step = try advance(conversation.recorded[index], conversation.options[index])
      let (position, left) = (index + 1, count - index - 1)
      // Of a long way, the last steps are kept and some of the earlier ones.
      if left < Self.stepsKeptOnTheWay || position.isMultiple(of: Self.snapshotInterval)
        || conversation.startsTurn(at: position)
      {
        current.result = result(record(step), withText: false)
      }
      guard let observer, left > 0 else { continue }
      if observer.isCancelled() { throw CancellationError() }
      if clock.now >= due {
        due = clock.now + .milliseconds(100)
        observer.report(position - first, count - first)
      }
    }
  }
}

/// Counts down in the closure of one stream.
private final class Countdown: @unchecked Sendable {
  // Unchecked: a stream requests its next value only after the previous one was delivered.
  private var remaining: Int

  init(_ count: Int) { remaining = count }

  var isOver: Bool { remaining <= 0 }

  func advance() { remaining -= 1 }
}
