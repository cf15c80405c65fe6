import TerminalKit

/// The layout of the last line: a text, the keys that are available, or a question with its keys. Of the keys, as many
/// as fit, the most important first, and always the pinned ones.
struct FooterPlan: Sendable {
  struct Item: Sendable, Hashable {
    var key: FooterKey
    var column: Int
  }

  var area: Rectangle
  /// Before the keys, or instead of them.
  private(set) var text = ""
  private(set) var style = Style.muted
  private(set) var items: [Item] = []
  /// A long notice, whose lines cover the pane above the input line.
  private(set) var lines: [String] = []

  init(_ state: AppState, area: Rectangle) {
    self.area = area
    guard !area.isEmpty else { return }
    let room = area.columns - 2
    let explained = state.isCommanding ? nil : state.hover.flatMap { state.explanation(of: $0) }
    if let question = state.question {
      let rest = "' exists. Replace it?"
      text = "'" + Self.end(of: question.path, columns: room - rest.count - 30) + rest
      style = .accent
    } else if let explained, state.notice?.isError != true {
      text = TextWidth.truncate(explained, to: room)
      style = .plain
    } else if let notice = state.notice, !notice.text.isEmpty {
      style = notice.isError ? .warning : .plain
      lines = WordWrap.lines(notice.text, columns: room)
      if lines.count == 1 { (text, lines) = (notice.text, []) }
    } else if let recomputation = state.session.recomputation {
      text = TextWidth.truncate(recomputation.text, to: room)
    } else if state.isCommanding, state.historySearch == nil {
      text = TextWidth.truncate(state.commandHint, to: room)
    }
    guard text.isEmpty || state.question != nil else { return }
    placeKeys(state.footerKeys, from: text.isEmpty ? 1 : TextWidth.width(of: text) + 3)
  }

  /// The end of a path, with an ellipsis if it is longer.
  private static func end(of path: String, columns: Int) -> String {
    var shown = Substring(path)
    while !shown.isEmpty, TextWidth.width(of: String(shown)) > max(columns, 8) { shown.removeFirst() }
    return shown.count < path.count ? "…" + shown.dropFirst() : path
  }

  private mutating func placeKeys(_ keys: [FooterKey], from start: Int) {
    let reserved = keys.filter(\.isPinned).reduce(0) { $0 + $1.width + 2 }
    var (column, isFull) = (start, false)
    for key in keys {
      isFull = isFull || column + key.width + (key.isPinned ? 0 : reserved) >= area.columns
      guard key.isPinned || !isFull else { continue }
      items.append(Item(key: key, column: column))
      column += key.width + 2
    }
  }

  /// The key at a column. The meaning of a single key belongs to it, that of several keys to none.
  func target(atColumn column: Int) -> ViewTarget? {
    guard let item = items.first(where: { column >= $0.column && column < $0.column + $0.key.width }) else {
      return nil
    }
    return item.key.target(atColumn: column - item.column)
  }
}

/// An entry of the footer.
struct FooterKey: Sendable, Hashable {
  var label: String
  /// The meaning in a word.
  var text: String
  var isPinned: Bool
  /// Whether the label is a word to be typed.
  var isWord: Bool

  var width: Int { TextWidth.width(of: label) + 1 + TextWidth.width(of: text) }

  fileprivate func target(atColumn column: Int) -> ViewTarget? {
    if isWord { return .word(label) }
    var start = 0
    for word in label.split(separator: " ") {
      let keys = Key(named: String(word)).map { [$0] } ?? word.map { .character($0) }
      let width = TextWidth.width(of: String(word))
      if (start..<start + width).contains(column) { return .key(keys[keys.count > 1 ? column - start : 0]) }
      start += width + 1
    }
    return Key(named: label).map { .key($0) }
  }
}
