import Synchronization

/// Settings that reach the engine while it computes steps; they act from the next step on.
final class RunSettings: Sendable {
  private struct Shared {
    /// The run that settings act on: the last job in the queue, unless it has ended.
    var open: RunToken?
    var waiting: [EngineJob] = []
  }

  private let shared = Mutex(Shared())

  /// Records a new job in the queue: later settings act after it, or within it if it is a run.
  func record(_ job: EngineJob) {
    shared.withLock { shared in
      if case .request(.run) = job.work { shared.open = job.token } else { shared.open = nil }
    }
  }

  /// - Returns: whether a run applies the setting; otherwise it belongs into the queue.
  func accepts(_ setting: EngineJob) -> Bool {
    shared.withLock { shared in
      if shared.open != nil { shared.waiting.append(setting) }
      return shared.open != nil
    }
  }

  /// The oldest setting that waits.
  func next() -> EngineJob? { shared.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() } }

  /// The oldest setting that waits; if there is none, `run` accepts no more.
  func next(endOf run: RunToken) -> EngineJob? {
    shared.withLock { shared in
      if shared.waiting.isEmpty, shared.open === run { shared.open = nil }
      return shared.waiting.isEmpty ? nil : shared.waiting.removeFirst()
    }
  }
}
