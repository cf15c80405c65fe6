import RetNet
import RetNetAnalysis
import TerminalKit

/// How far each form is from Eq. 4 in Double: bars per token for the selected head, with the rounding level as a line, and
/// all heads beside them as a small map.
struct DifferencePane {
  /// Columns of the form's name, its largest difference and the share of the rounding level.
  static let labelColumns = 25
  static let shortLabelColumns = 17
  /// Columns from which on the heads stand beside the bars.
  static let columnsForHeads = 76

  private let forms: FormComparison
  private let verdict: FormsVerdict
  private let afterGroupNorm: Bool
  private let traits: ScreenTraits
  private let titleStyle: Style
  private let area: Rectangle
  private let scale: LogScale

  init(_ forms: FormComparison, verdict: FormsVerdict, state: AppState, area: Rectangle) {
    (self.forms, self.verdict, self.area) = (forms, verdict, area)
    afterGroupNorm = state.lab.afterGroupNorm
    (traits, titleStyle) = (state.traits, state.titleStyle)
    let afterGroupNorm = afterGroupNorm
    scale = LogScale(
      forms.differences.flatMap {
        Self.numbers($0, afterGroupNorm).flatMap(\.self) + Self.budgets($0, afterGroupNorm).flatMap(\.self)
      }
    )
  }

  private static func numbers(_ difference: FormDifference, _ afterGroupNorm: Bool) -> [[Double]] {
    afterGroupNorm ? difference.after : difference.before
  }

  private static func budgets(_ difference: FormDifference, _ afterGroupNorm: Bool) -> [[Double]] {
    afterGroupNorm ? difference.afterBudget : difference.beforeBudget
  }

