import RetNet
import RetNetAnalysis
import TerminalKit

/// The error of each form against Eq. 4 in Double: bars per token for the selected head, with the rounding bound as a
/// line, and a small map of all heads.
struct DifferencePane {
  struct Plan: Sendable {
    /// Columns of the form's name, its largest error and its share of the rounding bound.
    static let labelColumns = 25
    static let shortLabelColumns = 17
    /// Minimum columns for the heads beside the bars.
    static let columnsForHeads = 76

    var area: Rectangle
    var bars: Rectangle
    var labelColumns: Int
    /// Lines of each form's bars.
    var lines: Int
    /// A map of all heads per form, under a line with its name.
    var heads: [MatrixPlan] = []

    init(_ forms: FormComparison, _ area: Rectangle, afterGroupNorm: Bool, ramp: Ramp) {
      self.area = area
      lines = max((area.rows - 1) / 3, 1)
      bars = area.below(1)
      let hasHeads = area.columns >= Self.columnsForHeads && area.rows >= 4
      if hasHeads { bars.columns = area.columns * 3 / 5 }
      labelColumns = bars.columns >= 40 ? Self.labelColumns : Self.shortLabelColumns
      guard hasHeads else { return }
      let left = bars.endColumn + 2
      let width = (area.endColumn - left) / 3
      heads = forms.differences.prefix(3).enumerated().map { index, difference in
        let values = afterGroupNorm ? difference.after : difference.before
        // `MatrixPlan` leaves the last column empty.
        return MatrixPlan(
          rows: values.count, columns: values.first?.count ?? 0,
          in: Rectangle(row: area.row, column: left + index * width, rows: area.rows, columns: width), ramp: ramp)
      }
    }

    var hasHeads: Bool { !heads.isEmpty }

    /// The head at a screen position on one of the maps.
    func head(row: Int, column: Int) -> Int? {
      heads.lazy.compactMap { $0.map?.entry(row: row, column: column)?.row }.first
    }
  }

  private let forms: FormComparison
  private let verdict: FormsVerdict
  private let afterGroupNorm: Bool
  private let traits: ScreenTraits
  private let titleStyle: Style
  private let plan: Plan
  private let scale: LogScale

  init(_ forms: FormComparison, verdict: FormsVerdict, state: AppState, plan: Plan) {
    (self.forms, self.verdict, self.plan) = (forms, verdict, plan)
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
  private var area: Rectangle { plan.area }
  private var bars: Rectangle { plan.bars }
  private var lines: Int { plan.lines }
  private var labelColumns: Int { plan.labelColumns }
  private var room: Int { bars.columns - labelColumns - 1 }
  /// Tokens per column of the bars.
  private var pool: Int { max((forms.time + max(room, 1) - 1) / max(room, 1), 1) }

  /// Columns of a token's bar; more than 1 for a short text.
  private var barColumns: Int { max(min(room / max(forms.time, 1), HeatmapFit.largestZoom), 1) }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let side = afterGroupNorm ? "after the group norm" : "before the group norm"
    var facts = [
      PageTitle.Fact("\(side), head \(forms.head)", short: "\(afterGroupNorm ? "after" : "before"), h\(forms.head)"),
      PageTitle.Fact("log \(scale.text)", short: scale.text),
    ]
    if lines > 1 { facts.append(PageTitle.Fact("─ rounding bound", short: "─ bound")) }
    if pool > 1 { facts.append(PageTitle.Fact("\(pool) tokens per column", short: "×\(pool)")) }
    let other = afterGroupNorm ? "before" : "after"
    var title = area
    if plan.hasHeads { title.columns = bars.columns }
    PageTitle(
      name: "Error vs Eq. 4", facts: facts, right: plan.hasHeads ? "" : "B \(other)",
      shortRight: plan.hasHeads ? nil : "B"
    ).draw(in: &grid, area: title, style: titleStyle)
    for (index, difference) in forms.differences.prefix(3).enumerated() {
      draw(difference, row: bars.row + index * lines, in: &grid)
      if let place = plan.heads[at: index] { drawHeads(difference, place, in: &grid) }
    }
  }

