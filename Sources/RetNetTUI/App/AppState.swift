import RetNet
import TerminalKit

/// Everything the screen shows. `update` changes it and `render` draws it.
struct AppState: Sendable {
  /// The views. They share the session, the position and the selection.
  enum View: Int, Sendable, Hashable, CaseIterable { case live = 1, explorer, forms, lessons }

  /// The receiver of keys.
  enum Focus: Sendable, Hashable { case input, panes }

  /// A panel over the panes.
  enum Overlay: Sendable, Hashable {
    /// First line on show.
    case help(top: Int)
    /// Selected line of the norms panel.
    case norms(row: Int)
    /// First line on show.
    case glossary(top: Int)
  }

  /// A message in the footer until the next key.
  struct Notice: Sendable, Hashable {
    var text: String
    var isError = false
  }

  var columns: Int
  var rows: Int
  var traits: ScreenTraits
  var session = Session(id: 0)
  /// Sessions that resume when the lesson above them ends, the innermost last.
  var waitingSessions: [Session] = []
  /// The id of the newest session.
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

  /// Shows why an action is not possible. No effects follow.
  mutating func refuse(_ text: String, isError: Bool = true) -> [Effect] {
    say(text, isError: isError)
    return []
  }
}
