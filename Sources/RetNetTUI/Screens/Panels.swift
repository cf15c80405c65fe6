import Lessons
import RetNet
import TerminalKit

/// The norms with their keys. The panel covers the conversation, so that the decay pane stays visible.
struct NormPanel {
  var state: AppState
  var row: Int

  func draw(in grid: inout Grid) {
    let width = min(46, grid.columns)
    let remark = NormChoice.remark(state.settings.norms).map { WordWrap.lines($0, columns: width - 4) } ?? []
    let height = min(NormChoice.allCases.count + 2 + (remark.isEmpty ? 1 : remark.count), grid.rows - 1)
    let area = Rectangle(row: 1, column: 0, rows: height, columns: width)
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
  /// Keys and commands.
  static func help(top: Int) -> TextPanel {
    TextPanel(title: "Help", lines: HelpText.lines, top: top) { $0.hasPrefix(" ") || $0.isEmpty ? .plain : .accent }
  }

  /// The glossary.
  static func glossary(_ state: AppState, top: Int) -> TextPanel {
    TextPanel(title: "Symbols", lines: state.glossaryLines, top: top)
  }
}

/// The text of help, from the key table and the command table.
enum HelpText {
  static let lines: [String] =
    KeyContext.allCases.flatMap { context in
      [context.rawValue] + keys(context).map { "  \($0.label.rightPadded(17)) \($0.meaning)" } + [""]
    } + ["Commands (on the input line)"] + commands

  private static func keys(_ context: KeyContext) -> [KeyBinding] {
    KeyTable.bindings.filter { $0.context == context }
  }

  private static let commands = CommandTable.entries.map { entry in
    "  " + ":\(entry.name) \(entry.argument)".trimmed.rightPadded(27) + " " + entry.summary
  }

  /// The text of plain mode.
  static let plain = commands.map { String($0.dropFirst(2)) }

  /// The key table of docs/keys.md.
  static let document: String =
    """
    # Keys

    Keys act on the input line or on the panes. Esc moves from the input line to the panes, `i` back. Words such as `hint`
    are typed on the input line. `?` shows this list in the app.


    """
    + KeyContext.allCases.map { context in
      let rows = keys(context).map { "| \(code($0.label)) | \($0.meaning) |\n" }
      return "## \(context.rawValue)\n\n| key | does |\n|---|---|\n" + rows.joined()
    }.joined(separator: "\n")

  /// Formats typed characters and words as code; names of keys stay plain.
  private static func code(_ label: String) -> String {
    label.split(separator: " ").map { word in
      let isTyped = word.count == 1 ? word.first?.isASCII == true : word.first?.isUppercase == false
      return isTyped ? "`\(word)`" : String(word)
    }.joined(separator: " ")
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
