import Foundation
import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession

/// What `update` wants done outside of the state.
enum Effect: Sendable, Hashable {
  case engine(EngineRequest)
  case analysis(AnalysisQuery)
  case app(AppAction)
}

/// What the engine does to a session. Requests are carried out one after the other.
enum EngineRequest: Sendable, Hashable {
  /// Cancels the run before its next step.
  case pause
  /// Drops what the laboratory computes.
  case cancelLaboratory
  case set(EngineSetting)
  /// Queues a user turn and opens a reply.
  case submit(String)
  /// Steps until the reply ends or has this many tokens.
  case run(maximumReply: Int)
  /// This many steps.
  case steps(Int)
  case back
  /// Ends the reply; its text stays.
  case stop
  case undoTurn
  case reset
  /// To the position after this many tokens.
  case go(to: Int)
  /// One step with this token.
  case pick(Int)
  case undoExperiment
  case selectBranch(Int)
  /// Reads a text into an empty session, and draws no token.
  case feed(String)
  case openSession(String)
  /// An empty session that begins with a persona; nil is an empty state.
  case begin(as: String?)
  case loadModel(String, for: ModelUse)
  /// Releases the model of a session that is over.
  case closeSession(Int)
}

/// What acts from the next step on, even while steps are computed.
enum EngineSetting: Sendable, Hashable {
  case norms(NormOptions)
  case sampling(SamplingOptions)
  /// Reply tokens per second at most; nil has no limit.
  case speed(Double?)
  case trace(TraceOptions)
  case breakpoints([Breakpoint])
  case experiment(Experiment)
}

/// What is read from a session without changing it.
enum AnalysisQuery: Sendable, Hashable {
  case reference(StateReference)
  /// The state after this many tokens.
  case before(Int)
  case history(layer: Int)
  case laboratory(AnalysisRequest)
  /// The next token's logits, in the format of the path's ending.
  case exportLogits(String)
  case saveSession(String)
  case listPersonas
}

/// What the app itself does: files, lessons, the terminal.
enum AppAction: Sendable, Hashable {
  case save(Data, to: String)
  case saveScreen(path: String, format: Command.ScreenFormat)
  /// Finds the lessons, and opens one.
  case readLessons(open: String?)
  case saveProgress(LessonProgress)
  case setMouse(Bool)
  /// Draws the whole screen again.
  case redraw
  case quit(Int32)
}

extension EngineRequest {
  /// What follows from a request, for the queue and for the state.
  struct Consequences: OptionSet {
    let rawValue: Int

    /// The worker reports the session afterwards.
    static let reports = Consequences(rawValue: 1)
    /// The worker reports `settled` afterwards. Until then a new message waits, so that its events cannot be confused
    /// with those of the request.
    static let settles = Consequences(rawValue: 2)
    /// It computes steps with the chosen norms.
    static let steps = Consequences(rawValue: 4)
    static let cancelsRuns = Consequences(rawValue: 8)
    /// The session continues with recorded norms.
    static let choosesNorms = Consequences(rawValue: 32)
    /// Pending answers of the laboratory concern tokens that the session no longer has.
    static let cancelsLaboratory = Consequences(rawValue: 16)
  }

  var consequences: Consequences {
    switch self {
    case .pause: .cancelsRuns
    case .cancelLaboratory: .cancelsLaboratory
    case .closeSession: [.cancelsRuns, .cancelsLaboratory]
    case .set(.sampling), .set(.speed), .set(.trace): []
    case .set(.norms), .set(.breakpoints), .set(.experiment): .reports
    case .submit: .reports
    case .run: [.reports, .steps]
    case .steps, .pick: [.reports, .settles, .steps]
    case .back, .go: [.reports, .settles]
    case .undoExperiment, .selectBranch: [.reports, .settles, .choosesNorms]
    case .stop: [.reports, .settles, .cancelsRuns]
    case .undoTurn, .reset, .begin, .feed: [.reports, .settles, .cancelsLaboratory]
    case .openSession: [.reports, .settles, .choosesNorms, .cancelsLaboratory]
    case .loadModel: [.reports, .cancelsLaboratory]
    }
  }
}

extension [Effect] {
  /// Requests among these that have a consequence.
  func count(_ consequence: EngineRequest.Consequences) -> Int {
    count {
      guard case .engine(let request) = $0 else { return false }
      return request.consequences.contains(consequence)
    }
  }
}
