import RetNet
import TerminalKit

/// All layers and heads: a row of thumbnails per layer, a column per head, each with its scale above it.
struct OverviewPage: ViewPage {
  /// Minimum columns and lines of a thumbnail: the label and one line of the map.
  static let leastColumns = 9
  static let leastLines = 2

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  /// The layout of the visible heads.
  struct Plan: PagePlan {
    var area: Rectangle
    var layers: Range<Int>
    var heads: Range<Int>
    var rowPool: Int
    var columnPool: Int
    /// Lines and columns of a thumbnail, including its label and the empty column before it.
    var lines: Int
    var columns: Int
    /// Columns of the layer names.
    var margin: Int
    var hasStates: Bool

    init?(_ state: AppState, area: Rectangle) {
      guard let model = state.model, area.rows > OverviewPage.leastLines, model.headDim > 0, model.valueDim > 0
      else { return nil }
      self.area = area
      margin = "L\(model.layers - 1)".count + 1
      let room = (lines: area.rows - 1, columns: area.columns - margin)
      let layers = min(model.layers, max(room.lines / OverviewPage.leastLines, 1))
      let heads = min(model.heads, max(room.columns / OverviewPage.leastColumns, 1))
      let tile = (lines: room.lines / layers, columns: room.columns / heads)
      columnPool = max((model.valueDim + tile.columns - 2) / (tile.columns - 1), 1)
      let values = (tile.lines - 1) * state.ramp.valuesPerCell
      rowPool = max((model.headDim + values - 1) / values, 1)
      lines = state.ramp.lines((model.headDim + rowPool - 1) / rowPool) + 1
      columns = max((model.valueDim + columnPool - 1) / columnPool + 1, OverviewPage.leastColumns)
      self.layers = ListPlan.window(layers, of: model.layers, around: state.settings.layer)
      self.heads = ListPlan.window(heads, of: model.heads, around: state.settings.head)
      hasStates = state.result != nil
    }

    func tile(_ place: HeadIndex) -> Rectangle {
      Rectangle(
        row: area.row + 1 + (place.layer - layers.lowerBound) * lines,
        column: area.column + margin + (place.head - heads.lowerBound) * columns, rows: lines, columns: columns)
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      let (line, x) = (row - area.row - 1, column - area.column - margin)
      guard hasStates, line >= 0, x >= 0 else { return nil }
      let place = HeadIndex(layer: layers.lowerBound + line / lines, head: heads.lowerBound + x / columns)
      return layers.contains(place.layer) && heads.contains(place.head) ? .head(place) : nil
    }
  }

  func draw(in grid: inout Grid) {
    guard let plan else {
      drawTitle(nil, [], in: &grid)
      return drawMissing(HeadValues.missing(state), in: &grid)
    }
    var maps: [HeadIndex: Heatmap] = [:]
    for layer in plan.layers {
      for head in plan.heads {
        let place = HeadIndex(layer: layer, head: head)
        maps[place] = HeadValues(state, place: place)?.pooled(rows: plan.rowPool, columns: plan.columnPool)
      }
    }
    drawTitle(plan, Array(maps.values), in: &grid)
    guard !maps.isEmpty else { return drawMissing(HeadValues.missing(state), in: &grid) }
    for layer in plan.layers {
      let row = area.row + 1 + (layer - plan.layers.lowerBound) * plan.lines
      let name = "L\(layer)"
      grid.put(
        name, row, area.column + plan.margin - name.count, layer == state.settings.layer ? .accent : .muted, in: area)
      for head in plan.heads {
        let place = HeadIndex(layer: layer, head: head)
        if let map = maps[place] { draw(map, place, plan.tile(place), in: &grid) }
      }
    }
    drawSelected(row: area.row + 1 + plan.layers.count * plan.lines, in: &grid)
  }

