import Synchronization

/// A request or a query for the engine.
struct EngineJob: Sendable {
  enum Work: Sendable, Hashable {
    case request(EngineRequest)
    case query(AnalysisQuery)
  }

  let work: Work
  /// The session that it belongs to.
  var session = 0
  /// Cancels the job.
  let token: RunToken

  init(_ work: Work, session: Int = 0, _ token: RunToken) {
    (self.work, self.session, self.token) = (work, session, token)
  }
}

/// Cancels a run of steps, or a query, from any thread.
final class RunToken: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}
