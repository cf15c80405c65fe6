import Foundation
import TerminalKit

/// The open list of saved sessions.
struct SessionsPanelState: Sendable, Hashable {
  enum Mode: Sendable, Hashable {
    /// Typed characters search.
    case search
    /// Typed characters change the name of the selected session.
    case rename(String)
    case delete
  }

  var listing: SessionListing {
    didSet { find() }
  }
  /// The id of the session that is open here.
  var open: String?
  var mode = Mode.search
  /// Only sessions whose title or text has this text are shown.
  var search = "" {
    didSet { find() }
  }
  /// The sessions that are shown, as indices in the listing.
  private(set) var shown: [Int] = []
  /// The selected one of those.
  var line = 0

  init(_ listing: SessionListing, open: String?) {
    (self.listing, self.open) = (listing, open)
    find()
  }

  private mutating func find() {
    let sought = Array(search.lowercased().utf8)
    shown = listing.sessions.indices.filter { index in
      sought.isEmpty || Self.contains(listing.sessions[index].title, sought)
        || Self.contains(listing.sessions[index].text, sought)
    }
    line = min(line, max(shown.count - 1, 0))
  }

  /// Compares bytes, which is fast enough for the text of all sessions at each key.
  private static func contains(_ text: String, _ sought: [UInt8]) -> Bool {
    guard let first = sought.first else { return true }
    let bytes = Array(text.lowercased().utf8)
    guard bytes.count >= sought.count else { return false }
    return (0...bytes.count - sought.count).contains { start in
      bytes[start] == first && bytes[start..<start + sought.count].elementsEqual(sought)
    }
  }

  var selected: SessionSummaryLine? { shown.indices.contains(line) ? listing.sessions[shown[line]] : nil }

  /// The part of a session's text that the search found, on one line; nil if its title has it.
  func found(in session: SessionSummaryLine) -> String? {
    guard !search.isEmpty, !Self.contains(session.title, Array(search.lowercased().utf8)),
      let range = session.text.range(of: search, options: .caseInsensitive)
    else { return nil }
    let start = session.text.index(range.lowerBound, offsetBy: -20, limitedBy: session.text.startIndex)
    return "…"
      + session.text[(start ?? session.text.startIndex)...].prefix(80).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  /// The list as lines of plain mode.
  var lines: [String] {
    if listing.sessions.isEmpty { return ["There is no saved session."] }
    return listing.sessions.map { session in
      let state = session.id == open ? ", open here" : session.process.map { ", open in process \($0)" } ?? ""
      return
        "\(session.id)  \(session.model)  \(session.turns) turns  \(session.tokens) tokens  \(session.title)\(state)"
    }
  }
}

/// A change of the list of saved sessions.
enum SessionsKey: Hashable, Sendable {
  case open, rename, delete, add(String), deleteBackward, clear, confirm, cancel

  var name: String {
    switch self {
    case .open: "open-session"
    case .rename: "rename-session"
    case .delete: "delete-session"
    case .add(let text): "session-add-\(text)"
    case .deleteBackward: "session-delete-backward"
    case .clear: "session-clear"
    case .confirm: "session-confirm"
    case .cancel: "session-cancel"
    }
  }
}

extension AppState {
  var sessionsPanel: SessionsPanelState? {
    if case .sessions(let panel) = overlay { panel } else { nil }
  }

  /// Shows the saved sessions, or updates the open list.
  mutating func receive(_ listing: SessionListing, open: String?) {
    if var panel = sessionsPanel {
      (panel.listing, panel.open) = (listing, open)
      overlay = .sessions(panel)
    } else {
      overlay = .sessions(SessionsPanelState(listing, open: open))
    }
  }

  mutating func perform(_ key: SessionsKey) -> [Effect] {
    guard var panel = sessionsPanel else { return [] }
    var effects: [Effect] = []
    switch (key, panel.mode) {
    case (.add(let text), .search): panel.search += text
    case (.add(let text), .rename(let name)): panel.mode = .rename(name + text)
    case (.deleteBackward, .search): panel.search.removeLast(min(1, panel.search.count))
    case (.deleteBackward, .rename(let name)): panel.mode = .rename(String(name.dropLast()))
    case (.clear, .search):
      guard !panel.search.isEmpty else {
        overlay = nil
        return []
      }
      panel.search = ""
    case (.clear, .rename), (.cancel, _): panel.mode = .search
    case (.rename, .search): if let selected = panel.selected { panel.mode = .rename(selected.title) }
    case (.delete, .search): if panel.selected != nil { panel.mode = .delete }
    case (.open, .search):
      guard let selected = panel.selected else { return [] }
      overlay = nil
      if lesson != nil { return refuse("A lesson has its own model and session; 'quit' leaves it.") }
      if selected.id == panel.open { return refuse("This session is open.", isError: false) }
      return replaceSession(.resumeSession(selected.id))
    case (.confirm, .rename(let name)):
      panel.mode = .search
      if let selected = panel.selected { effects = [.app(.sessions(.rename(selected.id, to: name)))] }
    case (.confirm, .delete):
      panel.mode = .search
      if let selected = panel.selected { effects = [.app(.sessions(.delete(selected.id)))] }
    case (.add, .delete), (.deleteBackward, .delete), (.clear, .delete), (.rename, _), (.delete, _), (.open, _),
      (.confirm, .search):
      break
    }
    overlay = .sessions(panel)
    return effects
  }

  // MARK: Resuming

  /// Resumes the session of the command line, once.
  mutating func resumeAtStart() -> [Effect] {
    guard let id = resumes, lesson == nil else { return [] }
    resumes = nil
    return [.engine(.resumeSession(id))]
  }

  /// Shows the turns before the recomputed tokens. The session's sampling values become those that options and commands
  /// change.
  mutating func receive(_ resumed: SessionResume) -> [Effect] {
    clearSession(nil)
    transcript = Transcript(resumed.turns)
    settings.modelSampling = resumed.sampling
    notice = nil
    return [.engine(.set(.sampling(settings.sampling)))]
  }
}
