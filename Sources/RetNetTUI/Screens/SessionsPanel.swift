import Foundation
import RetNet
import TerminalKit

/// The saved sessions with their time, model, turns, tokens and title. The panel fills the screen.
struct SessionsPanel {
  var panel: SessionsPanelState

  /// Columns of the time, and of the time with model, turns and tokens.
  private static let (narrow, wide) = (19, 52)
  private static let columnsForAll = 72

  func draw(in grid: inout Grid) {
    let area = Rectangle(row: 0, column: 0, rows: grid.rows - 1, columns: grid.columns)
    grid.fill(area)
    let skipped = panel.listing.skipped.count
    let count = "\(panel.listing.sessions.count) saved" + (skipped > 0 ? ", \(skipped) unreadable" : "")
    grid.box(area, title: "Sessions: " + count)
    let inside = area.inset()
    let end = grid.put(prompt, inside.row, inside.column + 1, .accent, in: inside)
    grid.cursor = panel.mode == .delete ? nil : Position(row: inside.row, column: min(end, inside.endColumn - 1))
    let hasAll = grid.columns >= Self.columnsForAll
    let header =
      "time".rightPadded(18)
      + (hasAll ? "model".rightPadded(12) + "turns".leftPadded(7) + "tokens".leftPadded(10) + "   " : "") + "title"
    grid.put(header, inside.row + 1, inside.column + 2, .muted, in: inside)
    let list = inside.below(2)
    if panel.shown.isEmpty {
      let text = panel.listing.sessions.isEmpty ? "No session is saved yet." : "No session has this text."
      grid.put(text, list.row, list.column + 2, .muted, in: list)
    }
    let rows = ListPlan.window(min(list.rows, panel.shown.count), of: panel.shown.count, around: panel.line)
    for (offset, index) in rows.enumerated() {
      draw(panel.listing.sessions[panel.shown[index]], index == panel.line, list.row + offset, hasAll, list, in: &grid)
    }
  }

  private var prompt: String {
    switch panel.mode {
    case .search: "Search: " + panel.search
    case .rename(let name): "New name: " + name
    case .delete: "Delete '\(TextWidth.truncate(panel.selected?.title ?? "", to: 40))'? y deletes it, n leaves it"
    }
  }

  private func draw(
    _ session: SessionSummaryLine, _ isSelected: Bool, _ row: Int, _ hasAll: Bool, _ area: Rectangle,
    in grid: inout Grid
  ) {
    let style: Style = isSelected ? .accent : .plain
    let numbers =
      hasAll
      ? TextWidth.pad(TextWidth.truncate(ScreenText.cleaned(session.model), to: 11), to: 12)
        + "\(session.turns)".leftPadded(7) + "\(session.tokens)".leftPadded(10) + "   " : ""
    let start = "\(isSelected ? "▸" : " ")" + Self.time(session.updated).rightPadded(18) + numbers
    let column = grid.put(start, row, area.column + 1, style, in: area)
    let mark = session.id == panel.open ? "here" : session.process == nil ? "" : "open"
    let room = max(area.endColumn - column - 1 - (mark.isEmpty ? 0 : mark.count + 1), 0)
    let title = session.title + (panel.found(in: session).map { "  \($0)" } ?? "")
    grid.put(TextWidth.truncate(ScreenText.cleaned(title), to: room), row, column, style, in: area)
    if !mark.isEmpty { grid.put(mark, row, area.endColumn - mark.count - 1, .muted, in: area) }
  }

  /// The local time to the minute.
  static func time(_ date: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day, .hour, .minute], from: date)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
  }
}
