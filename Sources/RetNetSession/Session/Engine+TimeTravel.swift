import RetNet

extension Engine {
  /// Moves to the step result after `position` recorded tokens, clamped to their range. Returns the current step
  /// result; nil at the start. Throws `ModelError`, as `step` does.
  package func go(to position: Int) throws -> StepResult? {
    defer { inference.rest() }
    let target = min(max(position, 0), conversation.recorded.count)
    forksOnNextStep = false
    if current.position != target { try move(to: target) }
    return current.result
  }

  private func move(to target: Int) throws {
    keepCurrent()
    let before = current
    let nearest = snapshot(atMost: target)
    if current.position > target || (nearest?.position ?? 0) > current.position {
      current = nearest ?? Snapshot(state: firstState)
    }
    // If a step fails, the conversation stays in sync with the model.
    defer {
      conversation.go(to: current.position)
      divergence = FormDivergence(from: current.state)
    }
    do {
      try recompute(upTo: target)
    } catch let error as CancellationError {
      current = before
      throw error
    }
    addText()
    attachTraces()
  }

  /// Ends the reply before a stop string. Its tokens are not kept as a branch.
  func end(at cut: Conversation.Cut) throws {
    if cut.position < current.position { try move(to: cut.position) }
    conversation.end(cut.spelled)
    snapshots.removeAll(of: branches.id, after: conversation.position)
  }

  /// One step with a token chosen by the user. If another token is recorded at this position, this forks a branch.
  ///
  /// - Throws: `ModelError` if the vocabulary has no such token; `EngineError.endsReply` for a symbol that ends the
  ///   reply, which then has ended.
  package func pick(_ token: Int) throws -> StepResult {
    defer { inference.rest() }
    // A model may have more rows than the tokenizer has pieces.
    guard (0..<tokenizer.vocabularySize).contains(token) else {
      throw ModelError.tokenOutOfRange(token: token, index: 0, vocabularySize: tokenizer.vocabularySize)
    }
    let index = conversation.position
    let record: TokenRecord
    if conversation.hasFuture, !forksOnNextStep, conversation.recorded[index] == token, let next = try computeNext() {
      record = next
    } else {
      forkIfNeeded()
      let sampler = conversation.sampler
      guard let forced = conversation.forced(token) else { throw EngineError.endsReply }
      record = try compute(forced, sampler: sampler)
    }
    publish(record)
    return current.result ?? result(record)
  }

  // MARK: Branches

  /// Forks a branch if there are recorded tokens after the position.
  func forkIfNeeded() {
    forksOnNextStep = false
    guard conversation.hasFuture else { return }
    branches.fork(conversation)
    conversation.discardFuture()
  }

  /// Switches to another branch, at the last common position that is not after the current one. Returns the step result
  /// there. Throws `EngineError.noBranch`, `ModelError`.
  package func select(branch id: Int) throws -> StepResult? {
    guard id != branches.id else { return current.result }
    guard let other = branches.inactive[id]?.conversation else {
      throw EngineError.noBranch(id: id, count: branches.inactive.count + 1)
    }
    let common = other.commonLength(with: conversation)
    _ = try go(to: min(common, current.position))
    let options = conversation.sampler.options
    guard var chosen = branches.select(id, leaving: conversation) else { return current.result }
    chosen.go(to: current.position)
    chosen.sampler.options = options
    conversation = chosen
    return current.result
  }

  package var session: SessionSummary {
    SessionSummary(
      position: conversation.position, length: conversation.recorded.count, branches: branches.summaries(conversation),
      branch: branches.id,
      experiments: branches.experiments.filter { $0.position <= conversation.position }, norms: norms,
      marks: branches.marks)
  }

  // MARK: Experiments

  /// The options of the next step if it is not recorded.
  var nextOptions: StepOptions { nextOptions(at: conversation.position) }

  /// The options of the step after `position` tokens, with the experiments made up to the current position.
  func nextOptions(at position: Int) -> StepOptions {
    var options = StepOptions(norms: firstNorms)
    for entry in branches.experiments where entry.position <= min(position, conversation.position) {
      // A one-time edit applies only to the step at its position.
      if entry.experiment.isLasting || entry.position == position {
        entry.experiment.apply(to: &options)
      }
    }
    return options
  }

