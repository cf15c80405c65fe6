import RetNet
import RetNetText

/// The session as a tree: any node of any branch, and the bookmarks and notes on nodes.
extension Engine {
  /// The snapshots of the current branch and the states of the others.
  static func stores(bytes: Int, _ configuration: ModelConfiguration) -> (Snapshots, BranchStates) {
    (
      Snapshots(bytes: bytes, each: Snapshot.byteCount(configuration)),
      BranchStates(limit: bytes / 2 / max(configuration.stateBytes, 1))
    )
  }

  /// Where a visit of a node begins.
  package struct Visit: Sendable {
    /// The step result of the nearest state; nil at the start of the session.
    package var result: StepResult?
    package var turns: [ShownTurn]
    /// Tokens that the new branch shares with the one before.
    package var common: Int
    /// Whether the next step continues a reply or reads typed text.
    package var continues: Bool
  }

  /// Makes a branch current, at the position from which `position` is recomputed with the fewest steps; at `position`
  /// itself if a snapshot has it. `steps` and `go` then reach it, with identical bits.
  ///
  /// - Throws: `EngineError.noBranch`, `ModelError`.
  package func begin(visit position: Int, on branch: Int) throws -> Visit {
    defer { inference.rest() }
    guard branch == branches.id || branches.inactive[branch] != nil else {
      throw EngineError.noBranch(id: branch, count: branches.inactive.count + 1)
    }
    forksOnNextStep = false
    if current.result != nil { snapshots.insert(current) }
    let common: Int
    if let other = branches.inactive[branch]?.conversation {
      common = other.commonLength(with: conversation)
      keepStates(after: common)
      let options = conversation.sampler.options
      if var chosen = branches.select(branch, leaving: conversation) {
        chosen.sampler.options = options
        conversation = chosen
      }
      snapshots.removeAll(after: common)
    } else {
      common = conversation.recorded.count
    }
    try place(near: min(max(position, 0), conversation.recorded.count), common: common)
    return visit(common: common)
  }

  /// The current position as a visit.
  package func visit(common: Int) -> Visit {
    Visit(
      result: current.result, turns: conversation.shownTurns(tokenizer, logProbability: branches.logProbability), common: common,
      continues: conversation.isReplying || conversation.hasTyped || conversation.hasFuture)
  }

  /// Goes to a node: the step result after `position` tokens of a branch; nil at the start of the session.
  ///
  /// - Throws: `EngineError.noBranch`, `ModelError`.
  package func visit(_ position: Int, on branch: Int) throws -> StepResult? {
    _ = try begin(visit: position, on: branch)
    let target = min(max(position, 0), conversation.recorded.count)
    while current.position < target {
      let batch = steps(for: .seconds(3600), until: target)
      if case .failed(let error) = batch.end { throw error }
      if batch.result == nil { break }
    }
    keepStates(after: 0, before: target)
    return current.result
  }

  /// Puts the conversation at the latest state from which `target` is reached by steps.
  private func place(near target: Int, common: Int) throws {
    let line = snapshots.last(atMost: target)
    let tree = branchStates.last(atMost: max(target - 1, 0), on: branches.id, start: branches.start)
    defer {
      conversation.go(to: current.position)
      divergence = FormDivergence(from: current.state)
    }
    if current.position <= min(target, common), current.position >= max(line?.position ?? 0, tree?.position ?? 0) {
      attachTraces()
      return
    }
    if let line, line.position >= tree?.position ?? 0 {
      current = line
      attachTraces()
      return
    }
    current = tree ?? Snapshot(state: firstState)
    // A state of the tree has no step result, which the next step computes.
    if current.position < target { try recompute(upTo: current.position + 1) }
    attachTraces()
  }

  /// Keeps some snapshots of the current branch as states of the tree, before others replace them.
  ///
  /// - Parameters:
  ///   - common: the positions after this one are not on the next branch.
  func keepStates(after common: Int, before end: Int = .max) {
    guard branchStates.limit > 0, !branches.inactive.isEmpty || common < conversation.recorded.count else { return }
    var last = -BranchStates.interval
    let all = snapshots.all.filter { $0.position <= end }
    for (index, snapshot) in all.enumerated() {
      let isFork = snapshot.position == common || snapshot.position == branches.fork
      let isEnd = index == all.count - 1
      guard isFork || isEnd || snapshot.position - last >= BranchStates.interval else { continue }
      last = snapshot.position
      branchStates.insert(snapshot, on: branches.owner(of: snapshot.position, on: branches.id))
    }
    trimStates()
  }

  /// The states of the tree and the snapshots of the current branch have one memory limit, half of it each.
  func trimStates() {
    let current = BranchStates.Branch(
      id: branches.id, parent: branches.start(of: branches.id).parent, fork: branches.fork,
      length: conversation.recorded.count)
    branchStates.trim(
      branches.inactive.map { id, branch in
        BranchStates.Branch(
          id: id, parent: branches.start(of: id).parent, fork: branch.fork,
          length: branch.conversation.recorded.count)
      } + [current])
    guard branchStates.count > 0 else { return }
    let half = Snapshots(bytes: snapshotBytes / 2, each: Snapshot.byteCount(model.configuration)).limit
    if snapshots.limit > half { snapshots.restrict(to: half) }
  }

  /// The tokens of all branches, as text with their probabilities.
  package func tree() -> SessionTree { branches.tree(conversation, tokenizer) }

  /// Changes the bookmark or the note of a node.
  package func mark(_ change: MarkChange, branch: Int, position: Int) {
    guard branch == branches.id || branches.inactive[branch] != nil else { return }
    let length =
      branch == branches.id
      ? conversation.recorded.count : branches.inactive[branch]?.conversation.recorded.count ?? 0
    branches.mark(change, branch: branch, position: min(max(position, 0), length))
  }
}
