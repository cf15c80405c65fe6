import RetNet
import RetNetSession
import TerminalKit

/// A conversation with one model: its tokens, requests and settings, and the selection of the views.
struct Session: Sendable {
  /// What the engine is doing.
  enum Phase: Sendable, Hashable {
    /// No model is open. The text says why and what to do.
    case noModel(String)
    /// A model is being read.
    case loading(String)
    /// Waiting for a message.
    case ready
    /// Computing a reply.
    case running
    /// Paused between two steps.
    case paused
  }

  /// Identifies the session to the engine.
  let id: Int
  var phase = Phase.noModel("No model is open. :model NAME opens one.")
  var model: ModelInfo?
  var settings = ChatSettings()
  var explorer = Explorer()
  var lab = Lab()
  var tree = ReplyTree()
  var transcript = Transcript()
  var tokens = TokenHistory()
  var probabilities = TokenProbabilities()
  /// The current step result, which every pane shows.
  var result: StepResult?
  /// The number of requests that have not settled yet.
  var unsettled = 0
  /// The draft of a message, or of an answer in a lesson.
  var input = LineEditor(isMultiline: true)
  /// Messages that wait for the end of the reply, the first to be sent first.
  var queue: [String] = []
  /// The selected turn of the conversation.
  var selectedTurn: Int?
  /// The turn whose text is edited on the input line.
  var edit: TurnEdit?
  /// The text with which the next reply begins.
  var prefix: String?
  /// The recomputation in progress, if it takes long.
  var recomputation: Recomputation?
  /// Lines between the end of the transcript and the last visible line.
  var scroll = 0
  /// The selected entry of S.
  var probe = Position(row: 0, column: 0)
  /// A moving average.
  var secondsPerStep: Double?
  /// Tokens of the current reply.
  var replyTokens = 0
  /// Norms that the user chose and that no step has used yet.
  var chosenNorms: NormOptions?
  var display = StateDisplay.state
  /// The pane of the live view that has the whole window.
  var zoomedPane: ZoomedPane?
  /// The token whose share of each head the memory map gives in numbers.
  var selectedToken: Int?
  /// The step that is being played; nil if the state pane is at rest.
  var playback: StepPlayback?
  /// Seconds until a step is played again. Steps that follow each other quickly are shown at once.
  var quietSeconds = 0.0
  var replay: Replay?
  /// The lesson of the session; nil without one.
  var lesson: OpenLesson?
}

// Shortcuts to the session's parts. `_modify` changes them in place.
// swift-format-ignore
extension AppState {
  var phase: Phase { get { session.phase } _modify { yield &session.phase } }
  var model: ModelInfo? { get { session.model } _modify { yield &session.model } }
  var settings: ChatSettings { get { session.settings } _modify { yield &session.settings } }
  var explorer: Explorer { get { session.explorer } _modify { yield &session.explorer } }
  var lab: Lab { get { session.lab } _modify { yield &session.lab } }
  var tree: ReplyTree { get { session.tree } _modify { yield &session.tree } }
  var transcript: Transcript { get { session.transcript } _modify { yield &session.transcript } }
  var tokens: TokenHistory { get { session.tokens } _modify { yield &session.tokens } }
  var result: StepResult? { get { session.result } _modify { yield &session.result } }
  var unsettled: Int { get { session.unsettled } _modify { yield &session.unsettled } }
  var input: LineEditor { get { session.input } _modify { yield &session.input } }
  var queue: [String] { get { session.queue } _modify { yield &session.queue } }
  var scroll: Int { get { session.scroll } _modify { yield &session.scroll } }
  var probe: Position { get { session.probe } _modify { yield &session.probe } }
  var secondsPerStep: Double? { get { session.secondsPerStep } _modify { yield &session.secondsPerStep } }
  var replyTokens: Int { get { session.replyTokens } _modify { yield &session.replyTokens } }
  var lesson: OpenLesson? { get { session.lesson } _modify { yield &session.lesson } }
}

extension AppState {
  typealias Phase = Session.Phase

  /// Whether a reply is running or paused.
  var isReplying: Bool { phase == .running || phase == .paused }

  /// The number of tokens that the model has read.
  var position: Int { result?.position ?? 0 }

  /// The selected head's state in words; nil before the first token.
  var reading: StateSummary? { result.flatMap { StateSummary($0, layer: settings.layer, head: settings.head) } }
}
