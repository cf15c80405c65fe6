import RetNet
import RetNetSession
import TerminalKit

/// The branches of the session, each with its fork, and the breakpoints.
struct BranchesPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  private var session: SessionSummary { state.explorer.session }
  struct Plan: PagePlan {
    var branches: ListPlan

    init?(_ state: AppState, area: Rectangle) {
      let count = state.explorer.session.branches.count
      var list = area.below(1)
      // Breakpoints are under the branches.
      list.rows = max(area.rows - 3 - max(state.explorer.breakpoints.count, 1), 1)
      branches = ListPlan(list, count: count, first: state.explorer.top(of: count, room: list.rows))
    }

    func target(row: Int, column: Int) -> ViewTarget? { branches.line(row: row, column: column) }
  }

  func draw(in grid: inout Grid) {
    guard let list = plan?.branches else { return }
    drawTitle(
      "Branches", [PageTitle.Fact("\(session.branches.count)")], right: "Enter continues the selected branch",
      shortRight: "Enter continues it", in: &grid)
    var row = area.row + 1
    for index in list.shown {
      draw(
        session.branches[index], isChosen: index == min(state.explorer.line, session.branches.count - 1), row: row,
        in: &grid)
      row += 1
    }
    row += 1
    grid.put("Breakpoints", row, area.column + 1, state.titleStyle, in: area)
    let texts = state.explorer.breakpoints.map(\.text)
    let lines = texts.isEmpty ? ["none; :break token TEXT, entropy X, norm X or divergence X sets one"] : texts
    for line in lines {
      row += 1
      grid.put(TextWidth.truncate(line, to: area.columns - 3), row, area.column + 2, .muted, in: area)
    }
  }

  private func draw(_ branch: SessionSummary.Branch, isChosen: Bool, row: Int, in grid: inout Grid) {
    let isPresent = branch.id == session.branch
    let style: Style = isChosen ? .accent : .plain
    let origin = branch.fork > 0 ? "from \(branch.fork)" : "start"
    var column = grid.put(
      "\(isChosen ? "▸" : " ")\(branch.id)".rightPadded(5) + origin.rightPadded(11)
        + "to \(max(branch.length - 1, 0))".rightPadded(10), row, area.column + 1, style, in: area)
    if isPresent { column = grid.put("here  ", row, column, .accent, in: area) }
    let text = PieceText.shown(branch.text)
    grid.put(TextWidth.truncate(text, to: max(area.endColumn - column - 1, 0)), row, column, .muted, in: area)
  }

  var text: [String] {
    session.branches.map { branch in
      "Branch \(branch.id)" + (branch.id == session.branch ? ", the current one" : "")
        + (branch.fork > 0 ? ", from token \(branch.fork)" : "")
        + ", \(branch.length) tokens: \(PieceText.shown(branch.text))."
    } + state.explorer.breakpoints.map { "A run stops at \($0.text)." }
  }
}
