import RetNet
import TerminalKit

/// The decay of every head of a layer: a table, and the curves γⁿ beside it or under it. As the page shrinks, it drops
/// the curves, then columns of the table from the right.
struct DecayPage: ViewPage {
  /// Minimum columns of the whole table, columns of the curves, and their lines.
  static let tableColumns = 47
  static let curveColumns = 28
  static let curveLines = 6

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  private var heads: Int { state.model?.heads ?? 0 }

  private func facts(_ head: Int) -> HeadFacts? {
    HeadFacts(state, place: HeadIndex(layer: state.settings.layer, head: head))
  }

  struct Plan: PagePlan {
    var table: Rectangle
    var curves: Rectangle?
    var heads: ListPlan
    var layer: Int

    init?(_ state: AppState, area: Rectangle) {
      let count = state.model?.heads ?? 0
      guard area.rows >= 3, count > 0 else { return nil }
      let body = area.below(1)
      table = body
      if body.columns >= DecayPage.tableColumns + DecayPage.curveColumns, body.rows >= DecayPage.curveLines {
        table.columns = min(max(DecayPage.tableColumns, body.columns * 2 / 5), 56)
        curves = Rectangle(
          row: body.row, column: table.endColumn + 1, rows: body.rows, columns: body.columns - table.columns - 2)
      } else if body.rows >= count + 2 + DecayPage.curveLines {
        table.rows = count + 1
        curves = Rectangle(
          row: table.endRow + 1, column: body.column + 1, rows: body.rows - table.rows - 1, columns: body.columns - 2)
      }
      heads = ListPlan(table.below(1), count: count, around: state.settings.head)
      layer = state.settings.layer
    }

    func target(row: Int, column: Int) -> ViewTarget? { heads.head(of: layer, row: row, column: column) }
  }

  func draw(in grid: inout Grid) {
    var facts = [PageTitle.Fact("layer \(state.settings.layer)")]
    if let plan, plan.heads.shown.count < heads {
      facts.append(PageTitle.Fact("\(plan.heads.shown.count) of \(heads) heads"))
    }
    facts.append(PageTitle.Fact("γ^n is left after n tokens; filled is c (1 − γ)", short: "tokens until γ^n is left"))
    if let plan, plan.heads.shown.contains(where: { self.facts($0)?.isOtherGamma == true }) {
      facts.insert(PageTitle.Fact("! γ changed by an experiment", short: "! γ changed"), at: 1)
    }
    drawTitle("Decay", facts, in: &grid)
    guard let plan else {
      guard heads == 0, area.rows > 1 else { return }
      return drawMissing(HeadValues.missing(state), in: &grid)
    }
    drawTable(plan, in: &grid)
    if let curves = plan.curves {
      let heads = (0..<heads).compactMap { self.facts($0) }
      DecayCurves(
        gammas: heads.map(\.gamma), selected: state.settings.head, area: curves
      ).draw(in: &grid)
    }
  }

  // MARK: The table

  private static let headings = ["to 50%", "to 1%", "to .1%", "filled"]

  private func drawTable(_ plan: Plan, in grid: inout Grid) {
    let left = plan.table.column + 1
    var column = left + 13
    grid.put("γ", plan.table.row, left + 6, .muted, in: plan.table)
    let headings = Self.headings.prefix { heading in
      column += heading.count + 1
      return column < plan.table.endColumn
    }
    column = left + 13
    for heading in headings {
      grid.put(heading, plan.table.row, column, .muted, in: plan.table)
      column += heading.count + 1
    }
    for head in plan.heads.shown {
      guard let facts = facts(head) else { continue }
      draw(facts, row: plan.heads.row(head), columns: headings.count, barColumn: column, plan, in: &grid)
    }
  }

  private func draw(_ facts: HeadFacts, row: Int, columns: Int, barColumn: Int, _ plan: Plan, in grid: inout Grid) {
    let head = facts.place.head
    let isSelected = head == state.settings.head
    let style: Style = isSelected ? .accent : .plain
    let left = plan.table.column + 1
    grid.put((isSelected ? "▸" : " ") + "h\(head)", row, left, style, in: plan.table)
    let gamma = Numbers.decay(facts.gamma)
    grid.put(
      gamma + (facts.isOtherGamma ? "!" : ""), row, left + 5, facts.isOtherGamma ? .warning : style, in: plan.table)
    let numbers = [
      Numbers.halfLife(facts.halfLife), Numbers.halfLife(HeadFacts.horizon(facts.gamma, share: 0.01)),
      Numbers.halfLife(HeadFacts.horizon(facts.gamma, share: 0.001)), facts.filled.map(Numbers.percent) ?? "–",
    ]
    var column = left + 13
    for (heading, number) in zip(Self.headings, numbers).prefix(columns) {
      column += heading.count
      grid.put(number, row, column - number.count, style, in: plan.table)
      column += 1
    }
    guard columns == numbers.count, let filled = facts.filled else { return }
    let width = min(plan.table.endColumn - barColumn - 1, 20)
    guard width > 0 else { return }
    grid.putBar(filled, row, barColumn, cells: width, isSelected ? .accent : .muted, in: plan.table)
  }

  // MARK: Mouse and text

  var text: [String] {
    guard heads > 0 else { return ["Decay: no model is open."] }
    return ["Decay of layer \(state.settings.layer): γ to the power of n is left after n tokens."]
      + (0..<heads).compactMap { facts($0) }.map { facts in
        "Head \(facts.place.head), γ \(Numbers.decay(facts.gamma).trimmed), half-life "
          + "\(Numbers.halfLife(facts.halfLife).trimmed) tokens, one percent after "
          + "\(Numbers.halfLife(HeadFacts.horizon(facts.gamma, share: 0.01)).trimmed)"
          + (facts.filled.map { ", filled to \(Numbers.percent($0).trimmed)" } ?? "")
          + (facts.isOtherGamma ? ", γ changed." : ".")
      }
  }
}
