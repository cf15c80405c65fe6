import RetNet
import RetNetAnalysis
import TerminalKit

/// Who wrote this? The tokens by their part in the selected entry, its row or the whole head, and beside them where the
/// chosen token still lives.
struct WritersPage: ViewPage {
  /// Columns of the list; what is wider goes to the map of where the token lives.
  static let listColumns = 41

  private let state: AppState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  private var session: RecordedSession? { RecordedSession(state) }

  /// The part by its name and, of a cell, its value.
  private var partText: String {
    switch state.explorer.part {
    case .cell:
      "S(\(state.probe.row),\(state.probe.column))"
        + (entry.map { " = \(CommandTable.trimmed(Numbers.signed($0)))" } ?? "")
    case .row: "row \(state.probe.row), by norm"
    case .column: "column \(state.probe.column), by norm"
    case .head: "the whole head, by norm"
    }
  }

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    guard let session else { return EmptyPage(state, area: area).draw(in: &grid) }
    let contributions = session.contributions(to: state.writtenPart)
    drawTitle(contributions, in: &grid)
    drawList(contributions, session, in: &grid)
    if hasMap { drawMap(contributions, session, in: &grid) }
  }

  private var hasMap: Bool { area.columns >= Self.listColumns + 30 }
  private var list: Rectangle {
    Rectangle(
      row: area.row + 1, column: area.column, rows: area.rows - 1,
      columns: hasMap ? Self.listColumns : area.columns)
  }

  private var entry: Float? {
    guard let layer = state.result?.state.layers[at: state.settings.layer], state.settings.head < layer.heads,
      state.probe.row < layer.headDim, state.probe.column < layer.valueDim
    else { return nil }
    let entries = layer.matrix(head: state.settings.head)
    return entries[entries.startIndex + state.probe.row * layer.valueDim + state.probe.column]
  }

  private func drawTitle(_ contributions: AttributionShares, in grid: inout Grid) {
    let place = "layer \(state.settings.layer) head \(state.settings.head)"
    PageTitle(
      name: "Writers",
      facts: [
        PageTitle.Fact(place, short: "L\(state.settings.layer) h\(state.settings.head)"), PageTitle.Fact(partText),
        PageTitle.Fact(rest(contributions), short: ""),
      ], right: contributions.isComplete ? "" : "older tokens are no longer kept",
      shortRight: contributions.isComplete ? nil : "not all kept"
    ).draw(in: &grid, area: area, style: state.titleStyle)
  }

  /// Of a cell, what all kept tokens sum up to, and what that leaves.
  private func rest(_ contributions: AttributionShares) -> String {
    guard state.explorer.part == .cell, let entry else { return "" }
    let (sum, rest) = (Float(contributions.sum), Float(contributions.remainder(of: entry)))
    return "sum \(CommandTable.trimmed(Numbers.signed(sum))) rest \(CommandTable.trimmed(Numbers.signed(rest)))"
  }

  // MARK: The list

  /// The first item on show, so that the chosen line is.
  private func top(_ contributions: AttributionShares) -> Int {
    state.explorer.top(of: contributions.ranked.count, room: max(list.endRow - firstRow(contributions), 1))
  }

  /// Of the tokens: behind the titles, and behind the state before the first token where some of it is left.
  private func firstRow(_ contributions: AttributionShares) -> Int { list.row + (contributions.start == nil ? 1 : 2) }

  private func drawList(_ contributions: AttributionShares, _ session: RecordedSession, in grid: inout Grid) {
    guard list.rows >= 2 else { return }
    grid.put(
      " token   k·v·γ^age share", row: list.row, column: list.column + 1, style: .muted,
      clippedTo: list)
    if let start = contributions.start {
      grid.put(
        " S₀    \(Numbers.signed(Float(start))) \(Numbers.percent(contributions.startShare))  \(state.model?.persona?.name ?? "")",
        row: list.row + 1, column: list.column + 1, clippedTo: list)
    }
    let first = top(contributions)
    for (offset, item) in contributions.ranked.dropFirst(first).prefix(list.endRow - firstRow(contributions))
      .enumerated()
    {
      let isChosen = first + offset == chosenLine(contributions)
      let row = firstRow(contributions) + offset
      let style: Style = isChosen ? .accent : .plain
      let age = state.position - 1 - item.token
      let head = "\(isChosen ? "▸" : " ")\(item.token)".rightPadded(6)
      var column = grid.put(head, row: row, column: list.column + 1, style: style, clippedTo: list)
      column = grid.put(
        " \(Numbers.signed(Float(item.amount))) \(Numbers.percent(contributions.share(item)))", row: row,
        column: column,
        style: style, clippedTo: list)
      let piece = TextWidth.pad(TextWidth.truncate(session.piece(item.token), to: 13), to: 13)
      column = grid.put("  \(piece)", row: row, column: column, style: style, clippedTo: list)
      grid.put(age == 0 ? " now" : " −\(age)", row: row, column: column, style: .muted, clippedTo: list)
    }
  }

  private func chosenLine(_ contributions: AttributionShares) -> Int {
    min(state.explorer.line, max(contributions.ranked.count - 1, 0))
  }

  private func chosen(_ contributions: AttributionShares) -> AttributionShares.Item? {
    contributions.ranked.isEmpty ? nil : contributions.ranked[chosenLine(contributions)]
  }

  // MARK: Where a token lives

  private var map: Rectangle {
    Rectangle(
      row: area.row + 1, column: list.endColumn + 2, rows: area.rows - 1, columns: area.columns - list.columns - 3)
  }

  /// What is left of the chosen token in every head, as a share of the head's norm.
  private func drawMap(_ contributions: AttributionShares, _ session: RecordedSession, in grid: inout Grid) {
    guard let item = chosen(contributions), let model = state.model, map.rows >= 3 else { return }
    grid.verticalLine(row: map.row, column: map.column - 2, length: map.rows)
    let presence = session.presence(of: item.token)
    let title = "Where token \(item.token) lives: share of ‖S‖, layer by head"
    let short = "Token \(item.token): share of ‖S‖"
    grid.put(
      title.count <= map.columns ? title : short, row: map.row, column: map.column, style: state.titleStyle,
      clippedTo: map)
    let (width, heads) = (cellWidth(model), min(model.heads, (map.columns - 4) / cellWidth(model)))
    for head in 0..<heads {
      grid.put(
        "h\(head)".leftPadded(width), row: map.row + 1, column: map.column + 3 + head * width, style: .muted,
        clippedTo: map)
    }
    for layer in 0..<min(model.layers, map.rows - 2) {
      let row = map.row + 2 + layer
      grid.put("L\(layer)", row: row, column: map.column, style: .muted, clippedTo: map)
      for head in 0..<heads {
        let share = presence[layer * model.heads + head].share
        let isSelected = layer == state.settings.layer && head == state.settings.head
        grid.put(
          Self.text(share, width: width), row: row, column: map.column + 3 + head * width,
          style: isSelected ? .accent : share < 0.001 ? .muted : .plain, clippedTo: map)
      }
    }
    if heads < model.heads {
      grid.put(
        "\(heads) of \(model.heads) heads", row: map.endRow - 1, column: map.column, style: .muted, clippedTo: map)
    }
  }

  /// Wide enough for tenths of a percent where every head then has a column.
  private func cellWidth(_ model: ModelInfo) -> Int { model.heads * 6 + 4 <= map.columns ? 6 : 4 }

  private static func text(_ share: Double, width: Int) -> String {
    guard width < 6 else { return (share > 9.99 ? ">999%" : Numbers.percent(share)).leftPadded(width) }
    let percent = Int((min(share, 9.99) * 100).rounded())
    return (percent == 0 ? "·" : percent > 99 ? "\(percent)" : "\(percent)%").leftPadded(width)
  }

  func target(row: Int, column: Int) -> ViewTarget? {
    guard let session, let model = state.model else { return nil }
    let contributions = session.contributions(to: state.writtenPart)
    if list.contains(row: row, column: column) {
      let line = top(contributions) + row - firstRow(contributions)
      return row >= firstRow(contributions) && contributions.ranked.indices.contains(line) ? .line(line) : nil
    }
    guard hasMap, map.contains(row: row, column: column) else { return nil }
    let (layer, head) = (row - map.row - 2, (column - map.column - 3) / cellWidth(model))
    guard layer >= 0, layer < model.layers, column >= map.column + 3, head < model.heads else { return nil }
    return .head(HeadIndex(layer: layer, head: head))
  }

  var text: [String] {
    guard let session else { return EmptyPage(state, area: area).text }
    let contributions = session.contributions(to: state.writtenPart)
    var lines = [
      "Layer \(state.settings.layer) head \(state.settings.head), \(partText): written by "
        + "\(contributions.ranked.count) tokens."
    ]
    if let start = contributions.start {
      lines.append(
        "The state before the first token: \(CommandTable.trimmed(Numbers.signed(Float(start)))), "
          + "\(CommandTable.trimmed(Numbers.percent(contributions.startShare))).")
    }
    lines += contributions.ranked.prefix(10).map { item in
      "Token \(item.token) \(session.piece(item.token)): \(CommandTable.trimmed(Numbers.signed(Float(item.amount)))), "
        + "\(CommandTable.trimmed(Numbers.percent(contributions.share(item))))."
    }
    return lines
  }
}
