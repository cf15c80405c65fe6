import Synchronization

/// An effect for the engine to carry out.
struct EngineJob: Sendable {
  let effect: Effect
  /// Cancelled where it, or its answer, is not wanted any more.
  let token: RunToken

  init(_ effect: Effect, _ token: RunToken) { (self.effect, self.token) = (effect, token) }
}

/// One run of steps, which can be cut short at any time.
final class RunToken: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}
