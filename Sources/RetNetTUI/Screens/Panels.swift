import Lessons
import RetNet
import TerminalKit

/// The norms with their keys. The panel covers the conversation, so that the decay pane stays visible.
struct NormPanel {
  var state: AppState
  var row: Int

  private var remark: [String] {
    NormChoice.remark(state.settings.norms).map { WordWrap.lines($0, columns: min(46, state.columns) - 4) } ?? []
  }

  private var area: Rectangle {
    let height = min(NormChoice.allCases.count + 2 + max(remark.count, 1), state.rows - 1)
    return Rectangle(row: 1, column: 0, rows: height, columns: min(46, state.columns))
  }

  /// The norm at a screen position.
  func norm(row: Int, column: Int) -> Int? {
    let inside = area.inset()
    guard inside.contains(row: row, column: column) else { return nil }
    return row - inside.row < NormChoice.allCases.count ? row - inside.row : nil
  }

  func draw(in grid: inout Grid) {
    grid.fill(area)
    grid.box(area, title: "Norms, starting with the next token")
    let inside = area.inset()
    NormRows(norms: state.settings.norms, row: row, hasKeys: true, area: inside).draw(in: &grid)
    let notes = remark.isEmpty ? ["r restores the model's norms"] : remark
    grid.put(lines: notes, inside.row + NormChoice.allCases.count, inside.column + 1, .muted, in: inside)
  }
}

/// A text that fills the screen and scrolls.
struct TextPanel {
  var title: String
  var lines: [String]
  /// The first visible line.
  var top: Int
  var style: (String) -> Style = { _ in .plain }

  func draw(in grid: inout Grid) {
    let area = Rectangle(row: 0, column: 0, rows: grid.rows - 1, columns: grid.columns)
    grid.fill(area)
    grid.box(area, title: title)
    let inside = area.inset()
    let last = max(lines.count - inside.rows, 0)
    let first = min(top, last)
    for (offset, line) in lines.dropFirst(first).prefix(inside.rows).enumerated() {
      grid.put(line, inside.row + offset, inside.column + 1, style(line), in: inside)
    }
    // Arrows mark hidden lines.
    if first > 0 { grid.put("↑", inside.row, area.endColumn - 1, .accent) }
    if first < last { grid.put("↓", inside.endRow - 1, area.endColumn - 1, .accent) }
    grid.cursor = nil
  }
}

extension TextPanel {
  /// What is on the screen, keys and commands.
  static func help(_ state: AppState, _ page: HelpPage) -> TextPanel {
    let search = page.isSearching ? "  /\(page.search)▏" : page.search.isEmpty ? "" : "  /\(page.search)"
    return TextPanel(title: "Help\(search)", lines: state.helpLines(page), top: page.top) {
      $0.hasPrefix(" ") || $0.isEmpty ? .plain : .accent
    }
  }

  /// The glossary.
  static func glossary(_ state: AppState, top: Int) -> TextPanel {
    TextPanel(title: "Symbols", lines: state.glossaryLines, top: top)
  }
}

extension AppState {
  /// The lines of the glossary. Symbols of a lesson's step come first.
  var glossaryLines: [String] {
    let own = (lesson?.walk.step.symbols ?? []).compactMap { Glossary.entry($0) }
    let rest = Glossary.entries.filter { entry in !own.contains { $0.symbol == entry.symbol } }
    return (own + rest).flatMap { WordWrap.lines($0.text, columns: max(columns - 4, 1)) }
  }
}
