import RetNet
import RetNetSession
import TerminalKit

/// The entries of S around the probe with the arithmetic of the last step: k at the left, v at the top, and the probed
/// entry's formula. As the page shrinks, it drops first the terms of each entry, then k and v, then entries.
struct CellPage: ViewPage {
  static let corner = 4

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    /// The formula of the probed entry.
    var formula: [CellArithmetic.FormulaLine]
    /// nil if only the formula has room.
    var corner: Corner?

    init?(_ state: AppState, area: Rectangle) {
      guard
        let cell = state.step(of: state.selectedPlace)?.cell(row: state.probe.row, column: state.probe.column)
      else { return nil }
      formula = cell.formula(columns: area.columns - 2)
      corner = Corner(state, area: area, lines: area.rows - 1 - formula.count)
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      guard let corner else { return nil }
      let (line, x) = (row - corner.top, column - corner.left)
      guard line >= 0, x >= 0 else { return nil }
      let i = corner.rows.lowerBound + line / corner.lines
      let j = corner.columns.lowerBound + x / corner.cellColumns
      return corner.rows.contains(i) && corner.columns.contains(j) ? .cell(Position(row: i, column: j)) : nil
    }
  }

  /// The visible entries.
  struct Corner: Sendable {
    /// Screen lines per entry: 1 (S_n), or 3 with its two terms.
    var lines: Int
    var cellColumns: Int
    /// Columns of k_i at the left; 0 omits it.
    var keyColumns: Int
    var hasValues: Bool
    var rows: Range<Int>
    var columns: Range<Int>
    /// The screen line and column of the first entry.
    var top: Int
    var left: Int

    /// - Parameter lines: lines above the formula.
    init?(_ state: AppState, area: Rectangle, lines: Int) {
      guard let model = state.model, model.headDim > 0, model.valueDim > 0 else { return nil }
      let rows = ListPlan.window(min(corner, model.headDim), of: model.headDim, around: state.probe.row)
      columns = ListPlan.window(min(corner, model.valueDim), of: model.valueDim, around: state.probe.column)
      let keys = "k\(rows.upperBound - 1) ".count + 7
      let values = lines > rows.count ? 1 : 0
      let width = (area.columns - 1 - keys) / columns.count
      let cell = width >= 7 ? width : (area.columns - 1) / columns.count
      self.lines = lines - values >= 3 * rows.count && cell >= 12 ? 3 : 1
      let count = min(rows.count, max((lines - values) / self.lines, 0))
      guard count > 0, cell >= 7 else { return nil }
      let visible = ListPlan.window(count, of: rows.count, around: state.probe.row - rows.lowerBound)
      (cellColumns, keyColumns, hasValues) = (min(cell, 40), width >= 7 ? keys : 0, values == 1)
      self.rows = rows.lowerBound + visible.lowerBound..<rows.lowerBound + visible.upperBound
      (top, left) = (area.row + 1 + values, area.column + 1 + keyColumns)
    }
  }

  private func arithmetic(_ row: Int, _ column: Int) -> CellArithmetic? {
    state.step(of: state.selectedPlace)?.cell(row: row, column: column)
  }

  // MARK: Drawing

  func draw(in grid: inout Grid) {
    let place = state.selectedPlace
    var facts = [state.placeFact]
    guard let plan, let probed = arithmetic(state.probe.row, state.probe.column), let gamma = state.gamma(place) else {
      drawTitle("Cell", facts, in: &grid)
      return drawMissing(emptyText, in: &grid)
    }
    if probed.isFrozen {
      facts.append(PageTitle.Fact("frozen: S_n = S_n−1"))
    } else {
      facts.append(PageTitle.Fact("S_n = γ S_n−1 + k_i v_j"))
      facts.append(PageTitle.Fact("γ \(Numbers.decay(gamma).trimmed)"))
    }
    let frozen = Experiment.Kind.freeze(true).mark
    let marks = (HeadFacts(state, place: place)?.marks ?? []).filter { !probed.isFrozen || $0 != frozen }
    if !marks.isEmpty { facts.append(PageTitle.Fact(marks.joined(separator: ", "))) }
    drawTitle("Cell", facts, in: &grid)
    var row = area.row + 1
    if let corner = plan.corner {
      drawEdges(corner, in: &grid)
      for i in corner.rows {
        for j in corner.columns { drawEntry(i, j, corner, in: &grid) }
      }
      row = corner.top + corner.rows.count * corner.lines
      if area.endRow - row > plan.formula.count { row += 1 }
    }
    for (offset, line) in plan.formula.enumerated() where row + offset < area.endRow {
      let style: Style = line.isAccented ? .accent : .muted
      grid.put(line.text, row + offset, area.column + 1, style, in: area)
    }
  }

  /// k_i at the left and v_j at the top.
  private func drawEdges(_ plan: Corner, in grid: inout Grid) {
    if plan.hasValues {
      for (offset, j) in plan.columns.enumerated() {
        guard let cell = arithmetic(plan.rows.lowerBound, j) else { continue }
        let name = "v\(j) "
        let value = Numbers.signed(cell.value)
        let text = [name + value, value.trimmed].first { $0.count < plan.cellColumns } ?? ""
        grid.put(text, plan.top - 1, column(offset, plan), j == state.probe.column ? .accent : .muted, in: area)
      }
    }
    guard plan.keyColumns > 0 else { return }
    for (offset, i) in plan.rows.enumerated() {
      guard let cell = arithmetic(i, plan.columns.lowerBound) else { continue }
      grid.put(
        "k\(i)".rightPadded(plan.keyColumns - 7) + Numbers.signed(cell.key), plan.top + offset * plan.lines,
        area.column + 1, i == state.probe.row ? .accent : .muted, in: area)
    }
  }

  private func column(_ offset: Int, _ plan: Corner) -> Int {
    plan.left + offset * plan.cellColumns
  }

  private func drawEntry(_ i: Int, _ j: Int, _ plan: Corner, in grid: inout Grid) {
    guard let cell = arithmetic(i, j) else { return }
    let isProbed = i == state.probe.row && j == state.probe.column
    let row = plan.top + (i - plan.rows.lowerBound) * plan.lines
    let column = column(j - plan.columns.lowerBound, plan)
    let style: Style = isProbed ? .accent : .plain
    guard plan.lines == 3 else {
      grid.put(Numbers.signed(cell.stored), row, column, style, in: area)
      return
    }
    grid.put("S_n " + Numbers.signed(cell.stored), row, column, style, in: area)
    let kept = cell.kept.map(Numbers.signed) ?? "unknown"
    let written = Numbers.signed(cell.product)
    var terms: [[String]] = [["γ·S \(kept)", kept], ["k·v \(written)", written]]
    if cell.isFrozen {
      // A frozen head does not write k and v to S.
      terms = [["S   \(kept)", kept], ["no write", "frozen"]]
    } else {
      if let before = cell.before {
        terms[0].insert("γ·S \(kept) = γ·(\(Numbers.signed(before).trimmed))", at: 0)
      }
      let (key, value) = (Numbers.signed(cell.key), Numbers.signed(cell.value))
      terms[1].insert("k·v \(written) = (\(key.trimmed))·(\(value.trimmed))", at: 0)
    }
    for (offset, forms) in terms.enumerated() {
      let text = forms.first { TextWidth.width(of: $0) < plan.cellColumns } ?? ""
      grid.put(text, row + 1 + offset, column, .muted, in: area)
    }
  }

  private var emptyText: String {
    state.result == nil ? HeadValues.missing(state) : "The last step of this head is not available."
  }

  // MARK: Mouse and text

  var text: [String] {
    guard let cell = arithmetic(state.probe.row, state.probe.column) else { return [emptyText] }
    let place = state.selectedPlace
    var lines = ["Layer \(place.layer) head \(place.head), entry at row \(cell.row) column \(cell.column)."]
    if let marks = HeadFacts(state, place: place)?.marks, !marks.isEmpty {
      lines.append("Experiments: \(marks.joined(separator: ", ")).")
    }
    return lines + [cell.written.long, cell.verdict]
  }
}
