import RetNet
import Synchronization

/// Something for the engine to do.
enum EngineJob: Sendable {
  case submit(String)
  case run(RunToken, maximumReply: Int)
  case step
  case back
  case stop
  case undoTurn
  case reset
  case explore(Effect, RunToken)
  /// Answered beside the jobs behind it, unless the token is cancelled.
  case laboratory(LabRequest, RunToken)
  case setNorms(NormOptions)
  case setSampling(SamplingOptions)
  case loadModel(String)
  case openLesson(model: String)
  case closeLesson
  case feed(String)
  case makeSteps(Int)

  /// Whether the screen waits for it, and is told once it has been done, well or not.
  var settles: Bool {
    switch self {
    case .step, .back, .stop, .undoTurn, .reset, .feed, .makeSteps: true
    case .explore(let effect, _): effect.settles
    default: false
    }
  }

  /// Whether the session may be another behind it.
  var changesSession: Bool {
    switch self {
    case .explore(.watch, _), .explore(.reference, _), .explore(.before, _), .explore(.history, _),
      .laboratory, .setSampling, .openLesson, .closeLesson:
      false
    default: true
    }
  }
}

/// One run of steps, which can be cut short at any time.
final class RunToken: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}
