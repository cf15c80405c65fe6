import RetNet
import RetNetSession
import TerminalKit

/// The branches of the session as a tree, each from its fork, and the breakpoints.
struct BranchesPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  private var session: SessionSummary { state.explorer.session }

  struct Plan: PagePlan {
    var branches: ListPlan
    /// In the order of the lines.
    var tree: [SessionSummary.Branch]
    /// Columns of the drawn tree; 0 without room, or with one branch.
    var treeColumns: Int

    init?(_ state: AppState, area: Rectangle) {
      tree = state.explorer.tree.branches
      var list = area.below(1)
      // Breakpoints are under the branches.
      list.rows = max(area.rows - 3 - max(state.explorer.breakpoints.count, 1), 1)
      branches = ListPlan(list, count: tree.count, first: state.explorer.top(of: tree.count, room: list.rows))
      let room = (area.columns - BranchesPage.textColumns) / 2
      treeColumns = tree.count > 1 && room >= BranchesPage.leastTree ? min(room, BranchesPage.widestTree) : 0
    }

    func target(row: Int, column: Int) -> ViewTarget? { branches.line(row: row, column: column) }
  }

  /// Columns of a line's numbers and of the current branch's mark.
  private static let textColumns = 33
  private static let leastTree = 10
  private static let widestTree = 60

  func draw(in grid: inout Grid) {
    guard let plan else { return }
    drawTitle(
      "Branches", [PageTitle.Fact("\(session.branches.count)")], right: "Enter continues the selected branch",
      shortRight: "Enter continues it", in: &grid)
    for index in plan.branches.shown { draw(plan, index, in: &grid) }
    drawTree(plan, in: &grid)
    var row = plan.branches.area.row + plan.branches.shown.count + 1
    grid.put("Breakpoints", row, area.column + 1, state.titleStyle, in: area)
    let texts = state.explorer.breakpoints.map(\.text)
    let lines = texts.isEmpty ? ["none; :break token TEXT, entropy X, norm X or divergence X sets one"] : texts
    for line in lines {
      row += 1
      grid.put(TextWidth.truncate(line, to: area.columns - 3), row, area.column + 2, .muted, in: area)
    }
  }

  private func draw(_ plan: Plan, _ index: Int, in grid: inout Grid) {
    let (branch, row) = (plan.tree[index], plan.branches.row(index))
    let isChosen = index == min(state.explorer.line, plan.tree.count - 1)
    let style: Style = isChosen ? .accent : .plain
    let origin = branch.fork > 0 ? "from \(branch.fork)" : "start"
    var column = grid.put(
      "\(isChosen ? "▸" : " ")\(branch.id)".rightPadded(5) + origin.rightPadded(11)
        + (branch.length > branch.fork ? "to \(branch.length - 1)" : "empty").rightPadded(10), row, area.column + 1,
      style, in: area)
    if branch.id == session.branch { grid.put("here", row, column, .accent, in: area) }
    if plan.treeColumns > 0 {
      column = area.column + Self.textColumns + plan.treeColumns + 1
    } else if branch.id == session.branch {
      column += 6
    }
    let text = PieceText.shown(branch.text)
    grid.put(TextWidth.truncate(text, to: max(area.endColumn - column - 1, 0)), row, column, .muted, in: area)
  }

  /// Each branch from its fork to its end on the scale of the longest one, under the branch that it forked from. `●` is
  /// the current position.
  private func drawTree(_ plan: Plan, in grid: inout Grid) {
    guard plan.treeColumns > 0 else { return }
    let longest = max(plan.tree.map(\.length).max() ?? 1, 1)
    let (left, list) = (area.column + Self.textColumns, plan.branches)
    func column(_ position: Int) -> Int { left + min(max(position, 0), longest) * (plan.treeColumns - 1) / longest }
    for (index, branch) in plan.tree.enumerated() {
      let isCurrent = branch.id == session.branch
      let style: Style = isCurrent ? .accent : .plain
      let start = column(branch.fork)
      if list.shown.contains(index) {
        for x in start...max(column(branch.length), start) {
          grid.put(x == start && index > 0 ? "└" : "─", list.row(index), x, style, in: list.area)
        }
        if isCurrent { grid.put("●", list.row(index), column(session.position), .accent, in: list.area) }
      }
      guard let origin = state.explorer.tree.origin(of: branch.id), let above = state.explorer.tree.line(of: origin)
      else { continue }
      if list.shown.contains(above) { join("┬", list.row(above), start, in: &grid) }
      for other in above + 1..<max(index, above + 1) where list.shown.contains(other) {
        join("│", list.row(other), start, in: &grid)
      }
    }
  }

  /// Puts a line's joint, which does not replace the current position or the start of another fork.
  private func join(_ glyph: Glyph, _ row: Int, _ column: Int, in grid: inout Grid) {
    let found = grid[row, column].glyph
    if found == "●" { return }
    grid.put(Cell(found == "└" ? "├" : glyph, style: .plain), row, column, in: area)
  }

  var text: [String] {
    state.explorer.tree.branches.map { branch in
      "Branch \(branch.id)" + (branch.id == session.branch ? ", the current one" : "")
        + (state.explorer.tree.origin(of: branch.id).map { ", from token \(branch.fork) of branch \($0)" } ?? "")
        + ", \(branch.length) tokens: \(PieceText.shown(branch.text))."
    } + state.explorer.breakpoints.map { "A run stops at \($0.text)." }
  }
}
