import Foundation
import RetNet
import RetNetSession
import TerminalKit

/// A corner of S around the probe with the arithmetic of the last step: k down the side, v across the top, and the probed
/// entry written out. As the page shrinks, the terms of each entry go first, then k and v, then entries of the corner.
struct CellPage: ViewPage {
  static let corner = 4

  private let state: AppState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  /// Rows and columns of S that are shown.
  private var shown: (rows: Range<Int>, columns: Range<Int>)? {
    guard let model = state.model, model.headDim > 0, model.valueDim > 0 else { return nil }
    return (
      OverviewPage.window(min(Self.corner, model.headDim), of: model.headDim, around: state.probe.row),
      OverviewPage.window(min(Self.corner, model.valueDim), of: model.valueDim, around: state.probe.column)
    )
  }

  private struct Plan {
    /// Screen lines of one entry: 1 (S_n), or 3 with its two terms.
    var lines: Int
    var cellColumns: Int
    /// Columns of k_i at the left; 0 leaves it out.
    var keyColumns: Int
    var hasValues: Bool
    var rows: Range<Int>
    var columns: Range<Int>
    /// The first line under the title that an entry stands on.
    var top: Int
  }

  private func plan(formulaLines: Int) -> Plan? {
    guard let (rows, columns) = shown else { return nil }
    let lines = area.rows - 1 - formulaLines
    let keyColumns = "k\(rows.upperBound - 1) ".count + 7
    let values = lines > rows.count ? 1 : 0
    let width = (area.columns - 1 - keyColumns) / columns.count
    let hasKey = width >= 7
    let cell = hasKey ? width : (area.columns - 1) / columns.count
    let perEntry = lines - values >= 3 * rows.count && cell >= 12 ? 3 : 1
    let count = min(rows.count, max((lines - values) / perEntry, 0))
    guard count > 0, cell >= 7 else { return nil }
    let visible = OverviewPage.window(count, of: rows.count, around: state.probe.row - rows.lowerBound)
    return Plan(
      lines: perEntry, cellColumns: min(cell, 40), keyColumns: hasKey ? keyColumns : 0, hasValues: values == 1,
      rows: rows.lowerBound + visible.lowerBound..<rows.lowerBound + visible.upperBound, columns: columns,
      top: area.row + 1 + values)
  }

  private func arithmetic(_ row: Int, _ column: Int) -> CellArithmetic? {
    CellArithmetic(state, place: state.selectedPlace, row: row, column: column)
  }

