import RetNet
import TerminalKit

/// The selected head's state in every layer, each small and on its own scale, which stands above it.
struct ThumbnailPane {
  static let minimumWidth = 20

  var state: AppState
  var area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  /// One thumbnail's place: a line of text over the map.
  private struct Tile {
    var layer: Int
    var area: Rectangle
  }

  private var tiles: [Tile] {
    guard let model = state.model, area.rows >= 4, area.columns >= Self.minimumWidth else { return [] }
    let perCell = Ramp(limit: 1, traits: state.traits).valuesPerCell
    for width in [64, 48, 32, 24, 16, 14] where width <= area.columns {
      let columnPool = max((model.valueDim + width - 1) / width, 1)
      let rowPool = columnPool * 2 / perCell  // a cell is twice as high as wide
      let lines = StatePane.lines(headDim: model.headDim, pool: rowPool, valuesPerCell: perCell)
      let columns = max((model.valueDim + columnPool - 1) / columnPool, 14)
      let perRow = max((area.columns + 1) / (columns + 1), 1)
      let rows = (model.layers + perRow - 1) / perRow
      guard rows * (lines + 1) + 1 <= area.rows || width == 14 else { continue }
      return (0..<model.layers).compactMap { layer in
        let tile = Rectangle(
          row: area.row + 1 + layer / perRow * (lines + 1), column: area.column + layer % perRow * (columns + 1),
          rows: lines + 1, columns: columns)
        return tile.endRow <= area.endRow ? Tile(layer: layer, area: tile) : nil
      }
    }
    return []
  }

  func draw(in grid: inout Grid) {
    let tiles = tiles
    guard !tiles.isEmpty, let model = state.model, let result = state.result else { return }
    let pool = pool(tiles[0].area, rows: model.headDim, columns: model.valueDim)
    var title = "Layers, head \(state.settings.head)"
    if pool.rows > 1 || pool.columns > 1 { title += "  pooled \(pool.rows)×\(pool.columns)" }
    if tiles.count < model.layers { title += "  \(tiles.count) of \(model.layers)" }
    grid.put(title, row: area.row, column: area.column, style: state.titleStyle, clippedTo: area)
    for tile in tiles where tile.layer < result.state.layers.count {
      draw(tile, result.state.layers[tile.layer], in: &grid)
    }
  }

  /// Entries of S in one cell of a tile, down and across.
  private func pool(_ tile: Rectangle, rows: Int, columns: Int) -> (rows: Int, columns: Int) {
    let perCell = Ramp(limit: 1, traits: state.traits).valuesPerCell
    let down = (1...max(rows, 1)).first {
      StatePane.lines(headDim: rows, pool: $0, valuesPerCell: perCell) <= tile.rows - 1
    }
    return (down ?? rows, max((columns + tile.columns - 1) / tile.columns, 1))
  }

  private func draw(_ tile: Tile, _ layer: RetentionState<Float>, in grid: inout Grid) {
    guard state.settings.head < layer.heads else { return }
    let pool = pool(tile.area, rows: layer.headDim, columns: layer.valueDim)
    let map = Heatmap(
      layer.matrix(head: state.settings.head), matrixColumns: layer.valueDim, rowPool: pool.rows,
      columnPool: pool.columns)
    let isSelected = tile.layer == state.settings.layer
    grid.put(
      "\(isSelected ? "▸" : " ")\(tile.layer)  ±\(CommandTable.trimmed(Numbers.magnitude(Double(map.maximum))))",
      row: tile.area.row, column: tile.area.column, style: isSelected ? .accent : .muted, clippedTo: tile.area)
    let scale: HeatScale = if case .symlog = state.settings.scale { .symlog } else { .auto }
    map.draw(in: &grid, row: tile.area.row + 1, column: tile.area.column, scale: scale, traits: state.traits)
  }

  /// The layer under a place on the screen, for the mouse.
  func layer(row: Int, column: Int) -> Int? {
    tiles.first { $0.area.contains(row: row, column: column) }?.layer
  }
}
