import RetNet

extension Engine {
  /// The session as a file holds it: every branch, and where it stands.
  package func recording(_ model: SessionFile.Model) -> SessionFile {
    func recorded(_ id: Int, _ parent: Int?, _ fork: Int, _ conversation: Conversation) -> RecordedBranch {
      RecordedBranch(
        id: id, parent: parent, fork: fork, tokens: conversation.recorded, conditions: conversation.conditions,
        turns: conversation.recordedTurns, waiting: conversation.recordedWaiting)
    }
    let left = branches.parked.map { recorded($0.key, $0.value.parent, $0.value.fork, $0.value.conversation) }
    let all = left + [recorded(branches.id, branches.parent, branches.fork, conversation)]
    return SessionFile(
      model: model, initialState: initialState?.sha256, sampling: sampling, branches: all.sorted { $0.id < $1.id },
      branch: branches.id,
      position: conversation.position)
  }

  /// Takes over a recorded session, and stands before its first token: `go` and `steps` make it again. What is drawn
  /// behind the record begins with new random numbers.
  ///
  /// - Parameter sha256: of this model's weights.
  /// - Throws: `SessionFileError` where the session was recorded with another model or initial state; this one then
  ///   stays as it is.
  package func open(_ session: SessionFile, sha256: String) throws {
    try session.check(for: model.configuration, sha256: sha256)
    guard session.initialState == initialState?.sha256 else {
      throw SessionFileError.otherInitialState(expected: session.initialState, found: initialState?.sha256)
    }
    // A model may have more rows than the tokenizer has pieces; they stand for nothing.
    for branch in session.branches {
      for (index, token) in branch.allTokens.enumerated() where token >= tokenizer.vocabularySize {
        throw SessionFileError.tokenOutsideVocabulary(
          branch: branch.id, index: index, token: token, vocabularySize: tokenizer.vocabularySize)
      }
    }
    reset()
    func conversation(_ branch: RecordedBranch) -> Conversation {
      Conversation(branch, sampler: Sampler(session.sampling), format: format, tokenizer: tokenizer)
    }
    guard let present = session.branches.first(where: { $0.id == session.branch }) else { return }
    branches = Branches(
      id: present.id, parent: present.parent, fork: present.fork, experiments: present.experiments,
      parked: Dictionary(
        uniqueKeysWithValues: session.branches.filter { $0.id != present.id }.map { branch in
          var left = conversation(branch)
          left.go(to: branch.tokens.count)
          let parked = Branches.Parked(
            parent: branch.parent, fork: branch.fork, conversation: left, experiments: branch.experiments)
          return (branch.id, parked)
        }))
    self.conversation = conversation(present)
    if let first = present.conditions.first { firstNorms = first.norms }
    leavesRecord = false
  }
}

extension RecordedBranch {
  /// What was done to heads, as the steps show it.
  package var experiments: [SessionSummary.Entry] {
    var before = StepOptions(norms: conditions.first?.norms ?? NormOptions())
    return conditions.enumerated().flatMap { position, conditions in
      defer { before = conditions }
      return conditions.experiments(since: before).map { SessionSummary.Entry(experiment: $0, position: position) }
    }
  }
}

extension StepOptions {
  /// What leads from other conditions to these.
  fileprivate func experiments(since before: StepOptions) -> [Experiment] {
    let places = Set(changes.heads.keys).union(before.changes.heads.keys).sorted()
    let lasting = places.flatMap { place -> [Experiment] in
      let (old, new) = (before.changes[place], changes[place])
      var kinds: [Experiment.Kind] = []
      if new.scale != old.scale { kinds.append(.scale(new.scale)) }
      if new.isFrozen != old.isFrozen { kinds.append(.freeze(new.isFrozen)) }
      if new.gamma != old.gamma { kinds.append(.gamma(new.gamma)) }
      return kinds.map { Experiment($0, at: place) }
    }
    let first = HeadIndex(layer: 0, head: 0)
    let others = norms == before.norms ? [] : [Experiment(.norms(from: before.norms, to: norms), at: first)]
    return lasting + others
      + edits.map { edit in
        switch edit {
        case .zero(let place): Experiment(.zero, at: place)
        case .copy(let from, let to): Experiment(.copy(from: from), at: to)
        }
      }
  }
}