  /// Applies from the next step on. Forks a branch if there are recorded tokens after the position.
  package func add(_ experiment: Experiment) {
    forkIfNeeded()
    branches.experiments.append(SessionSummary.Entry(experiment: experiment, position: conversation.position))
  }

  /// Undoes the last experiment and moves to its position. Later tokens are kept as a branch. Returns the current step
  /// result. Throws `ModelError`, as `step` does.
  package func undoExperiment() throws -> StepResult? {
    guard let last = branches.experiments.last(where: { $0.position <= conversation.position }) else {
      return current.result
    }
    _ = try go(to: last.position)
    forkIfNeeded()
    branches.experiments.removeLast()
    return current.result
  }

  // MARK: Comparisons

  /// The state to compare with the current one: at another position, on another branch, or with other norms or another
  /// initial state.
  ///
  /// - Throws: `EngineError.noBranch`, `ModelError`.
  package func state(of reference: StateReference) throws -> ModelState {
    defer { inference.rest() }
    switch reference {
    case .position(let position):
      return try computed(through: min(max(position, 0), conversation.recorded.count)).state
    case .branch(let id):
      if id == branches.id { return current.state }
      guard let branch = branches.inactive[id] else {
        throw EngineError.noBranch(id: id, count: branches.inactive.count + 1)
      }
      let count = min(current.position, branch.conversation.recorded.count)
      return try computed(through: count, of: branch.conversation, id).state
    case .norms(let norms): return try replayedState(from: firstState) { $0.norms = norms }
    case .emptyStart: return try replayedState(from: model.makeState()) { _ in }
    }
  }

  /// The state after the tokens up to the current position, recomputed from `first` with changed options.
  private func replayedState(from first: ModelState, _ change: (inout StepOptions) -> Void) throws -> ModelState {
    var state = first
    for (token, before) in zip(conversation.tokens, conversation.options) {
      var options = before
      change(&options)
      _ = try inference.step(token, options, state: &state)
    }
    return state
  }

  // MARK: Snapshots

  /// The latest snapshot of a branch that is not after `position`.
  ///
  /// - Parameter branch: nil is the current one.
  func snapshot(atMost position: Int, on branch: Int? = nil) -> Snapshot? {
    snapshots.last(atMost: position, on: branches.path(of: branch ?? branches.id))
  }

  /// The state after the first `count` tokens of a branch, and the distribution of the next token, nil before the first
  /// one. Recomputes them from the nearest snapshot.
  ///
  /// - Parameters:
  ///   - other, branch: nil is the current branch.
  /// - Throws: `ModelError`.
  func computed(
    through count: Int, of other: Conversation? = nil, _ branch: Int? = nil
  ) throws -> (state: ModelState, next: NextToken?) {
    let other = other ?? conversation
    let nearest = snapshot(atMost: count, on: branch)
    var (state, next) = (nearest?.state ?? firstState, nearest?.next)
    while state.position < count {
      let index = state.position
      let logits = try inference.step(other.recorded[index], other.options[index], state: &state)
      if state.position == count { next = NextToken(logits) }
    }
    return (state, next)
  }
}

extension Inference {
  /// One step of a session: the edits of the state, then the token.
  package func step(
    _ token: Int, _ options: StepOptions, state: inout ModelState, trace: UnsafeMutablePointer<StepTrace>? = nil
  ) throws -> UnsafeBufferPointer<Float> {
    for edit in options.edits { state.apply(edit) }
    return try step(token, norms: options.norms, overrides: options.changes, state: &state, trace: trace)
  }
}

extension Experiment {
  /// Whether it applies to every later step, and not once to the state.
  package var isLasting: Bool {
    switch kind {
    case .scale, .freeze, .gamma, .norms: true
    case .zero, .copy: false
    }
  }

  /// Whether it applies to all heads.
  package var appliesToAllHeads: Bool { if case .norms = kind { true } else { false } }
}

extension Snapshot {
  /// Counts the heads whose divisor is above 1 in a step.
  package mutating func count(_ trace: StepTrace) {
    guard trace.layers.contains(where: \.divides) else { return }
    let heads = trace.layers.first?.heads ?? 0
    if divisions.isEmpty { divisions = Array(repeating: 0, count: trace.layers.count * heads) }
    for (l, layer) in trace.layers.enumerated() {
      for h in 0..<heads where layer.divisor(head: h) > 1 { divisions[l * heads + h] += 1 }
    }
  }
}
