import RetNet

extension Engine {
  /// Goes to the moment after `position` tokens of the record: back, or forward. What is asked beyond either end is held
  /// there. Returns the moment that is now; nil at the start. Throws `ModelError`, as `step` does.
  package func go(to position: Int) throws -> StepResult? {
    defer { inference.rest() }
    let target = min(max(position, 0), conversation.recorded.count)
    leavesRecord = false
    if present.position != target { try move(to: target) }
    return present.result
  }

  private func move(to target: Int) throws {
    if present.result != nil { snapshots.insert(present) }
    let nearest = snapshots.last(atMost: target)
    if present.position > target || (nearest?.position ?? 0) > present.position {
      present = nearest ?? Snapshot(state: firstState)
    }
    // Where a step fails, the conversation is as far as the model is.
    defer {
      conversation.go(to: present.position)
      divergence = FormDivergence(from: present.state)
    }
    try computeAgain(upTo: target)
    bringWatched()
  }

  /// One step with a token that was chosen by hand. At a moment with another one on record this begins a branch.
  ///
  /// - Throws: `ModelError` where the vocabulary has no such token; `EngineError.endsReply` for a symbol that ends the
  ///   reply, which then has ended.
  package func pick(_ token: Int) throws -> StepResult {
    defer { inference.rest() }
    // A model may have more rows than the tokenizer has pieces; they stand for nothing.
    guard (0..<tokenizer.vocabularySize).contains(token) else {
      throw ModelError.tokenOutOfRange(token: token, index: 0, vocabularySize: tokenizer.vocabularySize)
    }
    let index = conversation.position
    let fed: TokenRecord
    if conversation.hasFuture, !leavesRecord, conversation.recorded[index] == token, let next = try feedNext() {
      fed = next
    } else {
      leaveRecord()
      let sampler = conversation.sampler
      guard let chosen = conversation.chosen(token) else { throw EngineError.endsReply }
      fed = try feed(chosen, sampler: sampler)
    }
    show(fed)
    return present.result ?? result(fed)
  }

  // MARK: Branches

  /// What is recorded behind the present moment becomes a branch that was left; the session goes on with another.
  func leaveRecord() {
    leavesRecord = false
    guard conversation.hasFuture else { return }
    branches.leave(conversation)
    conversation.forgetFuture()
    snapshots.removeAll(after: conversation.position)
  }

  /// Takes another branch, at the last moment that it shares with the present one and that is not later than now. Returns
  /// that moment. Throws `EngineError.noBranch`, `ModelError`.
  package func select(branch id: Int) throws -> StepResult? {
    guard id != branches.id else { return present.result }
    guard let other = branches.parked[id]?.conversation else {
      throw EngineError.noBranch(id: id, count: branches.parked.count + 1)
    }
    let common = other.commonLength(with: conversation)
    _ = try go(to: min(common, present.position))
    let options = conversation.sampler.options
    guard var chosen = branches.select(id, leaving: conversation) else { return present.result }
    snapshots.removeAll(after: common)
    chosen.go(to: present.position)
    chosen.sampler.options = options
    conversation = chosen
    return present.result
  }

  package var session: SessionSummary {
    SessionSummary(
      position: conversation.position, length: conversation.recorded.count, branches: branches.summaries(conversation),
      branch: branches.id,
      experiments: branches.experiments.filter { $0.position <= conversation.position }, norms: norms)
  }

  // MARK: Experiments

  /// What the next step is made with, unless it is on record.
  var nextConditions: StepOptions {
    var conditions = StepOptions(norms: firstNorms)
    for entry in branches.experiments where entry.position <= conversation.position {
      // What is done once has been done by the step behind it.
      if entry.experiment.isLasting || entry.position == conversation.position {
        entry.experiment.apply(to: &conditions)
      }
    }
    return conditions
  }

  /// Acts from the next step. At a moment with tokens on record behind it this begins a branch.
  package func add(_ experiment: Experiment) {
    leaveRecord()
    branches.experiments.append(SessionSummary.Entry(experiment: experiment, position: conversation.position))
  }

  /// Takes the last experiment back, and goes to the moment at which it was made; what was done since stays as a branch.
  /// Returns the moment that is now. Throws `ModelError`, as `step` does.
  package func undoExperiment() throws -> StepResult? {
    guard let last = branches.experiments.last(where: { $0.position <= conversation.position }) else {
      return present.result
    }
    _ = try go(to: last.position)
    leaveRecord()
    branches.experiments.removeLast()
    return present.result
  }

  // MARK: What a viewer asks beside

  /// The state of another moment, branch, norms or beginning, to hold the present one against.
  ///
  /// - Throws: `EngineError.noBranch`, `ModelError`.
  package func state(of reference: StateReference) throws -> ModelState {
    defer { inference.rest() }
    switch reference {
    case .position(let position):
      return try state(after: min(max(position, 0), conversation.recorded.count), of: conversation)
    case .branch(let id):
      if id == branches.id { return present.state }
      guard let branch = branches.parked[id] else {
        throw EngineError.noBranch(id: id, count: branches.parked.count + 1)
      }
      return try state(
        after: min(present.position, branch.conversation.recorded.count), of: branch.conversation)
    case .norms(let norms): return try stateNow(from: firstState) { $0.norms = norms }
    case .emptyStart: return try stateNow(from: model.makeState()) { _ in }
    }
  }

  /// The state after the session's tokens up to now, had it begun with `first` and under other conditions.
  private func stateNow(from first: ModelState, _ change: (inout StepOptions) -> Void) throws -> ModelState {
    var state = first
    for (token, before) in zip(conversation.tokens, conversation.conditions) {
      var conditions = before
      change(&conditions)
      _ = try inference.step(token, conditions, state: &state)
    }
    return state
  }

  private func state(after count: Int, of other: Conversation) throws -> ModelState {
    let common = other.commonLength(with: conversation)
    let snapshot = snapshots.last(atMost: min(common, count))
    var state = snapshot?.state ?? firstState
    while state.position < count {
      _ = try inference.step(other.recorded[state.position], other.conditions[state.position], state: &state)
    }
    return state
  }
}

extension Inference {
  /// One step as a session has it: what is done to the state before it, then the token.
  package func step(
    _ token: Int, _ conditions: StepOptions, state: inout ModelState, trace: UnsafeMutablePointer<StepTrace>? = nil
  ) throws -> UnsafeBufferPointer<Float> {
    for edit in conditions.edits { state.apply(edit) }
    return try step(token, norms: conditions.norms, overrides: conditions.changes, state: &state, trace: trace)
  }
}

extension Experiment {
  /// Whether it acts on every step from its moment on, rather than on the state, once.
  package var isLasting: Bool {
    switch kind {
    case .scale, .freeze, .gamma, .norms: true
    case .zero, .copy: false
    }
  }

  /// Whether it is about all heads.
  package var isOfAllHeads: Bool { if case .norms = kind { true } else { false } }
}

extension Snapshot {
  /// Takes a step's divisors into the counts.
  package mutating func count(_ trace: StepTrace) {
    guard trace.layers.contains(where: \.divides) else { return }
    let heads = trace.layers.first?.heads ?? 0
    if divisions.isEmpty { divisions = Array(repeating: 0, count: trace.layers.count * heads) }
    for (l, layer) in trace.layers.enumerated() {
      for h in 0..<heads where layer.divisor(head: h) > 1 { divisions[l * heads + h] += 1 }
    }
  }
}
