import TerminalKit

extension SessionsPanelState {
  /// The context of its keys.
  var context: KeyContext {
    switch mode {
    case .search: .sessions
    case .rename: .sessionName
    case .delete: .sessionDeletion
    }
  }
}

/// The keys of the list of sessions.
extension KeyTable {
  static let sessions: [KeyBinding] = [
    key(.sessions, "Enter", [.enter: .sessions(.open)], "resume the selected session", .init(.first, "resumes")),
    key(
      .sessions, "F2", [.function(2): .sessions(.rename), .control("r"): .sessions(.rename)],
      "rename it; also Ctrl-R", .init(.first, "renames")),
    key(
      .sessions, "Delete", [.delete: .sessions(.delete), .control("x"): .sessions(.delete)],
      "delete it, after a question; also Ctrl-X", .init(.first, "deletes")),
    key(
      .sessions, "Esc",
      [
        .escape: .sessions(.clear), .backspace: .sessions(.deleteBackward), .control("h"): .sessions(.deleteBackward),
      ], "show all sessions again, then close; characters search titles and texts", .init(.first, "closes")),
    key(
      .sessions, "↑ ↓ PgUp PgDn", lines(.sessions).merging(pages(.sessions)) { first, _ in first },
      "select a session", .init(.first, "select", label: "↑ ↓")),
    key(.sessionName, "Enter", [.enter: .sessions(.confirm)], "name the session", .init(.first, "names it")),
    key(
      .sessionName, "Esc",
      [
        .escape: .sessions(.cancel), .backspace: .sessions(.deleteBackward),
        .control("h"): .sessions(.deleteBackward),
      ], "keep the old name", .init(.first, "keeps the name")),
    key(
      .sessionDeletion, "y", ["y": .sessions(.confirm), "Y": .sessions(.confirm)], "delete the session",
      .init(.first, "deletes it")),
    key(
      .sessionDeletion, "n Esc Enter",
      [
        "n": .sessions(.cancel), "N": .sessions(.cancel), .escape: .sessions(.cancel), .enter: .sessions(.cancel),
      ], "keep the session", .init(.first, "keeps it", label: "n")),
  ]
}
