import RetNet
import RetNetSession

/// Makes the steps of one job and emits their results.
struct EngineSteps: Sendable {
  let engine: any ChatEngine
  var session = 0
  let token: RunToken
  let emit: @Sendable (AppEvent) -> Void

  var isCancelled: Bool { token.isCancelled || Task.isCancelled }

  /// Makes one batch of steps.
  ///
  /// - Returns: nil if the reply or the run ended with this batch.
  /// - Throws: the error of a step.
  nonisolated(nonsending) func batch(
    for duration: Duration = .zero, maximumReply: Int = .max, until position: Int = .max
  ) async throws -> StepBatch? {
    let clock = ContinuousClock()
    let start = clock.now
    let batch = await engine.steps(for: duration, maximumReply: maximumReply, until: position) { token.isCancelled }
    if let result = batch.result {
      let seconds = (clock.now - start) / .seconds(1) / Double(batch.passed.count + 1)
      emit(.result(result, passing: batch.passed, seconds: seconds))
    }
    switch batch.end {
    case .more: return batch.result == nil ? nil : batch
    case .replyEnded: emit(.replyEnded)
    case .breakpoint(let text): emit(.breakpoint(text))
    case .failed(let error): throw error
    }
    return nil
  }

  /// Makes this many single steps.
  nonisolated(nonsending) func make(_ count: Int) async throws {
    for index in 0..<count where index == 0 || !isCancelled { _ = try await batch(maximumReply: 1) }
  }

  nonisolated(nonsending) func pick(_ chosen: Int) async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await engine.pick(chosen)
    emit(.result(result, seconds: (clock.now - start) / .seconds(1)))
  }

  nonisolated(nonsending) func rewind(_ body: (any ChatEngine) async throws -> StepResult?) async throws {
    emit(.wentBack(try await body(engine)))
  }

  nonisolated(nonsending) func go(to position: Int) async throws {
    guard position <= (await engine.session).position else { return try await advance(to: position) }
    try await rewind { try await $0.go(to: position) }
  }

  /// Goes forward through recorded tokens. The screen receives every token.
  nonisolated(nonsending) func advance(to position: Int) async throws {
    let session = await engine.session
    let end = min(position, session.length)
    var reached = session.position
    while !isCancelled, reached < end {
      guard let result = try await batch(for: EngineWorker.batch, until: end)?.result else { return }
      reached = result.position
    }
  }

  /// Opens a recorded session, and goes to its saved position.
  ///
  /// - Parameter opened: called when the engine has replaced its session.
  nonisolated(nonsending) func open(_ path: String, for model: LoadedModel, opened: () async -> Void) async throws {
    let session = try SessionFile(json: try FileBytes.read(path))
    try await engine.open(session, sha256: try await model.hash())
    await opened()
    emit(.wasReset)
    try await advance(to: session.position)
    let (length, wordsWait) = ((await engine.session).length, await engine.hasTyped)
    let rest = wordsWait ? ", part of a message is unread" : ""
    let branch = session.branches.first { $0.id == session.branch }
    emit(
      .opened(
        "\(path) is open: \(session.position) tokens of \(length)\(rest).", wordsWait: wordsWait,
        stopped: branch?.stoppedTurns(until: session.position) ?? []))
  }
}
