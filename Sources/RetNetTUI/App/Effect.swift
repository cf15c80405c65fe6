import Foundation
import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession

/// An action that `update` requests outside of the state.
indirect enum Effect: Sendable, Hashable {
  case engine(EngineRequest)
  case analysis(AnalysisQuery)
  case app(AppAction)
}

/// A change to a session. The engine performs requests in order.
enum EngineRequest: Sendable, Hashable {
  /// Cancels the run before its next step.
  case pause
  /// Cancels the laboratory's analyses.
  case cancelLaboratory
  case set(EngineSetting)
  /// Queues a user turn and opens a reply.
  case submit(String)
  /// Steps until the reply ends or has `maximumReply` tokens.
  case run(maximumReply: Int)
  /// Makes this many steps.
  case steps(Int)
  case back
  /// Ends the reply; its text stays.
  case stop
  case undoTurn
  case reset
  /// Goes back to a turn and changes it.
  case changeTurn(Int, TurnChange)
  /// Queues the text with which the next reply begins, and reads all typed tokens.
  case beginReply(String)
  /// Goes to the position after this many tokens.
  case go(to: Int)
  /// Makes one step with this token.
  case pick(Int)
  case undoExperiment
  case selectBranch(Int)
  /// Goes to a node of the tree.
  case visit(branch: Int, position: Int)
  /// Draws continuations of the current position, each with at most so many tokens.
  case grow(Int, tokens: Int)
  case mark(MarkChange, branch: Int, position: Int)
  /// Empties the session and reads a text, without drawing a token.
  case feed(String)
  case openSession(String)
  /// Resumes a saved session by its title or id, or the start of one; nil is the last one of this model.
  case resumeSession(String?)
  /// Begins an empty session with a persona; nil is an empty state.
  case begin(as: String?)
  case loadModel(String, for: ModelUse)
  /// Saves the session, and waits for its file.
  case saveNow
  /// Releases the model of a closed session.
  case closeSession(Int)
}

/// A setting that takes effect at the next step, also during a run.
enum EngineSetting: Sendable, Hashable {
  case norms(NormOptions)
  case sampling(SamplingOptions)
  /// Largest number of reply tokens per second; nil has no limit.
  case speed(Double?)
  case trace(TraceOptions)
  case breakpoints([Breakpoint])
  case experiment(Experiment)
}

/// A query that reads a session without changing it.
enum AnalysisQuery: Sendable, Hashable {
  case reference(StateReference)
  /// The state after this many tokens.
  case before(Int)
  case history(layer: Int)
  /// The prediction without experiments.
  case unchangedPrediction
  /// The tokens of all branches.
  case tree
  /// The records of earlier tokens of the current branch.
  case recall(Range<Int>)
  /// The most probable next tokens, and those after them.
  case tokenMass(levels: Int, least: Double)
  case laboratory(AnalysisRequest)
  /// The next token's logits, in the format of the file extension.
  case exportLogits(String)
  case saveSession(String)
  /// Writes the text of the session, in the format of the file extension.
  case exportTranscript(String)
  case listPersonas
  /// What the sampler did to the last drawn token.
  case why
}

/// An action on files, lessons or the terminal.
enum AppAction: Sendable, Hashable {
  case save(Data, to: String)
  /// Carries out the effect of a command unless the file exists. Then asks, or refuses in plain mode.
  case unlessFileExists(String, Command, Effect)
  case saveScreen(path: String, format: Command.ScreenFormat)
  /// Reads the lessons and opens one.
  case readLessons(open: String?)
  case saveProgress(LessonProgress)
  case sessions(SavedSessionsAction)
  case setMouse(Bool)
  /// Writes the values into the settings file.
  case saveSettings([SettingRow])
  /// Lists the bundled models.
  case listModels
  /// Repaints the whole screen.
  case redraw
  /// Appends a line to the history of later sessions.
  case remember(HistoryEntry)
  /// Reads completions from files and folders.
  case complete(CompletionQuery)
  /// Opens a text in the user's editor.
  case edit(String)
  /// Sets the terminal's clipboard. `name` says what the text is.
  case copy(String, name: String)
  /// Stops the program as a shell's job.
  case suspend
  case quit(Int32)
}

/// An action on the saved sessions.
enum SavedSessionsAction: Sendable, Hashable {
  case list
  /// The id of a session; nil is the open one.
  case rename(String?, to: String)
  case delete(String)
}

extension EngineRequest {
  /// The consequences of a request for the queue and for the state.
  struct Consequences: OptionSet {
    let rawValue: Int

    /// The worker sends the session summary afterwards.
    static let reports = Consequences(rawValue: 1)
    /// The worker sends `settled` afterwards. A new message waits for it, so that its events are not confused with
    /// those of the request.
    static let settles = Consequences(rawValue: 2)
    /// Computes steps with the chosen norms.
    static let steps = Consequences(rawValue: 4)
    static let cancelsRuns = Consequences(rawValue: 8)
    /// The session continues with recorded norms.
    static let choosesNorms = Consequences(rawValue: 32)
    /// Invalidates pending analyses, as the session no longer has their tokens.
    static let cancelsLaboratory = Consequences(rawValue: 16)
    /// The session may be another one afterwards. It is saved before.
    static let replacesSession = Consequences(rawValue: 64)
    /// The session is saved at once afterwards. Other changes are saved after a few seconds.
    static let savesAtOnce = Consequences(rawValue: 128)
  }

  var consequences: Consequences {
    switch self {
    case .pause: .cancelsRuns
    case .cancelLaboratory: .cancelsLaboratory
    case .closeSession: [.cancelsRuns, .cancelsLaboratory]
    // `saveNow` has saved the session itself.
    case .set(.sampling), .set(.speed), .set(.trace), .saveNow: []
    case .set(.norms), .set(.breakpoints), .set(.experiment): .reports
    case .submit: .reports
    case .mark: [.reports, .savesAtOnce]
    case .run: [.reports, .steps, .savesAtOnce]
    case .steps, .pick: [.reports, .settles, .steps]
    case .back, .go: [.reports, .settles]
    case .undoExperiment: [.reports, .settles, .choosesNorms]
    case .selectBranch, .visit: [.reports, .settles, .choosesNorms, .savesAtOnce]
    case .grow: [.reports, .settles, .savesAtOnce]
    case .stop: [.reports, .settles, .cancelsRuns, .savesAtOnce]
    case .beginReply: [.reports, .settles, .steps]
    case .undoTurn, .changeTurn: [.reports, .settles, .cancelsLaboratory, .savesAtOnce]
    case .reset, .begin, .feed: [.reports, .settles, .cancelsLaboratory, .replacesSession]
    case .openSession, .resumeSession:
      [.reports, .settles, .choosesNorms, .cancelsLaboratory, .replacesSession, .savesAtOnce]
    case .loadModel: [.reports, .cancelsLaboratory, .replacesSession]
    }
  }
}

extension AnalysisQuery {
  /// Whether steps continue while the answer is computed.
  var computesLong: Bool {
    switch self {
    case .laboratory, .tokenMass, .recall: true
    case .reference, .before, .history, .unchangedPrediction, .tree, .exportLogits, .saveSession,
      .exportTranscript, .listPersonas, .why:
      false
    }
  }
}

extension [Effect] {
  /// The number of requests with a consequence.
  func count(_ consequence: EngineRequest.Consequences) -> Int {
    count {
      guard case .engine(let request) = $0 else { return false }
      return request.consequences.contains(consequence)
    }
  }
}
