import Synchronization

/// A request or a query for the engine to carry out.
struct EngineJob: Sendable {
  enum Work: Sendable, Hashable {
    case request(EngineRequest)
    case query(AnalysisQuery)
  }

  let work: Work
  /// The session that it belongs to.
  var session = 0
  /// Cancelled when the job or its answer is no longer wanted.
  let token: RunToken

  init(_ work: Work, session: Int = 0, _ token: RunToken) {
    (self.work, self.session, self.token) = (work, session, token)
  }
}

/// One run of steps, which can be cut short at any time.
final class RunToken: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}
