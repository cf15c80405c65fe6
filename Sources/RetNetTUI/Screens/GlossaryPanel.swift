import Lessons

/// Every symbol on screen in a sentence, with its equation; those of a lesson's step come first.
struct GlossaryPanel {
  static func lines(_ state: AppState) -> [String] {
    let own = (state.classroom.open?.walk.step.symbols ?? []).compactMap { Glossary.entry($0) }
    let rest = Glossary.entries.filter { entry in !own.contains { $0.symbol == entry.symbol } }
    return (own + rest).flatMap { WordWrap.lines($0.text, columns: max(state.columns - 4, 1)) }
  }

  var state: AppState
  var top: Int

  func draw(in grid: inout Grid) {
    let area = Rectangle(row: 0, column: 0, rows: grid.rows - 1, columns: grid.columns)
    grid.fill(area)
    grid.box(area, title: "Symbols")
    let inside = area.inset()
    let lines = Self.lines(state)
    for (offset, line) in lines.dropFirst(min(top, max(lines.count - inside.rows, 0))).prefix(inside.rows).enumerated()
    {
      grid.put(line, row: inside.row + offset, column: inside.column + 1, style: .plain, clippedTo: inside)
    }
    grid.fill(Rectangle(row: grid.rows - 1, column: 0, rows: 1, columns: grid.columns))
    grid.put("Esc closes · ↑ ↓ PgUp PgDn scroll", row: grid.rows - 1, column: 1, style: .muted)
    grid.cursor = nil
  }
}
