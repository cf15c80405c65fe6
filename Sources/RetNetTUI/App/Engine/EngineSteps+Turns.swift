import RetNetSession

/// Changes of single turns, and typed begins of replies.
extension EngineSteps {
  /// Lets the job's token cancel recomputations, which report to the screen.
  nonisolated(nonsending) func observe() async {
    let (token, emit) = (token, emit)
    await engine.observe(
      RecomputationObserver(isCancelled: { token.isCancelled }) {
        emit(.recomputing(Recomputation(done: $0, total: $1)))
      })
  }

  nonisolated(nonsending) func change(turn number: Int, _ change: TurnChange) async throws {
    let (result, turns) = try await engine.change(turn: number, change)
    emit(.turnChanged(change, turns: turns, result: result))
    switch change {
    case .regenerate(prefix: nil), .resume, .replaceMessage(_, prefix: nil): emit(.typedRead(endsReply: false))
    case .regenerate, .replaceMessage: try await readTyped(endsReply: false)
    case .replaceReply: try await readTyped(endsReply: true)
    case .fork: break
    }
  }

  /// Queues the begin of the next reply, and reads all typed tokens.
  nonisolated(nonsending) func beginReply(with text: String) async throws {
    await engine.beginReply(with: text)
    try await readTyped(endsReply: false)
  }

  /// Typed tokens of a reply do not count towards its length, so they are no part of a run.
  private nonisolated(nonsending) func readTyped(endsReply: Bool) async throws {
    while !isCancelled, await engine.hasTyped, let result = try await engine.step() {
      emit(.result(result, seconds: 0))
    }
    emit(.typedRead(endsReply: endsReply))
  }
}