  /// Head and scale in one line, the map under it. The selected one has an accent edge.
  private func draw(_ map: Heatmap, _ place: HeadIndex, _ tile: Rectangle, in grid: inout Grid) {
    let mode = state.explorer.mode
    let isSelected = place == state.selectedPlace
    let style: Style = isSelected ? .accent : .muted
    let scale = mode.scale(state.settings.scale)
    let full = mode.full(map, scale)
    let limit = scale.limit(maximum: full)
    let name = (isSelected ? "▸" : " ") + "\(place.head)"
    let magnitude = Numbers.magnitude(Double(limit)).trimmed
    let forms =
      mode == .share
      ? ["\(name) \(Numbers.magnitude(Double(map.maximum)).trimmed)"]
      : ["\(name) ±\(magnitude)", "\(name)±\(magnitude)"]
    let label = forms.first { $0.count <= tile.columns } ?? name
    grid.put(label, tile.row, tile.column, style, in: tile)
    if isSelected {
      grid.verticalLine(row: tile.row + 1, column: tile.column, length: tile.rows - 1, style: .accent)
    }
    map.draw(in: &grid, row: tile.row + 1, column: tile.column + 1, scale: scale, full: full, traits: state.traits)
  }

  private func drawTitle(_ plan: Plan?, _ maps: [Heatmap], in grid: inout Grid) {
    let mode = state.explorer.mode
    var facts = [mode.fact(state.explorer)]
    if !maps.isEmpty { facts.append(scaleFact) }
    if let plan, let model = state.model {
      if plan.layers.count < model.layers {
        facts.append(PageTitle.Fact("\(plan.layers.count) of \(model.layers) layers"))
      }
      if plan.heads.count < model.heads { facts.append(PageTitle.Fact("\(plan.heads.count) of \(model.heads) heads")) }
      if !maps.isEmpty, let pool = maps[0].poolText {
        facts.append(PageTitle.Fact(pool, short: "\(plan.rowPool)×\(plan.columnPool)"))
      }
    }
    drawTitle("Overview", facts, legend: maps.isEmpty ? nil : state.ramp, isSigned: mode != .share, in: &grid)
  }

  /// The common scale, or that each thumbnail has its own.
  private var scaleFact: PageTitle.Fact {
    guard state.explorer.mode != .share else {
      let text = state.explorer.mode.scaleText(state.settings.scale, full: 1)
      return PageTitle.Fact(text + ", largest above each", short: text)
    }
    let scale = state.settings.scale
    return switch scale {
    case .percentile, .root, .linear, .symlog: PageTitle.Fact("\(scale.name), each its own ±", short: scale.name)
    case .fixed(let limit):
      PageTitle.Fact(scale.text(maximum: limit) + " for all", short: scale.text(maximum: limit))
    }
  }

  /// A sentence about the selected head, if a line is left.
  private func drawSelected(row: Int, in grid: inout Grid) {
    guard row < area.endRow, let facts = HeadFacts(state, place: state.selectedPlace) else { return }
    let left = area.endRow - row
    let lines = [facts.text, facts.shortText].map { WordWrap.lines($0, columns: area.columns - 2) }
      .first { $0.count <= left }
    guard let lines else { return }
    let at = left > lines.count ? row + 1 : row
    grid.put(lines: lines, at, area.column + 1, .muted, in: area)
  }

  var text: [String] {
    guard let model = state.model, state.result != nil else { return [HeadValues.missing(state)] }
    let mode = state.explorer.mode
    var lines = ["Overview of \(model.layers) layers by \(model.heads) heads, \(mode.fact(state.explorer).long)."]
    for layer in 0..<model.layers {
      let largest = (0..<model.heads).compactMap { head -> String? in
        guard let values = HeadValues(state, place: HeadIndex(layer: layer, head: head)) else { return nil }
        let map = values.pooled(rows: values.rows, columns: values.columns)
        return Numbers.signed(map.values.first ?? 0).trimmed
      }
      guard !largest.isEmpty else { return lines + [HeadValues.missing(state)] }
      lines.append("Layer \(layer), largest by head: \(largest.joined(separator: ", ")).")
    }
    if let facts = HeadFacts(state, place: state.selectedPlace) { lines.append(facts.text) }
    return lines
  }
}
