import RetNet
import RetNetSession
import TerminalKit

/// Continuations of one position, side by side.
struct RepliesPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var area: Rectangle
    /// The visible continuations.
    var shown: Range<Int>
    /// Columns of each, with the line at its left.
    var columns: Int
    /// The text of each visible one.
    var texts: [TokenLines]

    init?(_ state: AppState, area: Rectangle) {
      guard let growth = state.tree.growth, !growth.replies.isEmpty, area.rows >= 3 else { return nil }
      self.area = area.below(1)
      let count = growth.replies.count
      let fitting = min(max(area.columns / RepliesPage.leastColumns, 1), count)
      shown = ListPlan.window(fitting, of: count, around: min(state.tree.reply, count - 1))
      columns = area.columns / fitting
      let width = columns
      texts = shown.map { TokenLines(growth.replies[$0].tokens, columns: width - 2) }
    }

    /// Lines of text of each.
    var rows: Int { max(area.rows - RepliesPage.headRows, 0) }
    /// The first line from which the last one is visible.
    var lastTop: Int { max((texts.map(\.lines.count).max() ?? 0) - rows, 0) }

    func target(row: Int, column: Int) -> ViewTarget? {
      let item = shown.lowerBound + (column - area.column) / max(columns, 1)
      return area.contains(row: row, column: column) && shown.contains(item) ? .line(item) : nil
    }
  }

  static let leastColumns = 24
  private static let headRows = 2

  func draw(in grid: inout Grid) {
    guard let plan, let growth = state.tree.growth else { return drawMissing(in: &grid) }
    let count = growth.replies.count
    let isCut = plan.shown.count < count
    drawTitle(
      "Replies",
      [
        PageTitle.Fact(
          growth.isRunning
            ? "drawing \(min(growth.complete + 1, count)) of \(count)" : "\(count) from token \(growth.position - 1)"),
        PageTitle.Fact(isCut ? "shown \(plan.shown.lowerBound + 1) to \(plan.shown.upperBound) of \(count)" : ""),
      ], right: growth.isRunning ? "Ctrl-C stops" : "Enter continues the selected one",
      shortRight: growth.isRunning ? nil : "Enter continues", in: &grid)
    for (offset, index) in plan.shown.enumerated() { draw(growth, plan, offset, index, in: &grid) }
  }

  private func draw(_ growth: ReplyTree.Growth, _ plan: Plan, _ offset: Int, _ index: Int, in grid: inout Grid) {
    let (reply, text) = (growth.replies[index], plan.texts[offset])
    let column = plan.area.column + offset * plan.columns
    let own = Rectangle(row: plan.area.row, column: column + 1, rows: plan.area.rows, columns: plan.columns - 1)
    if offset > 0 { grid.verticalLine(row: own.row, column: column, length: own.rows) }
    let isSelected = index == state.tree.reply
    grid.put(
      "\(isSelected ? "▸" : " ")\(index + 1) \(Self.numbers(reply))", own.row, own.column,
      isSelected ? .accent : .plain,
      in: own)
    let ending =
      reply.hasEnded
      ? "ends here" : reply.branch == nil ? (reply.tokens.isEmpty ? "waits" : "is drawn") : "can continue"
    grid.put(" \(reply.drawn) tokens, \(ending)", own.row + 1, own.column, .muted, in: own)
    let scale = ProbabilityScale(kind: .brightness, traits: state.traits)
    for line in text.lines.indices.dropFirst(state.tree.top).prefix(plan.rows) {
      text.draw(line, in: &grid, row: own.row + Self.headRows + line - state.tree.top, column: own.column, area: own) {
        reply.tokens[$0].role == .reply ? scale.style(reply.tokens[$0].logProbability) : .muted
      }
    }
  }

  /// `−23.41 nat, −0.98 each`
  private static func numbers(_ reply: ReplyTree.Growth.Reply) -> String {
    guard reply.drawn > 0 else { return "" }
    func text(_ value: Double) -> String { Numbers.signed(Float(value)).trimmed }
    return "\(text(reply.logProbability)) (\(text(reply.logProbability / Double(reply.drawn))))"
  }

  var text: [String] {
    guard let growth = state.tree.growth else { return ["There are no continuations: :grow 8 draws eight."] }
    return growth.replies.enumerated().map { index, reply in
      "Continuation \(index + 1)" + (reply.branch.map { ", branch \($0)" } ?? "")
        + ", Σ ln p \(Numbers.signed(Float(reply.logProbability)).trimmed), \(reply.drawn) tokens"
        + (reply.hasEnded ? ", ends: " : ": ")
        + reply.tokens.filter { $0.role == .reply }.map(\.shown).joined().trimmed + "."
    }
  }
}
