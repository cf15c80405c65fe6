import RetNet
import TerminalKit

/// The state S of the selected layer and head as a signed heatmap, with its scale, a legend and a probe.
struct StatePane {
  /// The heatmap's first column.
  static let mapColumn = 1
  /// Columns of the notes right of the heatmap.
  static let notesWidth = 14

  var state: AppState
  var area: Rectangle
  var place: MapPlan?

  init(_ state: AppState, _ plan: LivePlan) {
    (self.state, area, place) = (state, plan.layout.state, plan.map)
  }

  private var map: Heatmap? {
    guard let place, let layer = state.result?.state.layers[at: state.settings.layer], state.settings.head < layer.heads
    else { return nil }
    return Heatmap(
      layer.matrix(head: state.settings.head), matrixColumns: layer.valueDim, rowPool: place.fit.rowPool,
      columnPool: place.fit.columnPool)
  }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2, state.model != nil else { return }
    let map = map
    drawTitle(map, in: &grid)
    guard let map, let place else {
      grid.put("S is zero before the first token.", area.row + 1, Self.mapColumn + 1, .muted, in: area)
      return
    }
    map.draw(place, in: &grid, scale: state.settings.scale, traits: state.traits, probe: state.probe)
    if hasNotes(map) { drawNotes(map, in: &grid) }
  }

  // MARK: Title

  /// Draws the longest of three forms that fits beside the probe. At 40 columns none clips a number.
  private func drawTitle(_ map: Heatmap?, in grid: inout Grid) {
    guard let model = state.model else { return }
    let (layer, head) = (state.settings.layer, state.settings.head)
    let place = "layer \(layer) head \(head)"
    let shape = "S [\(model.headDim)×\(model.valueDim)]"
    var facts: [String] = []
    var shortFacts: [String] = []
    if let map {
      facts.append(state.settings.scale.text(maximum: map.full(state.settings.scale)))
      shortFacts = facts
      if let pool = map.poolText, !hasNotes(map) {
        facts.append(pool)
        shortFacts.append("\(map.rowPool)×\(map.columnPool)")
      }
    }
    let probe = map == nil ? "" : probeText(" = ")
    let forms = [([place, shape] + facts).joined(separator: "  "), ([place] + facts).joined(separator: "  ")]
    let titled = forms.first { TextWidth.width(of: $0 + probe) + 8 + 3 < area.columns }
    let right = area.endColumn - 1 - TextWidth.width(of: titled == nil ? probeText(" ") : probe)
    var column = 1
    if let titled {
      column = grid.put("State", area.row, column, state.titleStyle) + 2
      column = grid.put(titled, area.row, column)
      if map != nil { state.ramp.drawLegend(in: &grid, row: area.row, from: column + 2, to: right - 2, isSigned: true) }
    } else {
      grid.put((["L\(layer) h\(head)"] + shortFacts).joined(separator: " "), area.row, column)
    }
    if map != nil { grid.put(titled == nil ? probeText(" ") : probe, area.row, right, .accent) }
  }

  private func probeText(_ sign: String) -> String {
    guard let value = state.probedEntry else { return "" }
    return "(\(state.probe.row),\(state.probe.column))\(sign)\(Numbers.signed(value))"
  }

  // MARK: Notes

  private func hasNotes(_ map: Heatmap) -> Bool {
    guard let place else { return false }
    return area.endColumn - place.area.endColumn >= Self.notesWidth && area.rows >= 5
  }

  private func drawNotes(_ map: Heatmap, in grid: inout Grid) {
    guard let reading = state.reading, let place else { return }
    var lines: [(String, Style)] = [
      ("largest", .muted), (Numbers.signed(reading.largest.value), .plain),
      ("at (\(reading.largest.row),\(reading.largest.column))", .plain),
      ("‖S‖ \(Numbers.magnitude(Double(reading.norm)))", .plain),
    ]
    if let pool = map.poolText { lines.insert((pool, .muted), at: 0) }
    if area.rows - 1 >= lines.count + 2 {
      lines += [("", .plain), ("s scale", .muted), ("hjkl x probe", .muted)]
    }
    let column = place.area.endColumn + 1
    for (offset, line) in lines.prefix(area.rows - 1).enumerated() {
      grid.put(line.0, area.row + 1 + offset, column, line.1, in: area)
    }
  }
}

extension AppState {
  /// The probed entry of the selected head's S.
  var probedEntry: Float? { entry(probe) }
}
