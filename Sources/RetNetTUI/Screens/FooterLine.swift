import TerminalKit

/// The last line: a notice until the next key, else the available keys, or what is under the mouse.
struct FooterLine {
  var state: AppState
  var plan: FooterPlan
  /// The first row of the input line.
  var bottom: Int

  func draw(in grid: inout Grid) {
    let area = plan.area
    guard !area.isEmpty else { return }
    drawLines(in: &grid)
    grid.put(plan.text, area.row, 1, plan.style, in: area)
    for item in plan.items {
      let next = grid.put(item.key.label, area.row, item.column, Style(bold: true), in: area)
      grid.put(item.key.text, area.row, next + 1, .muted, in: area)
    }
  }

  /// Draws a long notice over lines of the pane above the input line.
  private func drawLines(in grid: inout Grid) {
    guard !plan.lines.isEmpty else { return }
    let area = plan.area
    let count = min(plan.lines.count, max(bottom - 4, 1))
    let top = bottom - count
    grid.fill(Rectangle(row: top - 1, column: 0, rows: count + 1, columns: area.columns))
    grid.horizontalLine(row: top - 1, column: 0, length: area.columns)
    grid.put(lines: plan.lines.prefix(count), top, 1, plan.style)
  }
}

extension AppState {
  /// The argument of the typed command, or the commands that begin with the typed text.
  var commandHint: String {
    let text = line.text
    if let entry = CommandTable.entry(ofLine: text) {
      return ":\(entry.name) \(entry.argument)".trimmed + "  \(entry.summary)"
    }
    let matches = CommandTable.completions(of: text)
    guard !matches.isEmpty else { return "There is no such command; :help lists all." }
    return (matches.count == 1 ? "Tab completes  " : "Tab  ") + matches.map(\.name).joined(separator: "  ")
  }
}
