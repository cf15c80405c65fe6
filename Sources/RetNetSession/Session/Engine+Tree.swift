import RetNet
import RetNetText

/// The session as a tree: any node of any branch, and the bookmarks and notes on nodes.
extension Engine {
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
  /// - Throws: `EngineError.noBranch`.
  package func begin(visit position: Int, on branch: Int) throws -> Visit {
    defer { inference.rest() }
    guard branch == branches.id || branches.inactive[branch] != nil else {
      throw EngineError.noBranch(id: branch, count: branches.inactive.count + 1)
    }
    forksOnNextStep = false
    keepCurrent()
    var common = conversation.recorded.count
    if let other = branches.inactive[branch]?.conversation {
      common = other.commonLength(with: conversation)
      let options = conversation.sampler.options
      if var chosen = branches.select(branch, leaving: conversation) {
        chosen.sampler.options = options
        conversation = chosen
      }
    }
    let target = min(max(position, 0), conversation.recorded.count)
    let nearest = snapshot(atMost: target)
    if current.position > min(target, common) || (nearest?.position ?? 0) > current.position {
      current = nearest ?? Snapshot(state: firstState)
    }
    conversation.go(to: current.position)
    divergence = FormDivergence(from: current.state)
    addText()
    attachTraces()
    return visit(common: common)
  }

  /// The current position as a visit.
  package func visit(common: Int) -> Visit {
    Visit(
      result: current.result, turns: conversation.shownTurns(tokenizer, logProbability: branches.logProbability),
      common: common,
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
    return current.result
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
