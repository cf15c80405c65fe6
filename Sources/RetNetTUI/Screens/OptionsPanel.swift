import TerminalKit

/// A list that fills the screen, with its selected line in view.
private struct ListPanel {
  var title: String
  /// The parts of each line, in columns of these widths; the last has the rest of the line.
  var rows: [[String]]
  var widths: [Int]
  var selected: Int
  /// Lines under the list.
  var notes: [String]

  func draw(in grid: inout Grid) {
    let area = Rectangle(row: 0, column: 0, rows: grid.rows - 1, columns: grid.columns)
    grid.fill(area)
    grid.box(area, title: title)
    let inside = area.inset()
    let room = max(inside.rows - notes.count, 1)
    let shown = ListPlan.window(min(room, rows.count), of: rows.count, around: selected)
    for (offset, index) in shown.enumerated() {
      let isSelected = index == selected
      var column = inside.column + 1
      grid.put(isSelected ? "▸" : " ", inside.row + offset, column, .accent, in: inside)
      column += 2
      for (place, part) in rows[index].enumerated() {
        let width = place < widths.count ? widths[place] : inside.endColumn - column
        let text = TextWidth.truncate(part, to: max(width - 1, 0))
        grid.put(text, inside.row + offset, column, isSelected ? .accent : place == 0 ? .plain : .muted, in: inside)
        column += width
      }
    }
    if shown.lowerBound > 0 { grid.put("↑", inside.row, area.endColumn - 1, .accent) }
    if shown.upperBound < rows.count { grid.put("↓", inside.row + room - 1, area.endColumn - 1, .accent) }
    grid.put(lines: notes, inside.endRow - notes.count, inside.column + 1, .muted, in: inside)
    grid.cursor = nil
  }
}

/// All settings with their values and sources, and what the selected one does.
struct OptionsPanel {
  var state: AppState
  var page: OptionsPage

  func draw(in grid: inout Grid) {
    let rows = state.optionRows(page)
    let search = page.isSearching ? "  /\(page.search)▏" : page.search.isEmpty ? "" : "  /\(page.search)"
    let notes = rows[at: page.line].map { row in
      [row.setting.summary, "\(row.setting.values.expected); default \(row.setting.fallback)"]
    }
    ListPanel(
      title: "Options\(search)", rows: rows.map { [$0.setting.name, $0.shownValue, $0.origin.description] },
      widths: [min(21, grid.columns / 3), min(18, grid.columns / 4)], selected: page.line,
      notes: (notes ?? ["No setting contains '\(page.search)'."]).map { TextWidth.truncate($0, to: grid.columns - 4) }
    ).draw(in: &grid)
  }
}

/// The entries of the palette that match the typed text.
struct PalettePanel {
  var state: AppState
  var page: PalettePage

  func draw(in grid: inout Grid) {
    let entries = state.paletteMatches(page)
    let keysWidth = min(max(entries.map { TextWidth.width(of: $0.keys) }.max() ?? 0, 4) + 1, 12)
    ListPanel(
      title: "Palette  \(page.query)▏",
      rows: entries.map { entry in [(entry.name + " " + entry.argument).trimmed, entry.keys, entry.summary] },
      widths: [min(30, grid.columns / 2), keysWidth], selected: page.line,
      notes: entries.isEmpty ? ["Nothing matches '\(page.query)'."] : []
    ).draw(in: &grid)
  }
}
