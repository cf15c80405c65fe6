import Synchronization

/// Passes settings to the engine during a run. They take effect at the next step.
final class RunSettings: Sendable {
  private struct Shared {
    /// The run that applies settings: the last job in the queue, unless it has ended.
    var open: RunToken?
    var waiting: [EngineJob] = []
  }

  private let shared = Mutex(Shared())

  /// Records a new job. Later settings take effect after it, or during it if it is a run.
  func record(_ job: EngineJob) {
    shared.withLock { shared in
      if case .request(.run) = job.work { shared.open = job.token } else { shared.open = nil }
    }
  }

  /// - Returns: whether a run applies the setting. If not, the caller adds it to the queue.
  func accepts(_ setting: EngineJob) -> Bool {
    shared.withLock { shared in
      if shared.open != nil { shared.waiting.append(setting) }
      return shared.open != nil
    }
  }

  /// The oldest pending setting.
  func next() -> EngineJob? { shared.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() } }

  /// The oldest pending setting. If there is none, `run` accepts no more settings.
  func next(endOf run: RunToken) -> EngineJob? {
    shared.withLock { shared in
      if shared.waiting.isEmpty, shared.open === run { shared.open = nil }
      return shared.waiting.isEmpty ? nil : shared.waiting.removeFirst()
    }
  }
}
