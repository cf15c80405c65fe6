import RetNet
import RetNetSession
import TerminalKit

/// Everything the screen shows. `update` changes it and `render` draws it.
struct AppState: Sendable {
  /// The views. They share the session, the position and the selection.
  enum View: Int, Sendable, Hashable, CaseIterable { case live = 1, explorer, forms, lessons, tree }

  /// The receiver of keys.
  enum Focus: Sendable, Hashable { case input, panes }

  /// The line on which `:` commands are typed. It opens over the message line and has its own text and history, so that
  /// the draft of a message stays.
  struct CommandLine: Sendable, Hashable {
    var editor = LineEditor()
    /// The focus before it opened; nil while it is closed.
    var origin: Focus?
    /// The open menu of completions.
    var menu: CompletionMenu?
  }

  /// A command that waits for y or n, as it would replace a file.
  struct Question: Sendable, Hashable {
    var path: String
    var command: Command
  }

  /// A panel over the panes.
  enum Overlay: Sendable, Hashable {
    case help(HelpPage)
    /// Selected line of the norms panel.
    case norms(row: Int)
    /// First line on show.
    case glossary(top: Int)
    case sessions(SessionsPanelState)
    case options(OptionsPage)
    case palette(PalettePage)
    /// The last drawn token; the first line on show.
    case why(DrawReport, top: Int)
  }

  /// A message in the footer until the next key.
  struct Notice: Sendable, Hashable {
    var text: String
    var isError = false
  }

  var columns: Int
  /// Rows of the app, without those of the tour.
  var rows: Int
  var traits: ScreenTraits
  var session = Session(id: 0)
  /// Sessions that resume when the lesson above them ends, the innermost last.
  var waitingSessions: [Session] = []
  /// The id of the newest session.
  var lastSession = 0
  var view = View.live
  var classroom = LessonState()
  var commandLine = CommandLine()
  var killRing = KillRing()
  /// The open search in the history of the line.
  var historySearch: HistorySearch?
  /// Whether lines are kept for later sessions.
  var keepsHistory = false
  var focus = Focus.input
  var overlay: Overlay?
  var question: Question?
  /// The saved session that is resumed when the model is read.
  var resumes: String?
  var notice: Notice?
  var mouse = true
  /// What is under the mouse since it moved; nil after a key.
  var hover: ViewTarget?
  /// The effective keys.
  var keys = KeyMap.standard
  var sources: SettingSources
  /// The tour of the first start; nil without it.
  var tour: Tour?

  init(
    columns: Int, rows: Int, traits: ScreenTraits = ScreenTraits(), settings: ChatSettings = ChatSettings(),
    sources: SettingSources = SettingSources()
  ) {
    self.columns = columns
    self.rows = rows
    self.traits = traits
    self.sources = sources
    mouse = sources.user.mouse ?? true
    if !sources.user.keys.isEmpty { keys = KeyMap(sources.user.keys) }
    self.sources.saved = SettingSources.Values(
      chat: settings, theme: traits.theme.name, mouse: mouse, model: sources.model)
    session.settings = settings
  }

  /// Whether the command line is open.
  var isCommanding: Bool { commandLine.origin != nil }

  /// The line that receives characters.
  var line: LineEditor {
    get { isCommanding ? commandLine.editor : input }
    _modify { if isCommanding { yield &commandLine.editor } else { yield &input } }
  }

  mutating func say(_ text: String, isError: Bool = false) { notice = Notice(text: text, isError: isError) }

  /// Shows why an action is not possible. No effects follow.
  mutating func refuse(_ text: String, isError: Bool = true) -> [Effect] {
    say(text, isError: isError)
    return []
  }
}
