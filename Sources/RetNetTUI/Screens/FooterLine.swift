import TerminalKit

/// The last line: a notice until the next key, else the available keys.
struct FooterLine {
  var state: AppState
  var area: Rectangle

  func draw(in grid: inout Grid) {
    if let notice = state.notice, !notice.text.isEmpty {
      draw(notice, in: &grid)
    } else if CommandTable.isCommand(state.input.text), state.focus == .input {
      grid.put(TextWidth.truncate(commandHint, to: area.columns - 2), area.row, 1, .muted)
    } else {
      drawKeys(in: &grid)
    }
  }

  /// Draws a notice. A long one covers lines of the pane above the input line.
  private func draw(_ notice: AppState.Notice, in grid: inout Grid) {
    let style: Style = notice.isError ? .warning : .plain
    let lines = WordWrap.lines(notice.text, columns: area.columns - 2)
    guard lines.count > 1 else {
      grid.put(notice.text, area.row, 1, style)
      return
    }
    let count = min(lines.count, max(area.row - 5, 1))
    let top = area.row - 1 - count
    grid.fill(Rectangle(row: top - 1, column: 0, rows: count + 1, columns: area.columns))
    grid.horizontalLine(row: top - 1, column: 0, length: area.columns)
    grid.put(lines: lines.prefix(count), top, 1, style)
    drawKeys(in: &grid)
  }

  /// The argument of the typed command, or the commands that begin with the typed text.
  private var commandHint: String {
    let text = state.input.text
    if let entry = CommandTable.entry(ofLine: text) {
      return ":\(entry.name) \(entry.argument)".trimmed + "  \(entry.summary)"
    }
    let matches = CommandTable.completions(of: text)
    guard !matches.isEmpty else { return "There is no such command; :help lists all." }
    return (matches.count == 1 ? "Tab completes  " : "Tab  ") + matches.map(\.name).joined(separator: "  ")
  }

  /// Draws as many keys as fit, the most important first, and always the pinned ones.
  private func drawKeys(in grid: inout Grid) {
    let keys = state.footerKeys.map { ($0, width: TextWidth.width(of: $0.label) + 1 + TextWidth.width(of: $0.text)) }
    let reserved = keys.filter(\.0.isPinned).reduce(0) { $0 + $1.width + 2 }
    var column = 1
    var isFull = false
    for (key, width) in keys {
      isFull = isFull || column + width + (key.isPinned ? 0 : reserved) >= area.columns
      guard key.isPinned || !isFull else { continue }
      let next = grid.put(key.label, area.row, column, Style(bold: true), in: area)
      grid.put(key.text, area.row, next + 1, .muted, in: area)
      column += width + 2
    }
  }
}
