import Synchronization

/// What reaches the engine while it makes steps: settings, which act from the next step on, and the pace.
final class RunSettings: Sendable {
  private struct Shared {
    var speed: Double?
    /// The run that settings act on: the last thing that was asked for, unless it has ended.
    var open: RunToken?
    var waiting: [EngineJob] = []
  }

  private let shared: Mutex<Shared>

  init(speed: Double?) { shared = Mutex(Shared(speed: speed)) }

  /// Reply tokens a second at most.
  var speed: Double? {
    get { shared.withLock { $0.speed } }
    set { shared.withLock { $0.speed = newValue } }
  }

  /// A job has been asked for: what is set from now on belongs behind it, or into it where it is a run.
  func note(_ job: EngineJob) {
    shared.withLock { shared in
      if case .run = job.effect { shared.open = job.token } else { shared.open = nil }
    }
  }

  /// - Returns: whether a run takes the setting in; else it has to wait its turn.
  func takes(_ setting: EngineJob) -> Bool {
    shared.withLock { shared in
      if shared.open != nil { shared.waiting.append(setting) }
      return shared.open != nil
    }
  }

  /// The oldest setting that waits.
  func next() -> EngineJob? { shared.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() } }

  /// The oldest setting that waits; where none does, `run` takes no more in.
  func next(endOf run: RunToken) -> EngineJob? {
    shared.withLock { shared in
      if shared.waiting.isEmpty, shared.open === run { shared.open = nil }
      return shared.waiting.isEmpty ? nil : shared.waiting.removeFirst()
    }
  }
}
