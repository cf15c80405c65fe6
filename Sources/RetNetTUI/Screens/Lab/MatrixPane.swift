import RetNet
import TerminalKit

/// A matrix under a line that names it with its scale, its legend and its pooling.
struct MatrixPane {
  var name: String
  /// The least that has to be said.
  var shortName: String
  /// `[rows, columns]`
  var values: [Float]
  var matrixColumns: Int
  /// Whether the scale goes from 0 to 1, whatever the session's scale is.
  var isShare = false
  var scale: HeatScale
  var traits: ScreenTraits
  var titleStyle = Style.muted
  var area: Rectangle

  private var matrixRows: Int { matrixColumns > 0 ? values.count / matrixColumns : 0 }
  private var ramp: Ramp { Ramp(limit: 1, traits: traits) }

  private var fit: HeatmapFit? {
    HeatmapFit(
      rows: matrixRows, columns: matrixColumns, lines: area.rows - 1, width: area.columns - 1,
      valuesPerCell: ramp.valuesPerCell)
  }

  private var shownScale: HeatScale { isShare ? Explorer.Mode.share.scale(scale) : scale }

  func draw(probe: Position? = nil, in grid: inout Grid) {
    guard let fit else { return }
    var map = Heatmap(values, matrixColumns: matrixColumns, rowPool: fit.rowPool, columnPool: fit.columnPool)
    let mode: Explorer.Mode = isShare ? .share : .state
    map.maximum = mode.maximum(map)
    let label = labels(map, scaleText: mode.scaleText(scale, maximum: map.maximum)).fitting(area.columns)
    grid.put(label ?? shortName, row: area.row, column: area.column, style: titleStyle, clippedTo: area)
    map.enlarged(fit.zoom).draw(
      in: &grid, row: area.row + 1, column: area.column, scale: shownScale, traits: traits)
    if let probe {
      map.mark(probe, in: &grid, row: area.row + 1, column: area.column, zoom: fit.zoom, traits: traits)
    }
  }

  /// From the longest to the shortest: the name, what has the full colour, and the pooling.
  private func labels(_ map: Heatmap, scaleText: String) -> [String] {
    let short = scaleText.replacing("auto ", with: "")
    guard let pool = map.poolText else {
      return ["\(name)  \(scaleText)", "\(name)  \(short)", "\(shortName) \(short)"]
    }
    let shortPool = "\(map.rowPool)×\(map.columnPool)"
    return [
      "\(name)  \(scaleText)  \(pool)", "\(name)  \(short)  \(pool)", "\(name)  \(short)  \(shortPool)",
      "\(shortName) \(short) \(shortPool)",
    ]
  }

  /// The entry under a place on the screen: the first of its block.
  func entry(row: Int, column: Int) -> Position? {
    guard let fit, area.contains(row: row, column: column) else { return nil }
    let (line, x) = (row - area.row - 1, column - area.column)
    guard line >= 0, line < fit.lines, x >= 0, x < fit.columns else { return nil }
    return fit.entry(
      line: line, column: x, rows: matrixRows, matrixColumns: matrixColumns, valuesPerCell: ramp.valuesPerCell)
  }
}

extension [Float] {
  /// The number of largest magnitude with its sign, and its place; a NaN is not hidden by a number.
  var largest: (value: Float, place: Int)? {
    indices.first { self[$0].isNaN }.map { (self[$0], $0) }
      ?? indices.max { abs(self[$0]) < abs(self[$1]) }.map { (self[$0], $0) }
  }
}
