import TerminalKit

/// What was said, word by word as the model reads and writes it.
struct ConversationPane {
  struct Line: Hashable {
    var label = ""
    var text: String
    var style = Style.plain
    /// From this column on the text is still to be read by the model.
    var unreadFrom = Int.max
  }

  static let labelWidth = 5

  var state: AppState
  var area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    var title = "Conversation"
    if state.scroll > 0 { title += "  \(state.scroll) lines below · PgDn" }
    grid.put(title, row: area.row, column: 1, style: state.titleStyle, clippedTo: area)
    let visible = area.rows - 1
    let lines = state.transcript.isEmpty ? invitation : Self.lines(state, last: visible + state.scroll)
    let end = max(lines.count - min(state.scroll, max(lines.count - visible, 0)), 0)
    for (offset, line) in lines[max(end - visible, 0)..<end].enumerated() {
      draw(line, row: area.row + 1 + offset, in: &grid)
    }
  }

  private func draw(_ line: Line, row: Int, in grid: inout Grid) {
    let label: Style = line.label == "bot" ? .accent : .muted
    grid.put(line.label, row: row, column: 1, style: label, clippedTo: area)
    grid.put(line.text, row: row, column: 1 + Self.labelWidth, style: line.style, clippedTo: area)
    if line.unreadFrom != Int.max {
      let column = 1 + Self.labelWidth + line.unreadFrom
      let rest = Rectangle(row: row, column: column, rows: 1, columns: max(area.endColumn - column, 0))
      grid.restyle(rest) { $0 = .muted }
    }
  }

  /// An empty pane says how to fill it.
  private var invitation: [Line] {
    let text =
      switch state.phase {
      case .noModel(let text): text
      case .loading(let name): "Reading the model \(name) … (seconds; Ctrl-D leaves)"
      default:
        (state.model?.continuesText == true
          ? "Type the beginning of a text and press Enter. The model reads it token by token, then goes on with it; "
          : "Type a message and press Enter. The model reads it token by token, then answers; ")
          + "the panes show its memory after each token. Esc, then ? lists the keys."
      }
    return WordWrap.lines(text, columns: Self.textWidth(area)).map { Line(text: $0, style: .muted) }
  }

  static func textWidth(_ area: Rectangle) -> Int { max(area.columns - 1 - labelWidth - 1, 1) }

  /// The lines of the transcript at the width that the pane has now.
  ///
  /// - Parameter last: Only whole turns at the end that have so many lines together, so that drawing a long conversation
  ///   takes no longer than drawing a short one.
  static func lines(_ state: AppState, last: Int = .max) -> [Line] {
    let width = textWidth(state.layout.conversation)
    let turns = state.transcript.turns
    var blocks: [[Line]] = []
    var count = 0
    for (index, turn) in turns.enumerated().reversed() where count < last {
      let isLast = index == turns.count - 1
      blocks.append(
        lines(
          turn, cursor: isLast && state.isReplying, keepsBlank: state.model?.continuesText == true, columns: width))
      count += blocks[blocks.count - 1].count
    }
    return blocks.reversed().flatMap(\.self)
  }

  private static func lines(_ turn: Transcript.Turn, cursor: Bool, keepsBlank: Bool, columns: Int) -> [Line] {
    var text = turn.text
    if turn.speaker == .reply {
      switch turn.ending {
      case .open: if cursor { text += "█" }
      case .finished: if text.allSatisfy(\.isWhitespace) { text = "(an empty reply)" }
      case .stopped: text += " (stopped)"
      case .lengthLimit: text += " …"
      }
    }
    // A reply opens with the blank of its first piece, which tells something only where the reply goes on with a text.
    if !keepsBlank { text = String(text.drop { $0 == " " }) }
    let unread = turn.speaker == .user ? turn.unread : ""
    let whole = unread.isEmpty ? text : text + unread
    var lines = WordWrap.lines(whole, columns: columns).map { Line(text: $0) }
    lines[0].label = turn.speaker == .user ? "you" : "bot"
    if !unread.isEmpty { markUnread(&lines, count: ScreenText.glyphs(unread).filter { $0 != .space }.count) }
    return lines
  }

  /// Marks the last `count` visible characters as not read yet.
  private static func markUnread(_ lines: inout [Line], count: Int) {
    var left = count
    for index in lines.indices.reversed() where left > 0 {
      let glyphs = ScreenText.glyphs(lines[index].text)
      var column = glyphs.reduce(0) { $0 + $1.width }
      for glyph in glyphs.reversed() where left > 0 {
        column -= glyph.width
        if glyph != .space { left -= 1 }
      }
      lines[index].unreadFrom = column
    }
  }
}

extension AppState {
  /// Lines that can be scrolled back.
  var maximumScroll: Int {
    max(ConversationPane.lines(self).count - (layout.conversation.rows - 1), 0)
  }
}
