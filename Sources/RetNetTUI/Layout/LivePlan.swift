import RetNet
import TerminalKit

/// The layout of the live view's contents.
struct LivePlan: Sendable {
  /// One layer's thumbnail: a line of text over its map.
  struct Tile: Sendable {
    var layer: Int
    var area: Rectangle
    var map: MapPlan
  }

  var layout: Layout
  var heads: ListPlan
  /// nil before the first token.
  var map: MapPlan?
  var tiles: [Tile] = []
  var tokens: TokenPlan

  init(_ state: AppState) {
    layout = state.layout
    var list = layout.decay.below(1)
    list.rows = max(list.rows - 1, 0)
    heads = ListPlan(list, count: state.model?.heads ?? 0, around: state.settings.head)
    tokens = TokenPlan(state, area: layout.tokens)
    guard let model = state.model, state.result != nil else { return }
    let area = layout.state
    map = MapPlan(
      rows: model.headDim, columns: model.valueDim,
      in: Rectangle(
        row: area.row + 1, column: area.column + StatePane.mapColumn, rows: area.rows - 1,
        columns: max(area.columns - StatePane.mapColumn - 1, 1)), ramp: state.ramp, largestZoom: 1)
    tiles = Self.tiles(model, in: layout.thumbnails, ramp: state.ramp)
  }

  /// The widest thumbnails with which all layers fit.
  private static func tiles(_ model: ModelInfo, in area: Rectangle, ramp: Ramp) -> [Tile] {
    guard area.rows >= 4, area.columns >= ThumbnailPane.minimumWidth else { return [] }
    for width in [64, 48, 32, 24, 16, 14] where width <= area.columns {
      let columnPool = max((model.valueDim + width - 1) / width, 1)
      let rowPool = columnPool * 2 / ramp.valuesPerCell  // a cell is twice as high as wide
      let lines = ramp.lines((model.headDim + rowPool - 1) / rowPool)
      let columns = max((model.valueDim + columnPool - 1) / columnPool, 14)
      let perRow = max((area.columns + 1) / (columns + 1), 1)
      let rows = (model.layers + perRow - 1) / perRow
      guard rows * (lines + 1) + 1 <= area.rows || width == 14 else { continue }
      return (0..<model.layers).compactMap { layer in
        let tile = Rectangle(
          row: area.row + 1 + layer / perRow * (lines + 1), column: area.column + layer % perRow * (columns + 1),
          rows: lines + 1, columns: columns)
        let map = MapPlan(rows: model.headDim, columns: model.valueDim, in: tile.below(1), ramp: ramp, largestZoom: 1)
        return tile.endRow <= area.endRow ? map.map { Tile(layer: layer, area: tile, map: $0) } : nil
      }
    }
    return []
  }

  func target(row: Int, column: Int, selected place: HeadIndex) -> ViewTarget? {
    if let head = heads.head(of: place.layer, row: row, column: column) { return head }
    if let cell = map?.entry(row: row, column: column) { return .cell(cell) }
    if let tile = tiles.first(where: { $0.area.contains(row: row, column: column) }) {
      return .head(HeadIndex(layer: tile.layer, head: place.head))
    }
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

  init(_ state: AppState, area: Rectangle) {
    self.area = area
    let entries = state.tokens.past
    guard !area.isEmpty, state.result != nil else { return }
    let shares = RecordedSession(state)?.shares() ?? []
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