  // MARK: Drawing

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    let place = state.selectedPlace
    var facts = [PageTitle.Fact("layer \(place.layer) head \(place.head)", short: "L\(place.layer) h\(place.head)")]
    guard let probed = arithmetic(state.probe.row, state.probe.column), let gamma = state.gamma(place) else {
      PageTitle(name: "Cell", facts: facts).draw(in: &grid, area: area, style: state.titleStyle)
      let lines = WordWrap.lines(emptyText, columns: max(area.columns - 3, 1))
      for (offset, line) in lines.prefix(area.rows - 1).enumerated() {
        grid.put(line, row: area.row + 1 + offset, column: area.column + 2, style: .muted, clippedTo: area)
      }
      return
    }
    let formula = formulaLines(probed, columns: area.columns - 2)
    let plan = plan(formulaLines: formula.count)
    if probed.isFrozen {
      facts.append(PageTitle.Fact("frozen: S_n = S_n−1"))
    } else {
      facts.append(PageTitle.Fact("S_n = γ S_n−1 + k_i v_j"))
      facts.append(PageTitle.Fact("γ \(CommandTable.trimmed(Numbers.decay(gamma)))"))
    }
    let frozen = Experiment.Kind.freeze(true).mark
    let marks = (HeadFacts(state, place: place)?.marks ?? []).filter { !probed.isFrozen || $0 != frozen }
    if !marks.isEmpty { facts.append(PageTitle.Fact(marks.joined(separator: ", "))) }
    PageTitle(name: "Cell", facts: facts).draw(in: &grid, area: area, style: state.titleStyle)
    var row = area.row + 1
    if let plan {
      drawEdges(plan, in: &grid)
      for i in plan.rows {
        for j in plan.columns { drawEntry(i, j, plan, in: &grid) }
      }
      row = plan.top + plan.rows.count * plan.lines
      if area.endRow - row > formula.count { row += 1 }
    }
    for (offset, line) in formula.enumerated() where row + offset < area.endRow {
      let style: Style = line.isAccented ? .accent : .muted
      grid.put(line.text, row: row + offset, column: area.column + 1, style: style, clippedTo: area)
    }
  }

  /// k_i down the side and v_j across the top.
  private func drawEdges(_ plan: Plan, in grid: inout Grid) {
    if plan.hasValues {
      for (offset, j) in plan.columns.enumerated() {
        guard let cell = arithmetic(plan.rows.lowerBound, j) else { continue }
        let name = "v\(j) "
        let value = Numbers.signed(cell.value)
        let text = [name + value, CommandTable.trimmed(value)].first { $0.count < plan.cellColumns } ?? ""
        grid.put(
          text, row: plan.top - 1, column: column(offset, plan), style: j == state.probe.column ? .accent : .muted,
          clippedTo: area)
      }
    }
    guard plan.keyColumns > 0 else { return }
    for (offset, i) in plan.rows.enumerated() {
      guard let cell = arithmetic(i, plan.columns.lowerBound) else { continue }
      grid.put(
        "k\(i)".rightPadded(plan.keyColumns - 7) + Numbers.signed(cell.key), row: plan.top + offset * plan.lines,
        column: area.column + 1, style: i == state.probe.row ? .accent : .muted, clippedTo: area)
    }
  }

  private func column(_ offset: Int, _ plan: Plan) -> Int {
    area.column + 1 + plan.keyColumns + offset * plan.cellColumns
  }

  private func drawEntry(_ i: Int, _ j: Int, _ plan: Plan, in grid: inout Grid) {
    guard let cell = arithmetic(i, j) else { return }
    let isProbed = i == state.probe.row && j == state.probe.column
    let row = plan.top + (i - plan.rows.lowerBound) * plan.lines
    let column = column(j - plan.columns.lowerBound, plan)
    let style: Style = isProbed ? .accent : .plain
    guard plan.lines == 3 else {
      grid.put(Numbers.signed(cell.stored), row: row, column: column, style: style, clippedTo: area)
      return
    }
    grid.put("S_n " + Numbers.signed(cell.stored), row: row, column: column, style: style, clippedTo: area)
    let kept = cell.kept.map(Numbers.signed) ?? "not at hand"
    let written = Numbers.signed(cell.written)
    var terms: [[String]] = [["γ·S \(kept)", kept], ["k·v \(written)", written]]
    if cell.isFrozen {
      // A frozen head reads k and v and writes neither.
      terms = [["S   \(kept)", kept], ["nothing written", "frozen"]]
    } else {
      if let before = cell.before {
        terms[0].insert("γ·S \(kept) = γ·(\(CommandTable.trimmed(Numbers.signed(before))))", at: 0)
      }
      let (key, value) = (Numbers.signed(cell.key), Numbers.signed(cell.value))
      terms[1].insert("k·v \(written) = (\(CommandTable.trimmed(key)))·(\(CommandTable.trimmed(value)))", at: 0)
    }
    for (offset, forms) in terms.enumerated() {
      let text = forms.first { TextWidth.width(of: $0) < plan.cellColumns } ?? ""
      grid.put(text, row: row + 1 + offset, column: column, style: .muted, clippedTo: area)
    }
  }

  // MARK: The probed entry

  private struct FormulaLine {
    var text: String
    var isAccented = true
  }

  /// Five significant digits, as long as that is readable.
  static func precise(_ value: Float) -> String {
    guard value.isFinite else { return CommandTable.trimmed(Numbers.signed(value)) }
    let magnitude = Double(abs(value))
    let digits =
      switch magnitude {
      case 0: "0.0000"
      case ..<0.001: String(format: "%.3e", magnitude)
      case ..<9.99995: String(format: "%.4f", magnitude)
      case ..<99999.5: String(format: "%.5g", magnitude)
      default: String(format: "%.3e", magnitude)
      }
    return (value.sign == .minus && value != 0 ? "−" : "+") + digits
  }

  /// γ with as many digits as keep it from 1.
  static func precise(gamma: Float) -> String {
    let text = String(format: "%.5f", gamma)
    return gamma < 1 && Float(text) == 1 ? String(format: "%.9g", gamma) : text
  }

  private func formulaLines(_ cell: CellArithmetic, columns: Int) -> [FormulaLine] {
    let (long, short) = written(cell)
    var lines: [FormulaLine] =
      TextWidth.width(of: long) <= columns
      ? [FormulaLine(text: long)] : short.flatMap { WordWrap.lines($0, columns: columns) }.map { FormulaLine(text: $0) }
    let verdicts = [verdict(cell), shortVerdict(cell)]
    let verdict = verdicts.first { TextWidth.width(of: $0) <= columns } ?? verdicts[1]
    lines += WordWrap.lines(verdict, columns: columns).map { FormulaLine(text: $0, isAccented: false) }
    return lines
  }

  /// The probed entry on one line, and on two.
  private func written(_ cell: CellArithmetic) -> (long: String, short: [String]) {
    let name = "S[\(cell.row),\(cell.column)]"
    let stored = Self.precise(cell.stored)
    let product = "(\(Self.precise(cell.key)))·(\(Self.precise(cell.value)))"
    guard let before = cell.before else {
      let text = "\(name) = \(stored), written k·v = \(product) = \(Self.precise(cell.written))"
      return (text, ["\(name) = \(stored), k·v =", "\(product) = \(Self.precise(cell.written))"])
    }
    if cell.isFrozen {
      let text = "\(name) = S_n−1 = \(Self.precise(before))"
      return (text, [text])
    }
    let kept = "\(Self.precise(gamma: cell.gamma))·(\(Self.precise(before)))"
    let result = Self.precise(cell.rounded ?? .nan)
    return (
      "\(name) = γ·S + k·v = \(kept) + \(product) = \(result)", ["\(name) = \(kept)", "+ \(product) = \(result)"]
    )
  }

  private func verdict(_ cell: CellArithmetic) -> String {
    switch cell.agreement {
    case nil: "S before this step is not at hand: → makes the next step, with both sides."
    case .bits(true, true)?:
      cell.isFrozen
        ? "Frozen: equal to the stored entry to the bit."
        : "Equal to the stored entry to the bit, fused multiply-add or not."
    case .bits(false, _)?: "Equal to the stored entry to the bit, with a fused multiply-add."
    case .bits(true, false)?:
      "Equal to the stored entry to the bit, each product rounded, without a fused multiply-add."
    case .off(let units)?:
      "The stored entry is \(Self.precise(cell.stored)): \(Numbers.grouped(units)) "
        + "\(units == 1 ? "unit" : "units") in the last place away."
    case Agreement.none?: "The stored entry is \(Self.precise(cell.stored)): there is no number to compare."
    }
  }

  private func shortVerdict(_ cell: CellArithmetic) -> String {
    switch cell.agreement {
    case nil: "S before is not at hand: → steps."
    case .bits(true, true)?: cell.isFrozen ? "Frozen, equal to the bit." : "Equal to the bit, fused or not."
    case .bits(false, _)?: "Equal to the bit, fused."
    case .bits(true, false)?: "Equal to the bit, not fused."
    case .off(let units)?: "Stored: \(Numbers.grouped(units)) units in the last place away."
    case Agreement.none?: "The stored entry is no number."
    }
  }

  private typealias Agreement = CellArithmetic.Agreement

  private var emptyText: String {
    state.result == nil ? HeadValues.missing(state) : "The step of this head is not in the present moment."
  }

  // MARK: Mouse and words

  func target(row: Int, column: Int) -> ViewTarget? {
    guard area.contains(row: row, column: column), let probed = arithmetic(state.probe.row, state.probe.column),
      let plan = plan(formulaLines: formulaLines(probed, columns: area.columns - 2).count)
    else { return nil }
    let (line, x) = (row - plan.top, column - area.column - 1 - plan.keyColumns)
    guard line >= 0, x >= 0 else { return nil }
    let (i, j) = (plan.rows.lowerBound + line / plan.lines, plan.columns.lowerBound + x / plan.cellColumns)
    return plan.rows.contains(i) && plan.columns.contains(j) ? .cell(Position(row: i, column: j)) : nil
  }

  var text: [String] {
    guard let cell = arithmetic(state.probe.row, state.probe.column) else { return [emptyText] }
    let place = state.selectedPlace
    var lines = ["Layer \(place.layer) head \(place.head), entry at row \(cell.row) column \(cell.column)."]
    if let marks = HeadFacts(state, place: place)?.marks, !marks.isEmpty {
      lines.append("Experiments: \(marks.joined(separator: ", ")).")
    }
    return lines + [written(cell).long, verdict(cell)]
  }
}
