import RetNet
import RetNetAnalysis
import TerminalKit

/// The differences between the paper and its implementations, one per row, with the open model's column marked, and the
/// effect of the selected row.
///
/// As the page gets narrower, it drops columns from the right, except the model's own and the paper's.
struct DialectsPage: ViewPage {
  static let leastColumns = 14

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  private var rows: [DialectTable.Row] { state.lab.dialects.rows }

  struct Plan: PagePlan {
    /// A row of the table, with the lines of its cells.
    struct Row: Sendable {
      var index: Int
      var cells: [[String]]
      var row: Int
      var lines: Int
    }

    var columns: [DialectTable.Column]
    /// The open model's column.
    var own: DialectTable.Column?
    var topicColumns: Int
    var width: Int
    var note: [String] = []
    var shown: [Row] = []
    var chosen: Int

    init?(_ state: AppState, area: Rectangle) {
      let rows = state.lab.dialects.rows
      own = state.model?.dialect.map { DialectTable.Column($0) }
      chosen = min(state.lab.line, max(rows.count - 1, 0))
      let longest = rows.map { TextWidth.width(of: $0.topic) }.max() ?? 0
      topicColumns = min(max(longest, 8) + 2, area.columns >= 60 ? 22 : 12)
      let count = min(
        max((area.columns - topicColumns) / DialectsPage.leastColumns, 1), DialectTable.Column.allCases.count)
      // Order of importance: the model's column, the paper's, the rest.
      var kept: Set<DialectTable.Column> = []
      for column in [own, .paper].compactMap(\.self) + DialectTable.Column.allCases where kept.count < count {
        kept.insert(column)
      }
      columns = DialectTable.Column.allCases.filter { kept.contains($0) }
      width = (area.columns - topicColumns - 1) / columns.count
      guard !rows.isEmpty else { return }
      let columnsOfNote = max(area.columns - 3, 1)
      let whole = WordWrap.lines(rows[chosen].note, columns: columnsOfNote)
      let noteLines = area.rows >= 8 ? min(whole.count, area.rows / 3) : area.rows >= 5 ? 1 : 0
      note = Array(whole.prefix(noteLines))
      if note.count < whole.count, let last = note.popLast() {
        note.append(TextWidth.truncate(last + " …", to: columnsOfNote))
      }
      show(rows, from: area.row + 2, lines: max(area.rows - 2 - (noteLines > 0 ? noteLines + 1 : 0), 0))
    }

    /// Shows as many rows as fit, including the selected one.
    private mutating func show(_ rows: [DialectTable.Row], from top: Int, lines: Int) {
      guard lines > 0 else { return }
      let cells = rows.map { row in
        [WordWrap.lines(row.topic, columns: topicColumns - 2)]
          + columns.map { WordWrap.lines(row.cells[$0] ?? "–", columns: width - 1) }
      }
      let heights = cells.map { $0.map(\.count).max() ?? 1 }
      var (first, used) = (chosen, heights[chosen])
      while first > 0, used + heights[first - 1] <= lines {
        first -= 1
        used += heights[first]
      }
      var row = top
      for index in first..<rows.count {
        guard row < top + lines, row + heights[index] <= top + lines || index == chosen else { break }
        shown.append(Row(index: index, cells: cells[index], row: row, lines: min(heights[index], top + lines - row)))
        row += heights[index]
      }
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      shown.first { row >= $0.row && row < $0.row + $0.lines }.map { .line($0.index) }
    }
  }

  func draw(in grid: inout Grid) {
    guard let plan else { return }
    let (shown, own) = (plan.shown, plan.own)
    var facts: [PageTitle.Fact] = []
    if plan.columns.count < DialectTable.Column.allCases.count {
      facts.append(PageTitle.Fact("\(plan.columns.count) of \(DialectTable.Column.allCases.count) columns"))
    }
    if shown.count < rows.count, let first = shown.first?.index, let last = shown.last?.index {
      facts.append(PageTitle.Fact(rows: first..<last + 1, of: rows.count))
    }
    drawTitle(
      "Dialects", facts, right: own.map { "▾ \($0.rawValue): this model's" } ?? "",
      shortRight: own.map { "▾ \($0.rawValue)" }, in: &grid)
    guard !rows.isEmpty else {
      grid.put("There is no table.", area.row + 1, area.column + 2, .muted, in: area)
      return
    }
    for (index, column) in plan.columns.enumerated() {
      grid.put(
        (column == own ? "▾ " : "") + column.rawValue, area.row + 1, left(index, plan),
        column == own ? .accent : Style(bold: true), in: area)
    }
    for row in shown { draw(row, plan, in: &grid) }
    guard !plan.note.isEmpty else { return }
    let noteRow = area.endRow - plan.note.count
    grid.horizontalLine(row: noteRow - 1, column: area.column, length: area.columns, clippedTo: area)
    grid.put(lines: plan.note, noteRow, area.column + 1, in: area)
  }

  private func left(_ column: Int, _ plan: Plan) -> Int { area.column + plan.topicColumns + column * plan.width }

  private func draw(_ row: Plan.Row, _ plan: Plan, in grid: inout Grid) {
    let isChosen = row.index == plan.chosen
    if isChosen { grid.put("▸", row.row, area.column, .accent, in: area) }
    for (index, text) in row.cells.enumerated() {
      let isOwn = index > 0 && plan.columns[index - 1] == plan.own
      let style: Style = isChosen || isOwn ? .accent : index == 0 ? Style(bold: true) : .plain
      let column = index == 0 ? area.column + 1 : left(index - 1, plan)
      grid.put(lines: text.prefix(row.lines), row.row, column, style, in: area)
    }
  }

  var text: [String] {
    guard !rows.isEmpty else { return ["Dialects: there is no table."] }
    var table = TextTable([("", .left)] + DialectTable.Column.allCases.map { ($0.rawValue, .left) })
    for row in rows { table.add([row.topic] + DialectTable.Column.allCases.map { row.cells[$0] ?? "–" }) }
    return ["Dialects" + (plan?.own.map { ", this model's is \($0.rawValue)" } ?? "") + "."] + table.lines
      + rows.map { "\($0.topic): \($0.note)" }
  }
}
