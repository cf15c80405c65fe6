import TerminalKit

/// The context in which a key has its meaning.
enum KeyContext: String, Hashable, Sendable, CaseIterable {
  case everywhere = "Everywhere"
  case input = "Input line"
  case historySearch = "Search in the history"
  case command = "Command line"
  case completions = "Completions"
  case question = "Question"
  case panes = "Panes"
  case live = "Live view"
  case turn = "Selected turn"
  case time = "Explorer, laboratory and lessons"
  case explorer = "State explorer"
  case laboratory = "Forms laboratory"
  case tree = "Tree of replies"
  case formsPage = "Page forms"
  case normsPage = "Page norms"
  case lessonList = "List of lessons"
  case lesson = "Lesson"
  case tour = "Tour"
  case text = "Help and symbols"
  case help = "Help"
  case search = "Search in a list"
  case normsPanel = "Norms panel"
  case options = "Options"
  case palette = "Palette"
  case sessions = "List of sessions"
  case sessionName = "Name of a session"
  case sessionDeletion = "Deletion of a session"
}

/// One line of the key table: related keys, their label, their meaning, and the action of each.
struct KeyBinding: Sendable {
  /// The footer entry of a binding.
  struct Footer: Sendable {
    /// Footers show lower ranks first. A pinned key is always shown.
    enum Rank: Int, Sendable { case first, run, open, page, view, general, type, pinned }

    var rank: Rank
    /// Replaces the binding's label.
    var label: String?
    /// The meaning in a word; nil while the key has no effect.
    var text: @Sendable (AppState) -> String?

    init(_ rank: Rank, label: String? = nil, _ text: @escaping @Sendable (AppState) -> String?) {
      (self.rank, self.label, self.text) = (rank, label, text)
    }

    init(_ rank: Rank, _ text: String, label: String? = nil) { self.init(rank, label: label) { _ in text } }

    static func live(_ text: String) -> Self { Self(.general) { $0.shownView == .live ? text : nil } }

    static func explorer(_ text: String) -> Self { Self(.general) { $0.shownView == .explorer ? text : nil } }

    static func on(_ pages: Set<Explorer.Page>, _ text: String, label: String? = nil, rank: Rank = .page) -> Self {
      Self(rank, label: label) { $0.shownView == .explorer && pages.contains($0.explorer.page) ? text : nil }
    }

    static func on(lab pages: Set<Lab.Page>, _ text: String, label: String? = nil) -> Self {
      Self(.page, label: label) { $0.shownView == .forms && pages.contains($0.lab.page) ? text : nil }
    }
  }

  var context: KeyContext
  /// The keys as help, footer and documents show them.
  var label: String
  /// Empty for words typed on the input line.
  var actions: [Key: KeyAction]
  var meaning: String
  var footer: Footer?

  /// Whether the label is a word of a lesson.
  var isWord: Bool { context == .lesson && actions.isEmpty && footer?.label == nil }
}
