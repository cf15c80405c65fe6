import RetNet
import TerminalKit

/// The states of all heads of the selected layer, each on its own scale, which is above it.
struct ThumbnailPane {
  static let minimumWidth = 20

  var state: AppState
  var area: Rectangle

  var tiles: [LivePlan.Tile]

  init(_ state: AppState, _ plan: LivePlan) {
    (self.state, area, tiles) = (state, plan.layout.thumbnails, plan.tiles)
  }

  func draw(in grid: inout Grid) {
    guard let fit = tiles.first?.map.fit, let model = state.model, let result = state.result,
      let layer = result.state.layers[at: state.settings.layer]
    else { return }
    var title = "Heads, layer \(state.settings.layer)"
    if fit.rowPool > 1 || fit.columnPool > 1 { title += "  pooled \(fit.rowPool)×\(fit.columnPool)" }
    if tiles.count < model.heads { title += "  \(tiles.count) of \(model.heads)" }
    grid.put(title, area.row, area.column, state.titleStyle, in: area)
    for tile in tiles where tile.head < layer.heads { draw(tile, layer, in: &grid) }
  }

  private func draw(_ tile: LivePlan.Tile, _ layer: RetentionState<Float>, in grid: inout Grid) {
    let map = Heatmap(
      layer.matrix(head: tile.head), matrixColumns: layer.valueDim, rowPool: tile.map.fit.rowPool,
      columnPool: tile.map.fit.columnPool)
    let isSelected = tile.head == state.settings.head
    let scale = state.settings.scale.unfixed
    let full = map.full(scale)
    grid.put(
      "\(isSelected ? "▸" : " ")\(tile.head)  ±\(Numbers.magnitude(Double(full)).trimmed)", tile.area.row,
      tile.area.column, isSelected ? .accent : .muted, in: tile.area)
    map.draw(tile.map, in: &grid, scale: scale, full: full, traits: state.traits)
  }
}