  private var ramp: Ramp { Ramp(limit: 1, traits: traits) }
  /// Lines of each form's bars.
  private var lines: Int { max((area.rows - 1) / 3, 1) }
  private var hasHeads: Bool { area.columns >= Self.columnsForHeads && area.rows >= 4 }
  private var bars: Rectangle {
    Rectangle(
      row: area.row + 1, column: area.column, rows: area.rows - 1,
      columns: hasHeads ? area.columns * 3 / 5 : area.columns)
  }
  private var labelColumns: Int { bars.columns >= 40 ? Self.labelColumns : Self.shortLabelColumns }
  private var room: Int { bars.columns - labelColumns - 1 }
  /// Tokens in a column of the bars.
  private var pool: Int { max((forms.time + max(room, 1) - 1) / max(room, 1), 1) }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let side = afterGroupNorm ? "behind the group norm" : "before the group norm"
    var facts = [
      PageTitle.Fact("\(side), head \(forms.head)", short: "\(afterGroupNorm ? "behind" : "before"), h\(forms.head)"),
      PageTitle.Fact("log \(scale.text)", short: scale.text),
    ]
    if lines > 1 { facts.append(PageTitle.Fact("─ rounding level", short: "─ level")) }
    if pool > 1 { facts.append(PageTitle.Fact("\(pool) tokens a column", short: "×\(pool)")) }
    let other = afterGroupNorm ? "before" : "behind"
    var title = area
    if hasHeads { title.columns = bars.columns }
    PageTitle(
      name: "Off Eq. 4", facts: facts, right: hasHeads ? "" : "B \(other)", shortRight: hasHeads ? nil : "B"
    ).draw(in: &grid, area: title, style: titleStyle)
    for (index, difference) in forms.differences.prefix(3).enumerated() {
      draw(difference, row: bars.row + index * lines, in: &grid)
      if hasHeads { drawHeads(difference, index, in: &grid) }
    }
  }

  private func draw(_ difference: FormDifference, row: Int, in grid: inout Grid) {
    guard row < area.endRow else { return }
    let isLong = labelColumns == Self.labelColumns
    let name = isLong ? difference.form.name : String(difference.form.name.prefix(5))
    let next = grid.put(name.rightPadded(isLong ? 11 : 6), row: row, column: bars.column + 1, clippedTo: bars)
    let (values, budgets) = (Self.numbers(difference, afterGroupNorm), Self.budgets(difference, afterGroupNorm))
    guard let numbers = values[at: forms.head],
      let largest = verdict.largest(difference.form, afterGroupNorm: afterGroupNorm)
    else {
      let reasons =
        afterGroupNorm
        ? ["the group norm is off", "no norm"]
        : ["torchscale's divisor is left out: only behind the group norm", "not comparable here", "–"]
      if let reason = reasons.fitting(bars.endColumn - next) {
        grid.put(reason, row: row, column: next, style: .muted, clippedTo: bars)
      }
      return
    }
    let budget = budgets[at: forms.head] ?? []
    let isOver = !largest.isWithin
    let most = numbers.filter(\.isFinite).max() ?? .nan
    let share = zip(numbers, budget).map { FormsVerdict.ratio($0, $1) }.reduce(0) {
      $1.isNaN || $0.isNaN ? .nan : max($0, $1)
    }
    grid.put(
      "\(Numbers.magnitude(most)) \(FormsVerdict.shareText(share))", row: row, column: next,
      style: isOver ? .warning : .plain,
      clippedTo: bars)
    for (x, start) in stride(from: 0, to: numbers.count, by: pool).enumerated() where x < room {
      let range = start..<min(start + pool, numbers.count)
      drawBar(
        range.map { numbers[$0] }, range.map { budget[at: $0] ?? 0 }, row: row,
        column: bars.column + labelColumns + x, in: &grid)
    }
  }

  /// The largest difference of some tokens from below, and the least of their budgets as a line where the bar leaves room.
  private func drawBar(_ numbers: [Double], _ budgets: [Double], row: Int, column: Int, in grid: inout Grid) {
    let isOver = zip(numbers, budgets).contains { !(FormsVerdict.ratio($0, $1) <= 1) }
    let isBroken = numbers.contains { !$0.isFinite }
    let share = scale.share(numbers.max() ?? 0)
    for line in 0..<lines where row + line < area.endRow {
      let cell =
        isBroken
        ? Cell("?", style: .broken)
        : Cell(EighthBars.upright(share, line: line, of: lines), style: isOver ? .warning : .muted)
      grid.put(cell, row: row + line, column: column, clippedTo: bars)
    }
    guard lines > 1, !isBroken, let budget = budgets.min(), budget > 0 else {
      if isOver, !isBroken { grid.put("!", row: row, column: column, style: .warning, clippedTo: bars) }
      return
    }
    let level = min(Int(((1 - scale.share(budget)) * Double(lines)).rounded(.down)), lines - 1)
    if isOver {
      grid.put("!", row: row, column: column, style: .warning, clippedTo: bars)
    } else if EighthBars.upright(share, line: level, of: lines) == " " {
      grid.put("─", row: row + level, column: column, style: .accent, clippedTo: bars)
    }
  }

  // MARK: Heads by positions

  private func headArea(_ index: Int) -> Rectangle {
    let left = bars.endColumn + 2
    let width = (area.endColumn - left) / 3
    return Rectangle(row: area.row, column: left + index * width, rows: area.rows, columns: width - 1)
  }

  private func drawHeads(_ difference: FormDifference, _ index: Int, in grid: inout Grid) {
    let area = headArea(index)
    let (values, budgets) = (Self.numbers(difference, afterGroupNorm), Self.budgets(difference, afterGroupNorm))
    guard let time = values.first?.count,
      let fit = HeatmapFit(
        rows: values.count, columns: time, lines: area.rows - 1, width: area.columns, valuesPerCell: ramp.valuesPerCell)
    else { return }
    let pool = fit.rowPool > 1 || fit.columnPool > 1 ? " \(fit.rowPool)×\(fit.columnPool)" : ""
    let name = difference.form.name
    let labels = ["\(name), heads\(pool)", "\(name)\(pool)", "\(name.prefix(5))\(pool)", "\(name.prefix(3))\(pool)"]
    if let label = labels.fitting(area.columns) {
      grid.put(label, row: area.row, column: area.column, style: titleStyle, clippedTo: area)
    }
    let shares = values.flatMap { row in row.map { $0.isFinite ? Float(scale.share($0)) : .nan } }
    let map = Heatmap(shares, matrixColumns: time, rowPool: fit.rowPool, columnPool: fit.columnPool).enlarged(fit.zoom)
    map.draw(in: &grid, row: area.row + 1, column: area.column, scale: .fixed(1), traits: traits)
    for (head, row) in values.enumerated() {
      for (token, value) in row.enumerated()
      where !(FormsVerdict.ratio(value, budgets[at: head]?[at: token] ?? 0) <= 1) {
        let line = head / fit.rowPool * fit.zoom / ramp.valuesPerCell
        grid.put(
          "!", row: area.row + 1 + line, column: area.column + token / fit.columnPool * fit.zoom, style: .warning,
          clippedTo: area)
      }
    }
  }

  /// The head under a place on one of the maps.
  func head(row: Int, column: Int) -> Int? {
    guard hasHeads, row > area.row else { return nil }
    for (index, difference) in forms.differences.prefix(3).enumerated() {
      let area = headArea(index)
      let values = Self.numbers(difference, afterGroupNorm)
      guard area.contains(row: row, column: column), let time = values.first?.count,
        let fit = HeatmapFit(
          rows: values.count, columns: time, lines: area.rows - 1, width: area.columns,
          valuesPerCell: ramp.valuesPerCell), row - area.row - 1 < fit.lines
      else { continue }
      return fit.entry(
        line: row - area.row - 1, column: column - area.column, rows: values.count, matrixColumns: time,
        valuesPerCell: ramp.valuesPerCell
      ).row
    }
    return nil
  }
}
