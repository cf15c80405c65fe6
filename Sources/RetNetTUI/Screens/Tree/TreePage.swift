import Foundation
import RetNet
import RetNetSession
import TerminalKit

/// The session as a tree: a line for the text of a branch from one fork to the next, and the selected token in words.
struct TreePage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    /// A visible token.
    struct Item: Sendable, Hashable {
      var branch: Int
      /// The index on the branch, from 0.
      var index: Int
      var text: String
      var column: Int
      var width: Int
      /// Glyphs of the position and of marks, after the token.
      var marks: String
    }

    var list: ListPlan
    var details: Rectangle
    var selected: Int
    var node: ReplyTree.Node
    /// The first level that is shown, and their number.
    var firstLevel: Int
    var levels: Int
    var rows: [[Item]]
    /// Whether each visible line has tokens to the left, and to the right, of those shown.
    var cuts: [(left: Bool, right: Bool)]

    init?(_ state: AppState, area: Rectangle) {
      let lines = state.explorer.lines
      guard !area.isEmpty, state.explorer.session.length > 0 || lines.lines.count > 1 else { return nil }
      node = state.selectedNode
      selected = lines.index(of: node) ?? 0
      let below = TreePage.detailRows(area)
      var place = area.below(1)
      place.rows -= below
      details = Rectangle(row: place.endRow, column: area.column, rows: below, columns: area.columns)
      list = ListPlan(place, count: lines.lines.count, around: selected)
      levels = max((area.columns - TreePage.markColumns) / 2 / TreePage.levelColumns, 1)
      firstLevel = max(lines.lines[selected].depth - levels + 1, 0)
      (rows, cuts) = ([], [])
      for index in list.shown {
        let line = lines.lines[index]
        let column = textColumn(line)
        let (items, cut) = Self.items(
          state, line, cursor: index == selected ? node.position - 1 : line.start, from: column,
          to: area.endColumn - 2)
        rows.append(items)
        cuts.append(cut)
      }
    }

    func textColumn(_ line: TreeLines.Line) -> Int {
      list.area.column + TreePage.markColumns
        + TreePage.levelColumns * min(max(line.depth - firstLevel, 0), levels)
    }

    /// The tokens of a line that fit, around the cursor.
    private static func items(
      _ state: AppState, _ line: TreeLines.Line, cursor: Int, from column: Int, to end: Int
    ) -> ([Item], (left: Bool, right: Bool)) {
      guard let tokens = state.tree.tokens.tokens[line.branch], let fork = state.explorer.tree[line.branch]?.fork else {
        return ([], (false, false))
      }
      let range = max(line.start, fork)..<min(line.end, fork + tokens.count)
      guard !range.isEmpty else { return ([], (false, false)) }
      let current = state.currentNode
      func item(_ index: Int, first: Bool) -> Item {
        let node = ReplyTree.Node(branch: line.branch, position: index + 1)
        var text = tokens[index - fork].shown
        if first { text = String(text.drop { $0 == " " }) }
        let mark = state.mark(of: node)
        let marks =
          (node == current ? "●" : "") + (mark?.bookmark == nil ? "" : "★") + (mark?.note == nil ? "" : "✎")
        return Item(
          branch: line.branch, index: index, text: text, column: 0,
          width: TextWidth.width(of: text) + TextWidth.width(of: marks), marks: marks)
      }
      let room = end - column - 2
      let cursor = min(max(cursor, range.lowerBound), range.upperBound - 1)
      // Two thirds of the room are before the cursor, if the line is longer.
      var (first, used) = (cursor, item(cursor, first: false).width)
      while first > range.lowerBound {
        let width = item(first - 1, first: false).width
        guard used + width <= room * 2 / 3 else { break }
        used += width
        first -= 1
      }
      var items: [Item] = []
      var at = column + (first > range.lowerBound ? 1 : 0)
      var next = first
      while next < range.upperBound {
        var item = item(next, first: next == first)
        guard at + item.width <= end - 1 || items.isEmpty else { break }
        item.column = at
        at += item.width
        items.append(item)
        next += 1
      }
      return (items, (first > range.lowerBound, next < range.upperBound))
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      guard let index = list.item(row: row, column: column), rows.indices.contains(index - list.shown.lowerBound) else {
        return nil
      }
      let items = rows[index - list.shown.lowerBound]
      let item = items.last { $0.column <= column } ?? items.first
      return item.map { .treeNode(ReplyTree.Node(branch: $0.branch, position: $0.index + 1)) }
    }

  }

  static let markColumns = 3
  static let levelColumns = 3

  private static func detailRows(_ area: Rectangle) -> Int { area.rows >= 12 ? 5 : area.rows >= 7 ? 2 : 0 }

  /// The lines of the tree that fit.
  static func listRows(_ area: Rectangle) -> Int { max(area.rows - 1 - detailRows(area), 1) }

  private var scale: ProbabilityScale { ProbabilityScale(kind: .brightness, traits: state.traits) }

  func draw(in grid: inout Grid) {
    guard let plan else { return drawMissing(in: &grid) }
    let lines = state.explorer.lines
    drawTitle(
      "Tree",
      [
        PageTitle.Fact(rows: plan.list.shown, of: lines.lines.count),
        PageTitle.Fact("branches \(state.explorer.session.branches.count)"),
      ], right: "Enter goes to the selected token", shortRight: "Enter goes there", in: &grid)
    for (offset, index) in plan.list.shown.enumerated() { draw(plan, index, offset, in: &grid) }
    drawDetails(plan, in: &grid)
  }

  private func draw(_ plan: Plan, _ index: Int, _ offset: Int, in grid: inout Grid) {
    let (line, row) = (state.explorer.lines.lines[index], plan.list.row(index))
    let isSelected = index == plan.selected
    if isSelected { grid.put("▸", row, area.column + 1, .accent, in: area) }
    if plan.firstLevel > 0, line.depth <= plan.firstLevel { grid.put("‹", row, area.column + 2, .muted, in: area) }
    for level in line.guides.indices.dropFirst(plan.firstLevel).prefix(plan.levels) {
      let column = area.column + Self.markColumns + Self.levelColumns * (level - plan.firstLevel)
      let isOwn = level == line.guides.count - 1 && line.isFork
      let text = isOwn ? (line.guides[level] ? "├─" : "└─") : line.guides[level] ? "│" : ""
      grid.put(text, row, column, .muted, in: area)
    }
    let items = plan.rows[offset]
    let column = plan.textColumn(line)
    guard !items.isEmpty else {
      grid.put(line.end > line.start ? "…" : "the start", row, column, .muted, in: area)
      return
    }
    let fork = state.explorer.tree[line.branch]?.fork ?? 0
    let tokens = state.tree.tokens.tokens[line.branch] ?? []
    if plan.cuts[offset].left { grid.put("…", row, column, .muted, in: area) }
    var end = column
    for item in items {
      let token = tokens[item.index - fork]
      var style = token.role == .control ? Style.muted : scale.style(token.logProbability)
      if isSelected, item.index == plan.node.position - 1 { style = style.with(reverse: true) }
      end = grid.put(item.text, row, item.column, style, in: area)
      end = grid.put(item.marks, row, end, .accent, in: area)
    }
    if plan.cuts[offset].right { grid.put("…", row, end, .muted, in: area) }
  }

  // MARK: The selected token

  private func drawDetails(_ plan: Plan, in grid: inout Grid) {
    guard !plan.details.isEmpty else { return }
    let area = plan.details
    let end = grid.put(
      TextWidth.truncate(facts(plan), to: area.columns - 2), area.row, area.column + 1, .plain, in: area)
    scale.drawLegend(in: &grid, row: area.row, from: end + 2, to: area.endColumn - 1)
    var row = area.row + 1
    if let mark = state.mark(of: plan.node) {
      let texts = [mark.bookmark.map { "★ \($0)" }, mark.note.map { "✎ \($0)" }].compactMap(\.self)
      for line in WordWrap.lines(texts.joined(separator: "  "), columns: area.columns - 2).prefix(area.endRow - row) {
        grid.put(line, row, area.column + 1, .accent, in: area)
        row += 1
      }
    }
    guard row < area.endRow else { return }
    // The text that leads to the token.
    let path = path(to: plan.node, last: 200)
    let text = TokenLines(path, columns: area.columns - 2)
    let shown = text.lines.indices.suffix(area.endRow - row)
    for index in shown {
      text.draw(index, in: &grid, row: row, column: area.column + 1, area: area) {
        scale.style(path[$0].logProbability)
      }
      row += 1
    }
  }

  private func facts(_ plan: Plan) -> String {
    guard plan.node.position > 0, let token = token(plan.node) else { return "The start of the session." }
    let number = plan.node.position - 1
    let probability =
      token.logProbability.map { "p \(Numbers.percent(exp(Double($0))).trimmed)" } ?? "p unknown"
    return
      "Branch \(plan.node.branch), token \(number)\(token.shown.trimmed.isEmpty ? "" : " '\(token.shown.trimmed)'"), "
      + probability
  }

  private func token(_ node: ReplyTree.Node) -> SessionTree.Token? {
    guard let fork = state.explorer.tree[node.branch]?.fork, let tokens = state.tree.tokens.tokens[node.branch] else {
      return nil
    }
    return tokens[at: node.position - 1 - fork]
  }

  /// The last tokens up to a node, through all branches.
  private func path(to node: ReplyTree.Node, last count: Int) -> [SessionTree.Token] {
    var (branch, path) = (node.branch, [SessionTree.Token]())
    for index in (max(node.position - count, 0)..<node.position).reversed() {
      branch = state.explorer.tree.owner(of: index + 1, on: branch)
      guard let token = token(ReplyTree.Node(branch: branch, position: index + 1)) else { break }
      path.append(token)
    }
    return path.reversed()
  }

  // MARK: Text

  var text: [String] {
    let marks = state.explorer.session.marks.map { mark in
      "Token \(mark.position - 1) of branch \(mark.branch) has"
        + [mark.bookmark.map { " the bookmark '\($0)'" }, mark.note.map { " the note '\($0)'" }].compactMap(\.self)
        .joined(separator: " and") + "."
    }
    return state.explorer.lines.lines.compactMap(sentence) + marks
  }

  private func sentence(_ line: TreeLines.Line) -> String? {
    guard line.end > line.start, let fork = state.explorer.tree[line.branch]?.fork,
      let tokens = state.tree.tokens.tokens[line.branch]
    else { return nil }
    let own = tokens[max(line.start - fork, 0)..<min(max(line.end - fork, 0), tokens.count)]
    let known = own.compactMap(\.logProbability).map(Double.init)
    let least = own.filter { $0.logProbability != nil }.min { ($0.logProbability ?? 0) < ($1.logProbability ?? 0) }
    let sum = known.isEmpty ? "" : ", Σ ln p \(Numbers.signed(Float(known.reduce(0, +))).trimmed)"
    let rare =
      least.map {
        ", least probable '\($0.shown.trimmed)' \(Numbers.percent(exp(Double($0.logProbability ?? 0))).trimmed)"
      } ?? ""
    let place =
      line.branch == state.currentNode.branch
        && (line.start < state.position && state.position <= line.end)
      ? ", the current position at \(state.position - 1)" : ""
    return String(repeating: "  ", count: min(line.depth, 20))
      + "Branch \(line.branch), tokens \(line.start) to \(line.end - 1)\(sum)\(rare)\(place): "
      + own.map(\.shown).joined().split(separator: " ").joined(separator: " ") + "."
  }
}
