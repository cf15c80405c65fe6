import RetNet
import RetNetSession
import TerminalKit

/// Everything the screen shows, and nothing else: a value that `update` changes and `render` draws.
struct AppState: Sendable {
  /// What the engine is doing.
  enum Phase: Sendable, Hashable {
    /// There is no model; the text says why and what to do.
    case noModel(String)
    /// A model is being read.
    case loading(String)
    /// Waits for a message.
    case ready
    /// Steps on by itself.
    case running
    /// Stands between two steps.
    case paused
  }

  /// What fills the screen; all views share the session, the position and the selection.
  enum View: Int, Sendable, Hashable, CaseIterable { case live = 1, explorer, forms, lessons }

  /// Where keys go.
  enum Focus: Sendable, Hashable { case input, panes }

  /// What lies over the panes.
  enum Overlay: Sendable, Hashable {
    /// First line on show.
    case help(top: Int)
    /// Line chosen in the norms panel.
    case norms(row: Int)
    /// First line on show.
    case glossary(top: Int)
  }

  /// One line at the bottom, until the next key.
  struct Notice: Sendable, Hashable {
    var text: String
    var isError = false
  }

  var columns: Int
  var rows: Int
  var traits: ScreenTraits
  var phase: Phase = .noModel("No model is open. :model NAME opens one.")
  var model: ModelInfo?
  var settings: ChatSettings
  var view = View.live
  var explorer = Explorer()
  var lab = Lab()
  var classroom = LessonState()
  var transcript = Transcript()
  var tokens = TokenHistory()
  /// Now: what every pane shows.
  var result: StepResult?
  /// Steps back, stops and the like that the engine has been asked for and has not done yet.
  var unsettled = 0
  /// A message that was sent meanwhile.
  var waitingMessage: String?
  var input = LineEditor()
  var focus = Focus.input
  var overlay: Overlay?
  var notice: Notice?
  /// Lines between the end of the transcript and the last one on show.
  var scroll = 0
  /// The entry of S that is read out.
  var probe = Position(row: 0, column: 0)
  var mouse = true
  /// A moving mean of what one step costs.
  var secondsPerStep: Double?
  /// Tokens of the reply on its way.
  var replyTokens = 0

  init(
    columns: Int, rows: Int, traits: ScreenTraits = ScreenTraits(), settings: ChatSettings = ChatSettings()
  ) {
    self.columns = columns
    self.rows = rows
    self.traits = traits
    self.settings = settings
  }

  /// Whether a reply is on its way, stepping or not.
  var isReplying: Bool { phase == .running || phase == .paused }

  /// Tokens the model has seen.
  var position: Int { result?.position ?? 0 }

  /// What is selected, in words; nil before the first token.
  var reading: StateSummary? { result.flatMap { StateSummary($0, layer: settings.layer, head: settings.head) } }
}
