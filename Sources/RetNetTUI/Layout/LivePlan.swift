import RetNet
import TerminalKit

/// The layout of the live view's contents.
struct LivePlan: Sendable {
  /// One head's thumbnail: a line of text over its map.
  struct Tile: Sendable {
    var head: Int
    var area: Rectangle
    var map: MapPlan
  }

  var layout: Layout
  var memory: MemoryPlan
  /// nil before the first token.
  var map: MapPlan?
  /// The step's maps instead of the state's; nil while S is shown alone, or without room.
  var step: StepPlan?
  var tiles: [Tile] = []
  var tokens: TokenPlan
  var conversation: ConversationPlan

  init(_ state: AppState) {
    layout = state.layout
    conversation = ConversationPlan(state, area: layout.conversation)
    let session = RecordedSession(state)
    memory = MemoryPlan(
      state, area: layout.memory, session: session, showsMoreLayers: state.session.zoomedPane == .memory)
    tokens = TokenPlan(state, area: layout.tokens, session: session)
    guard let model = state.model, state.result != nil, !layout.state.isEmpty else { return }
    if state.session.display == .step {
      var whole = layout.state
      whole.columns = state.columns
      step = StepPlan(model, area: whole, ramp: state.ramp)
      if step != nil {
        (layout.state, layout.thumbnails) = (whole, .none)
        return
      }
    }
    let area = layout.state
    map = MapPlan(
      rows: model.headDim, columns: model.valueDim,
      in: Rectangle(
        row: area.row + 1, column: area.column + StatePane.mapColumn, rows: area.rows - 1,
        columns: max(area.columns - StatePane.mapColumn - 1, 1)), ramp: state.ramp)
    tiles = Self.tiles(model, in: layout.thumbnails, ramp: state.ramp)
  }

  /// The widest thumbnails with which all heads fit.
  private static func tiles(_ model: ModelInfo, in area: Rectangle, ramp: Ramp) -> [Tile] {
    guard area.rows >= 4, area.columns >= ThumbnailPane.minimumWidth else { return [] }
    let (least, widths) = (11, [64, 48, 32, 24, 16, 14, 11])
    for width in widths where width <= area.columns {
      let columnPool = max((model.valueDim + width - 1) / width, 1)
      let rowPool = columnPool * 2 / ramp.valuesPerCell  // a cell is twice as high as wide
      let lines = ramp.lines((model.headDim + rowPool - 1) / rowPool)
      let columns = max((model.valueDim + columnPool - 1) / columnPool, least)
      let perRow = max((area.columns + 1) / (columns + 1), 1)
      let rows = (model.heads + perRow - 1) / perRow
      guard rows * (lines + 1) + 1 <= area.rows || width == widths.last else { continue }
      return (0..<model.heads).compactMap { head in
        let tile = Rectangle(
          row: area.row + 1 + head / perRow * (lines + 1), column: area.column + head % perRow * (columns + 1),
          rows: lines + 1, columns: columns)
        let map = MapPlan(
          rows: model.headDim, columns: model.valueDim, in: tile.below(1), ramp: ramp, largestZoom: 1)
        return tile.endRow <= area.endRow ? map.map { Tile(head: head, area: tile, map: $0) } : nil
      }
    }
    return []
  }

  func target(row: Int, column: Int, selected place: HeadIndex) -> ViewTarget? {
    if let target = memory.target(row: row, column: column) { return target }
    if let cell = step?.entry(row: row, column: column) ?? map?.entry(row: row, column: column) { return .cell(cell) }
    if let tile = tiles.first(where: { $0.area.contains(row: row, column: column) }) {
      return .head(HeadIndex(layer: place.layer, head: tile.head))
    }
    if let turn = conversation.turn(row: row, column: column) { return .turn(turn) }
    return tokens.token(row: row, column: column).map { .token($0) }
  }
}

/// The last tokens that fit into the live view's strip, with the shares that the selected head reads of them.
struct TokenPlan: Sendable {
  struct Item: Sendable, Hashable {
    var entry: TokenHistory.Entry
    var text: String
    var column: Int
    var width: Int
    var share: Double
  }

  static let labelColumns = 8

  var area: Rectangle
  private(set) var items: [Item] = []

  init(_ state: AppState, area: Rectangle, session: RecordedSession?) {
    self.area = area
    let entries = state.tokens.past
    guard !area.isEmpty, state.result != nil else { return }
    let shares = session?.shares() ?? []
    var end = area.endColumn - 2
    for index in entries.indices.reversed() {
      let text = PieceText.short(entries[index].piece)
      let width = TextWidth.width(of: text)
      let column = end - width
      guard column > Self.labelColumns else { break }
      items.append(
        Item(
          entry: entries[index], text: text, column: column, width: width,
          share: index < shares.count ? shares[index] : 0))
      end = column - (items.count == 1 ? 2 : 1)
    }
    guard let first = items.last else { return }
    // A strip shorter than the pane begins at the left.
    let gap = entries.count == items.count ? first.column - Self.labelColumns - (items.count == 1 ? 1 : 0) : 0
    items.reverse()
    for index in items.indices { items[index].column -= max(gap, 0) }
  }

  /// The token of the session at a screen position.
  func token(row: Int, column: Int) -> Int? {
    guard area.contains(row: row, column: column) else { return nil }
    return items.first { column >= $0.column && column < $0.column + $0.width }?.entry.index
  }
}