  private func draw(_ difference: FormDifference, row: Int, in grid: inout Grid) {
    guard row < area.endRow else { return }
    let isLong = labelColumns == Plan.labelColumns
    let name = isLong ? difference.form.name : String(difference.form.name.prefix(5))
    let next = grid.put(name.rightPadded(isLong ? 11 : 6), row, bars.column + 1, in: bars)
    let (values, budgets) = (Self.numbers(difference, afterGroupNorm), Self.budgets(difference, afterGroupNorm))
    guard let numbers = values[at: forms.head],
      let largest = verdict.largest(difference.form, afterGroupNorm: afterGroupNorm)
    else {
      let reasons =
        afterGroupNorm
        ? ["the group norm is off", "no norm"]
        : ["without torchscale's divisor: comparable only after the group norm", "not comparable here", "–"]
      if let reason = reasons.fitting(bars.endColumn - next) {
        grid.put(reason, row, next, .muted, in: bars)
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
      "\(Numbers.magnitude(most)) \(FormsVerdict.shareText(share))", row, next, isOver ? .warning : .plain, in: bars)
    for (x, start) in stride(from: 0, to: numbers.count, by: pool).enumerated() where x < room {
      let range = start..<min(start + pool, numbers.count)
      for column in x * barColumns..<(x + 1) * barColumns {
        drawBar(
          range.map { numbers[$0] }, range.map { budget[at: $0] ?? 0 }, row: row,
          column: bars.column + labelColumns + column, in: &grid)
      }
    }
  }

  /// Draws the largest error of some tokens, and the smallest of their bounds as a line if the bar leaves room.
  private func drawBar(_ numbers: [Double], _ budgets: [Double], row: Int, column: Int, in grid: inout Grid) {
    let isOver = zip(numbers, budgets).contains { !(FormsVerdict.ratio($0, $1) <= 1) }
    let isBroken = numbers.contains { !$0.isFinite }
    let share = scale.share(numbers.max() ?? 0)
    for line in 0..<lines where row + line < area.endRow {
      let cell =
        isBroken
        ? Cell("?", style: .broken)
        : Cell(EighthBars.upright(share, line: line, of: lines), style: isOver ? .warning : .muted)
      grid.put(cell, row + line, column, in: bars)
    }
    guard lines > 1, !isBroken, let budget = budgets.min(), budget > 0 else {
      if isOver, !isBroken { grid.put("!", row, column, .warning, in: bars) }
      return
    }
    let level = min(Int(((1 - scale.share(budget)) * Double(lines)).rounded(.down)), lines - 1)
    if isOver {
      grid.put("!", row, column, .warning, in: bars)
    } else if EighthBars.upright(share, line: level, of: lines) == " " {
      grid.put("─", row + level, column, .accent, in: bars)
    }
  }

  // MARK: Heads by position

  private func drawHeads(_ difference: FormDifference, _ place: MatrixPlan, in grid: inout Grid) {
    let (values, budgets) = (Self.numbers(difference, afterGroupNorm), Self.budgets(difference, afterGroupNorm))
    guard let time = values.first?.count, let plan = place.map else { return }
    let fit = plan.fit
    var area = place.area
    area.columns -= 1
    let pool = fit.rowPool > 1 || fit.columnPool > 1 ? " \(fit.rowPool)×\(fit.columnPool)" : ""
    let name = difference.form.name
    let labels = ["\(name), heads\(pool)", "\(name)\(pool)", "\(name.prefix(5))\(pool)", "\(name.prefix(3))\(pool)"]
    if let label = labels.fitting(area.columns) {
      grid.put(label, area.row, area.column, titleStyle, in: area)
    }
    let shares = values.flatMap { row in row.map { $0.isFinite ? Float(scale.share($0)) : .nan } }
    Heatmap(shares, matrixColumns: time, rowPool: fit.rowPool, columnPool: fit.columnPool)
      .draw(plan, in: &grid, scale: .fixed(1), traits: traits)
    for (head, row) in values.enumerated() {
      for (token, value) in row.enumerated()
      where !(FormsVerdict.ratio(value, budgets[at: head]?[at: token] ?? 0) <= 1) {
        let line = head / fit.rowPool * fit.zoom / ramp.valuesPerCell
        grid.put("!", area.row + 1 + line, area.column + token / fit.columnPool * fit.zoom, .warning, in: area)
      }
    }
  }
}
