import RetNet
import TerminalKit

/// Which norms are on, with the keys that change them. It lies over the conversation, so that the decay pane stays in sight.
struct NormPanel {
  var state: AppState
  var row: Int

  init(_ state: AppState, row: Int) {
    self.state = state
    self.row = row
  }

  func draw(in grid: inout Grid) {
    let width = min(46, grid.columns)
    let remark = NormChoice.remark(state.settings.norms).map { WordWrap.lines($0, columns: width - 4) } ?? []
    let height = min(NormChoice.allCases.count + 2 + (remark.isEmpty ? 1 : remark.count), grid.rows - 1)
    let area = Rectangle(row: 1, column: 0, rows: height, columns: width)
    grid.fill(area)
    grid.box(area, title: "Norms, from the next token on")
    let inside = area.inset()
    NormRows(norms: state.settings.norms, row: row, hasKeys: true, area: inside).draw(in: &grid)
    let notes = remark.isEmpty ? ["r takes the model's own"] : remark
    for (offset, text) in notes.enumerated() {
      grid.put(
        text, row: inside.row + NormChoice.allCases.count + offset, column: inside.column + 1, style: .muted,
        clippedTo: inside)
    }
  }
}

/// Lines over the whole screen, which can be scrolled.
struct TextPanel {
  var title: String
  var lines: [String]
  /// First line on show.
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
      grid.put(line, row: inside.row + offset, column: inside.column + 1, style: style(line), clippedTo: inside)
    }
    // What is beyond the edges is named at them.
    if first > 0 { grid.put("↑", row: inside.row, column: area.endColumn - 1, style: .accent) }
    if first < last { grid.put("↓", row: inside.endRow - 1, column: area.endColumn - 1, style: .accent) }
    grid.fill(Rectangle(row: grid.rows - 1, column: 0, rows: 1, columns: grid.columns))
    grid.put("Esc closes · ↑ ↓ PgUp PgDn scroll", row: grid.rows - 1, column: 1, style: .muted)
    grid.cursor = nil
  }
}

extension TextPanel {
  /// Keys and commands.
  static func help(top: Int) -> TextPanel {
    TextPanel(title: "Help", lines: HelpText.lines, top: top) { $0.hasPrefix(" ") || $0.isEmpty ? .plain : .accent }
  }

  /// What the symbols mean.
  static func glossary(_ state: AppState, top: Int) -> TextPanel {
    TextPanel(title: "Symbols", lines: state.glossaryLines, top: top)
  }
}

/// What help says: keys here, commands from their table.
enum HelpText {
  static let lines: [String] = keys + [""] + ["Commands (on the input line)"] + commands

  private static let keys = [
    "Everywhere",
    "  Ctrl-C        stops a reply, its text stays; idle, clears the line",
    "  Ctrl-D        quits on an empty line",
    "  PgUp PgDn     scroll the conversation, as the wheel does",
    "",
    "Input line (Esc or Tab goes to the panes)",
    "  Enter         sends; : or / as the first character opens a command",
    "  ↑ ↓           lines sent before",
    "  Ctrl-A E U K W   start, end, delete to start, to end, a word",
    "",
    "Panes, and while a reply runs and the line is empty",
    "  Space         pauses a reply, or goes on",
    "  → ←           one recurrent step, or one step undone",
    "",
    "Panes (i, Tab or Enter goes to the input line)",
    "  [ ]  { }      head, layer",
    "  h j k l x     move the probe (H J K L by 8); x: to the largest entry",
    "  s             colours: auto, fixed, symlog",
    "  n             norms",
    "  m             mouse on or off",
    "  ↑ ↓ Home End  scroll the conversation",
    "  1  2  3  4    live view, state explorer, forms laboratory, lessons",
    "  W             what the symbols mean",
    "  (  )          the page before, the next page of views 2 and 3",
    "  + -           reply tokens a second: twice, half",
    "",
    "State explorer (o d w r p t e b: its pages, from anywhere)",
    "  Enter  Esc    into a head, into a cell, and back",
    "  v             mode: state, change, share of the last token, difference",
    "  c             under the tokens: weight, mean, entropy, surprise",
    "  Home End PgUp PgDn   first, last, 16 tokens back or on",
    "  g  F  N       go to a token, find a text, find it again",
    "  a             hold later moments against this one",
    "  0  f  z       the head off, its state frozen, emptied",
    "  y  P          take a head's state, put it into another",
    "  u             takes the last experiment back",
    "",
    "Forms laboratory (T G D E C: its pages, from anywhere)",
    "  ,  .  <  >    chunk length: one less, one more, half, twice; or drag a boundary",
    "  h j k l x     row n and column m of D and R; x: to the largest entry of R",
    "  v             D or R, where there is room for one",
    "  B             differences before or behind the group norm",
    "  ↑ ↓           a chunk, a norm, a row",
    "  Space Enter   on the norms: change the chosen one (Space pauses a reply first)",
    "",
    "Lessons",
    "  ↑ ↓ Enter     choose and open; in a lesson Enter goes on",
    "  next back again hint why quit ?SYMBOL   typed, as answers are",
    "  PgUp PgDn     scroll the text",
  ]

  private static let commands = CommandTable.entries.map { entry in
    "  " + CommandTable.trimmed(":\(entry.name) \(entry.argument)").rightPadded(27) + " " + entry.summary
  }

  /// What plain mode prints.
  static let plain = commands.map { String($0.dropFirst(2)) }
}
