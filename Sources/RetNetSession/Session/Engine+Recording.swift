import RetNet

extension Engine {
  /// The session as a file: all branches and the current position.
  package func recording(_ model: SessionFile.Model) -> SessionFile {
    func recorded(_ id: Int, _ parent: Int?, _ fork: Int, _ conversation: Conversation) -> RecordedBranch {
      RecordedBranch(
        id: id, parent: parent, fork: fork, tokens: conversation.recorded, options: Array(conversation.options),
        turns: conversation.recordedTurns, pending: conversation.recordedPending)
    }
    let inactive = branches.inactive.map { recorded($0.key, $0.value.parent, $0.value.fork, $0.value.conversation) }
    let all = inactive + [recorded(branches.id, branches.parent, branches.fork, conversation)]
    return SessionFile(
      model: model, initialState: initialState?.sha256, sampling: sampling, branches: all.sorted { $0.id < $1.id },
      branch: branches.id,
      position: conversation.position, marks: branches.marks)
  }

  /// Replaces the session by a recorded one, at position 0. `go` and `steps` recompute it. Tokens drawn after the
  /// recorded ones use new random numbers.
  ///
  /// - Parameter sha256: hash of this model's weights.
  /// - Throws: `SessionFileError` if the session was recorded with another model or initial state. The current session
  ///   is then unchanged.
  package func open(_ session: SessionFile, sha256: String) throws {
    try session.check(for: model.configuration, sha256: sha256)
    guard session.initialState == initialState?.sha256 else {
      throw SessionFileError.otherInitialState(expected: session.initialState, found: initialState?.sha256)
    }
    // A model may have more rows than the tokenizer has pieces.
    for branch in session.branches {
      for (index, token) in branch.allTokens.enumerated() where token >= tokenizer.vocabularySize {
        throw SessionFileError.tokenOutsideVocabulary(
          branch: branch.id, index: index, token: token, vocabularySize: tokenizer.vocabularySize)
      }
    }
    try session.checkShared()
    reset()
    func conversation(_ branch: RecordedBranch) -> Conversation {
      Conversation(branch, sampler: Sampler(session.sampling), format: format, tokenizer: tokenizer)
    }
    guard let current = session.branches.first(where: { $0.id == session.branch }) else { return }
    branches = Branches(
      id: current.id, parent: current.parent, fork: current.fork, experiments: current.experiments,
      inactive: Dictionary(
        uniqueKeysWithValues: session.branches.filter { $0.id != current.id }.map { branch in
          var other = conversation(branch)
          other.go(to: branch.tokens.count)
          let inactive = Branches.InactiveBranch(
            parent: branch.parent, fork: branch.fork, conversation: other, experiments: branch.experiments)
          return (branch.id, inactive)
        }), marks: session.marks)
    self.conversation = conversation(current)
    if let first = current.options.first { firstNorms = first.norms }
    forksOnNextStep = false
  }
}

extension RecordedBranch {
  /// The experiments, reconstructed from the options of the steps.
  package var experiments: [SessionSummary.Entry] {
    var before = StepOptions(norms: options.first?.norms ?? NormOptions())
    return options.enumerated().flatMap { position, options in
      defer { before = options }
      return options.experiments(since: before).map { SessionSummary.Entry(experiment: $0, position: position) }
    }
  }
}

extension StepOptions {
  /// The experiments that change `before` to these options.
  fileprivate func experiments(since before: StepOptions) -> [Experiment] {
    let indices = Set(changes.heads.keys).union(before.changes.heads.keys).sorted()
    let lasting = indices.flatMap { index -> [Experiment] in
      let (old, new) = (before.changes[index], changes[index])
      var kinds: [Experiment.Kind] = []
      if new.scale != old.scale { kinds.append(.scale(new.scale)) }
      if new.isFrozen != old.isFrozen { kinds.append(.freeze(new.isFrozen)) }
      if new.gamma != old.gamma { kinds.append(.gamma(new.gamma)) }
      return kinds.map { Experiment($0, at: index) }
    }
    let first = HeadIndex(layer: 0, head: 0)
    let others = norms == before.norms ? [] : [Experiment(.norms(from: before.norms, to: norms), at: first)]
    return lasting + others
      + edits.map { edit in
        switch edit {
        case .zero(let index): Experiment(.zero, at: index)
        case .copy(let from, let to): Experiment(.copy(from: from), at: to)
        }
      }
  }
}
