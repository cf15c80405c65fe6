import RetNet
import RetNetSession
import TerminalKit

/// A conversation with one model: what was read, asked and set in it, and what the views show of it.
struct Session: Sendable {
  /// What the engine is doing.
  enum Phase: Sendable, Hashable {
    /// There is no model; the text says why and what to do.
    case noModel(String)
    /// A model is being read.
    case loading(String)
    /// Waits for a message.
    case ready
    /// Computes steps until the reply ends.
    case running
    /// Between two steps.
    case paused
  }

  /// Names the session to the engine.
  let id: Int
  var phase = Phase.noModel("No model is open. :model NAME opens one.")
  var model: ModelInfo?
  var settings = ChatSettings()
  var explorer = Explorer()
  var lab = Lab()
  var transcript = Transcript()
  var tokens = TokenHistory()
  /// The present step result, which every pane shows.
  var result: StepResult?
  /// Requests that settle and have not settled yet.
  var unsettled = 0
  /// A message that waits until they have.
  var waitingMessage: String?
  /// Lines between the end of the transcript and the last one on show.
  var scroll = 0
  /// The entry of S that is read out.
  var probe = Position(row: 0, column: 0)
  /// A moving mean.
  var secondsPerStep: Double?
  /// Tokens of the present reply.
  var replyTokens = 0
  /// Norms that the user has chosen and no step has used yet.
  var chosenNorms: NormOptions?
  /// The lesson that the session belongs to.
  var lesson: OpenLesson?
}

// The session's parts, as the views and the updates name them. `_modify` changes them in place.
// swift-format-ignore
extension AppState {
  var phase: Phase { get { session.phase } _modify { yield &session.phase } }
  var model: ModelInfo? { get { session.model } _modify { yield &session.model } }
  var settings: ChatSettings { get { session.settings } _modify { yield &session.settings } }
  var explorer: Explorer { get { session.explorer } _modify { yield &session.explorer } }
  var lab: Lab { get { session.lab } _modify { yield &session.lab } }
  var transcript: Transcript { get { session.transcript } _modify { yield &session.transcript } }
  var tokens: TokenHistory { get { session.tokens } _modify { yield &session.tokens } }
  var result: StepResult? { get { session.result } _modify { yield &session.result } }
  var unsettled: Int { get { session.unsettled } _modify { yield &session.unsettled } }
  var waitingMessage: String? { get { session.waitingMessage } _modify { yield &session.waitingMessage } }
  var scroll: Int { get { session.scroll } _modify { yield &session.scroll } }
  var probe: Position { get { session.probe } _modify { yield &session.probe } }
  var secondsPerStep: Double? { get { session.secondsPerStep } _modify { yield &session.secondsPerStep } }
  var replyTokens: Int { get { session.replyTokens } _modify { yield &session.replyTokens } }
  var lesson: OpenLesson? { get { session.lesson } _modify { yield &session.lesson } }
}

extension AppState {
  typealias Phase = Session.Phase

  /// Whether a reply is open, computed or paused.
  var isReplying: Bool { phase == .running || phase == .paused }

  /// Tokens the model has read.
  var position: Int { result?.position ?? 0 }

  /// The selected head's state in words; nil before the first token.
  var reading: StateSummary? { result.flatMap { StateSummary($0, layer: settings.layer, head: settings.head) } }
}
