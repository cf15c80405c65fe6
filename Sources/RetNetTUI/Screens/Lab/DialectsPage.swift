import RetNet
import RetNetAnalysis
import TerminalKit

/// What the paper and its implementations do differently, a row for each difference, the open model's column marked, and why
/// the chosen row matters.
///
/// As the page gets narrower, columns go from the right, but for the model's own and the paper's.
struct DialectsPage: ViewPage {
  static let leastColumns = 14

  private let state: AppState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  private var rows: [DialectTable.Row] { state.lab.dialects.rows }
  private var chosen: Int { min(state.lab.line, max(rows.count - 1, 0)) }

  /// The open model's column.
  private var own: DialectTable.Column? { state.model?.dialect.map { DialectTable.Column($0) } }

  private struct Plan {
    var columns: [DialectTable.Column]
    var topicColumns: Int
    var width: Int
    var note: [String]
    var lines: Int
  }

  private var plan: Plan {
    let topic = min(max(rows.map { TextWidth.width(of: $0.topic) }.max() ?? 0, 8) + 2, area.columns >= 60 ? 22 : 12)
    let count = min(max((area.columns - topic) / Self.leastColumns, 1), DialectTable.Column.allCases.count)
    // The most needed first: what the model does, then the paper, then the rest.
    let needed = [own, .paper].compactMap(\.self) + DialectTable.Column.allCases
    var kept: Set<DialectTable.Column> = []
    for column in needed where kept.count < count { kept.insert(column) }
    let columns = DialectTable.Column.allCases.filter { kept.contains($0) }
    let note = rows.isEmpty ? [] : WordWrap.lines(rows[chosen].note, columns: max(area.columns - 3, 1))
    let noteLines = area.rows >= 8 ? min(note.count, area.rows / 3) : area.rows >= 5 ? 1 : 0
    var shownNote = Array(note.prefix(noteLines))
    if shownNote.count < note.count, let last = shownNote.popLast() {
      shownNote.append(TextWidth.truncate(last + " …", to: max(area.columns - 3, 1)))
    }
    return Plan(
      columns: columns, topicColumns: topic, width: (area.columns - topic - 1) / columns.count,
      note: shownNote, lines: max(area.rows - 2 - (noteLines > 0 ? noteLines + 1 : 0), 0))
  }

  /// A row's cells in the lines that they take.
  private func cells(_ row: DialectTable.Row, _ plan: Plan) -> [[String]] {
    [WordWrap.lines(row.topic, columns: plan.topicColumns - 2)]
      + plan.columns.map { WordWrap.lines(row.cells[$0] ?? "–", columns: plan.width - 1) }
  }

  private func height(_ row: DialectTable.Row, _ plan: Plan) -> Int { cells(row, plan).map(\.count).max() ?? 1 }

  /// Rows on show, as many as fit with the chosen one among them.
  private func shown(_ plan: Plan) -> [(index: Int, row: Int, lines: Int)] {
    guard !rows.isEmpty, plan.lines > 0 else { return [] }
    let heights = rows.map { height($0, plan) }
    var first = chosen
    var used = heights[chosen]
    while first > 0, used + heights[first - 1] <= plan.lines {
      first -= 1
      used += heights[first]
    }
    var row = area.row + 2
    let end = row + plan.lines
    var shown: [(Int, Int, Int)] = []
    for index in first..<rows.count {
      guard row < end, row + heights[index] <= end || index == chosen else { break }
      shown.append((index, row, min(heights[index], end - row)))
      row += heights[index]
    }
    return shown
  }

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    let plan = plan
    let shown = shown(plan)
    var facts: [PageTitle.Fact] = []
    if plan.columns.count < DialectTable.Column.allCases.count {
      facts.append(PageTitle.Fact("\(plan.columns.count) of \(DialectTable.Column.allCases.count) columns"))
    }
    if shown.count < rows.count, let first = shown.first?.index, let last = shown.last?.index {
      facts.append(
        PageTitle.Fact(
          "rows \(first + 1) to \(last + 1) of \(rows.count)", short: "\(first + 1)–\(last + 1)/\(rows.count)"))
    }
    PageTitle(
      name: "Dialects", facts: facts, right: own.map { "▾ \($0.rawValue): this model's" } ?? "",
      shortRight: own.map { "▾ \($0.rawValue)" }
    ).draw(in: &grid, area: area, style: state.titleStyle)
    guard !rows.isEmpty else {
      grid.put("There is no table.", row: area.row + 1, column: area.column + 2, style: .muted, clippedTo: area)
      return
    }
    for (index, column) in plan.columns.enumerated() {
      grid.put(
        (column == own ? "▾ " : "") + column.rawValue, row: area.row + 1, column: left(index, plan),
        style: column == own ? .accent : Style(bold: true), clippedTo: area)
    }
    for (index, row, lines) in shown {
      draw(rows[index], isChosen: index == chosen, row: row, lines: lines, plan, in: &grid)
    }
    guard !plan.note.isEmpty else { return }
    let noteRow = area.endRow - plan.note.count
    grid.horizontalLine(row: noteRow - 1, column: area.column, length: area.columns, clippedTo: area)
    for (offset, line) in plan.note.enumerated() {
      grid.put(line, row: noteRow + offset, column: area.column + 1, clippedTo: area)
    }
  }

  private func left(_ column: Int, _ plan: Plan) -> Int { area.column + plan.topicColumns + column * plan.width }

  private func draw(
    _ row: DialectTable.Row, isChosen: Bool, row line: Int, lines: Int, _ plan: Plan, in grid: inout Grid
  ) {
    if isChosen { grid.put("▸", row: line, column: area.column, style: .accent, clippedTo: area) }
    for (index, text) in cells(row, plan).enumerated() {
      let isOwn = index > 0 && plan.columns[index - 1] == own
      let column = index == 0 ? area.column + 1 : left(index - 1, plan)
      for (offset, part) in text.prefix(lines).enumerated() {
        grid.put(
          part, row: line + offset, column: column,
          style: isChosen || isOwn ? .accent : index == 0 ? Style(bold: true) : .plain,
          clippedTo: area)
      }
    }
  }

  func target(row: Int, column: Int) -> ViewTarget? {
    shown(plan).first { row >= $0.row && row < $0.row + $0.lines }.map { .line($0.index) }
  }

  var text: [String] {
    guard !rows.isEmpty else { return ["Dialects: there is no table."] }
    var table = TextTable([("", .left)] + DialectTable.Column.allCases.map { ($0.rawValue, .left) })
    for row in rows { table.add([row.topic] + DialectTable.Column.allCases.map { row.cells[$0] ?? "–" }) }
    return ["Dialects" + (own.map { ", this model's is \($0.rawValue)" } ?? "") + "."] + table.lines
      + rows.map { "\($0.topic): \($0.note)" }
  }
}
