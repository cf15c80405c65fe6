import RetNet
import RetNetAnalysis
import TerminalKit

/// Token attribution: the tokens by their share of the selected entry, row, column or head, and the presence of the
/// selected token in every head.
struct WritersPage: ViewPage {
  /// Columns of the list. The rest of the page is for the map.
  static let listColumns = 41

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var session: RecordedSession
    var shares: AttributionShares
    /// The list with its headings, and its tokens.
    var list: Rectangle
    var tokens: ListPlan
    /// The presence of the selected token: a line per layer under two lines of headings, a cell per head.
    var map: Rectangle?
    var cellColumns: Int
    private var layers: Int
    private var heads: Int

    init?(_ state: AppState, area: Rectangle) {
      guard let session = RecordedSession(state), let model = state.model else { return nil }
      self.session = session
      shares = session.contributions(to: state.writtenPart)
      let hasMap = area.columns >= WritersPage.listColumns + 30
      list = area.below(1)
      if hasMap { list.columns = WritersPage.listColumns }
      // The state before the first token has its own line if some of it is left.
      let rows = list.below(shares.start == nil ? 1 : 2)
      tokens = ListPlan(
        rows, count: shares.ranked.count,
        first: state.explorer.top(of: shares.ranked.count, room: max(rows.rows, 1)))
      map =
        hasMap
        ? Rectangle(
          row: area.row + 1, column: list.endColumn + 2, rows: area.rows - 1, columns: area.columns - list.columns - 3)
        : nil
      // Wide enough for tenths of a percent, if every head then has a column.
      cellColumns = model.heads * 6 + 4 <= map?.columns ?? 0 ? 6 : 4
      (layers, heads) = (model.layers, model.heads)
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      if let line = tokens.line(row: row, column: column) { return line }
      guard let map, map.contains(row: row, column: column), column >= map.column + 3, row >= map.row + 2 else {
        return nil
      }
      let place = HeadIndex(layer: row - map.row - 2, head: (column - map.column - 3) / cellColumns)
      return place.layer < layers && place.head < heads ? .head(place) : nil
    }
  }

  /// The name of the part; for a cell also its value.
  private var partText: String {
    switch state.explorer.part {
    case .cell:
      "S(\(state.probe.row),\(state.probe.column))"
        + (state.probedEntry.map { " = \(Numbers.signed($0).trimmed)" } ?? "")
    case .row: "row \(state.probe.row), by norm"
    case .column: "column \(state.probe.column), by norm"
    case .head: "the whole head, by norm"
    }
  }

  func draw(in grid: inout Grid) {
    guard let plan else { return drawMissing(in: &grid) }
    drawTitle(plan.shares, in: &grid)
    drawList(plan, in: &grid)
    drawMap(plan, in: &grid)
  }

  private func drawTitle(_ contributions: AttributionShares, in grid: inout Grid) {
    drawTitle(
      "Writers", [state.placeFact, PageTitle.Fact(partText), PageTitle.Fact(rest(contributions), short: "")],
      right: contributions.isComplete ? "" : "older tokens are not recorded",
      shortRight: contributions.isComplete ? nil : "not all recorded", in: &grid)
  }

  /// For a cell, the sum over all recorded tokens, and the remainder.
  private func rest(_ contributions: AttributionShares) -> String {
    guard state.explorer.part == .cell, let entry = state.probedEntry else { return "" }
    let (sum, rest) = (Float(contributions.sum), Float(contributions.remainder(of: entry)))
    return "sum \(Numbers.signed(sum).trimmed) rest \(Numbers.signed(rest).trimmed)"
  }

  // MARK: The list

  private func drawList(_ plan: Plan, in grid: inout Grid) {
    let (list, contributions) = (plan.list, plan.shares)
    guard list.rows >= 2 else { return }
    grid.put(" token   k·v·γ^age share", list.row, list.column + 1, .muted, in: list)
    if let start = contributions.start {
      grid.put(
        " S₀    \(Numbers.signed(Float(start))) \(Numbers.percent(contributions.startShare))  \(state.model?.persona?.name ?? "")",
        list.row + 1, list.column + 1, in: list)
    }
    for index in plan.tokens.shown {
      let (item, row) = (contributions.ranked[index], plan.tokens.row(index))
      let isChosen = index == chosenLine(contributions)
      let style: Style = isChosen ? .accent : .plain
      let age = state.position - 1 - item.token
      let head = "\(isChosen ? "▸" : " ")\(item.token)".rightPadded(6)
      var column = grid.put(head, row, list.column + 1, style, in: list)
      column = grid.put(
        " \(Numbers.signed(Float(item.amount))) \(Numbers.percent(contributions.share(item)))", row, column, style,
        in: list)
      let piece = TextWidth.pad(TextWidth.truncate(plan.session.piece(item.token), to: 13), to: 13)
      column = grid.put("  \(piece)", row, column, style, in: list)
      grid.put(age == 0 ? " now" : " −\(age)", row, column, .muted, in: list)
    }
  }

  private func chosenLine(_ contributions: AttributionShares) -> Int {
    min(state.explorer.line, max(contributions.ranked.count - 1, 0))
  }

  private func chosen(_ contributions: AttributionShares) -> AttributionShares.Item? {
    contributions.ranked.isEmpty ? nil : contributions.ranked[chosenLine(contributions)]
  }

  // MARK: Presence of a token

  /// Draws the selected token's remainder in every head, as a share of the head's norm.
  private func drawMap(_ plan: Plan, in grid: inout Grid) {
    guard let item = chosen(plan.shares), let model = state.model, let map = plan.map, map.rows >= 3 else { return }
    grid.verticalLine(row: map.row, column: map.column - 2, length: map.rows)
    let presence = plan.session.presence(of: item.token)
    let title = "Token \(item.token) in every head: share of ‖S‖, layer by head"
    let short = "Token \(item.token): share of ‖S‖"
    grid.put(title.count <= map.columns ? title : short, map.row, map.column, state.titleStyle, in: map)
    let (width, heads) = (plan.cellColumns, min(model.heads, (map.columns - 4) / plan.cellColumns))
    for head in 0..<heads {
      grid.put("h\(head)".leftPadded(width), map.row + 1, map.column + 3 + head * width, .muted, in: map)
    }
    for layer in 0..<min(model.layers, map.rows - 2) {
      let row = map.row + 2 + layer
      grid.put("L\(layer)", row, map.column, .muted, in: map)
      for head in 0..<heads {
        let share = presence[layer * model.heads + head].share
        let isSelected = layer == state.settings.layer && head == state.settings.head
        grid.put(
          Self.text(share, width: width), row, map.column + 3 + head * width,
          isSelected ? .accent : share < 0.001 ? .muted : .plain, in: map)
      }
    }
    if heads < model.heads {
      grid.put("\(heads) of \(model.heads) heads", map.endRow - 1, map.column, .muted, in: map)
    }
  }

  private static func text(_ share: Double, width: Int) -> String {
    guard width < 6 else { return (share > 9.99 ? ">999%" : Numbers.percent(share)).leftPadded(width) }
    let percent = Int((min(share, 9.99) * 100).rounded())
    return (percent == 0 ? "·" : percent > 99 ? "\(percent)" : "\(percent)%").leftPadded(width)
  }

  var text: [String] {
    guard let session = RecordedSession(state) else { return state.explorerMissing.text }
    let contributions = session.contributions(to: state.writtenPart)
    var lines = [
      "Layer \(state.settings.layer) head \(state.settings.head), \(partText): written by "
        + "\(contributions.ranked.count) \(contributions.ranked.count == 1 ? "token" : "tokens")."
    ]
    if let start = contributions.start {
      lines.append(
        "The state before the first token: \(Numbers.signed(Float(start)).trimmed), "
          + "\(Numbers.percent(contributions.startShare).trimmed).")
    }
    lines += contributions.ranked.prefix(10).map { item in
      "Token \(item.token) \(session.piece(item.token)): \(Numbers.signed(Float(item.amount)).trimmed), "
        + "\(Numbers.percent(contributions.share(item)).trimmed)."
    }
    return lines
  }
}
