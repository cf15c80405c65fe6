import RetNet
import TerminalKit

/// Everything the screen shows, and nothing else: a value that `update` changes and `render` draws.
struct AppState: Sendable {
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
  var session = Session(id: 0)
  /// Sessions that continue when the lesson above them is left, the innermost last.
  var waitingSessions: [Session] = []
  /// The id of the last session that was begun.
  var lastSession = 0
  var view = View.live
  var classroom = LessonState()
  var input = LineEditor()
  var focus = Focus.input
  var overlay: Overlay?
  var notice: Notice?
  var mouse = true

  init(
    columns: Int, rows: Int, traits: ScreenTraits = ScreenTraits(), settings: ChatSettings = ChatSettings()
  ) {
    self.columns = columns
    self.rows = rows
    self.traits = traits
    session.settings = settings
  }

  mutating func say(_ text: String, isError: Bool = false) { notice = Notice(text: text, isError: isError) }

  /// Says why nothing is to be done.
  mutating func refuse(_ text: String, isError: Bool = true) -> [Effect] {
    say(text, isError: isError)
    return []
  }
}
