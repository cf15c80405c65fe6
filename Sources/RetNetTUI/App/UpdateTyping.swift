import TerminalKit

/// Typed and pasted text.
extension AppState {
  /// Inserts a character. On an empty message line, `:` and `/` open the command line.
  mutating func type(_ text: String) {
    if line.isEmpty, CommandTable.isCommand(text) { openCommandLine() }
    commandLine.menu = nil
    if !line.insert(text) { say("The line is full: it has at most \(LineEditor.limit) characters.", isError: true) }
  }

  /// Inserts a paste as text: into the open command line, or else into the draft, whatever has the focus. No character
  /// of it acts as a key.
  mutating func paste(_ text: String) {
    killRing.endSequence()
    (notice, hover, question) = (nil, nil, nil)
    if historySearch != nil {
      extendSearch(text)
      return
    }
    commandLine.menu = nil
    if !isCommanding { (overlay, focus) = (nil, .input) }
    if !line.insert(text) {
      say(
        "Only the first \(LineEditor.limit) characters fit. For a longer text, leave and use: retnet -p - <FILE",
        isError: true)
    }
  }

  /// The keys that a key without an action stands for: Esc and the key itself if it came with Alt, and Enter if the
  /// terminal sends Ctrl-J.
  func replacement(of key: Key) -> [Key]? {
    switch key {
    case .alt(let inner): [.escape, inner]
    case .control("j"): [.enter]
    default: nil
    }
  }
}
