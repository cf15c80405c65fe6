import RetNet
import TerminalKit

/// A matrix under a line with its name, scale, legend and pooling.
struct MatrixPane {
  var name: String
  /// The shortest name.
  var shortName: String
  /// `[rows, columns]`
  var values: [Float]
  var matrixColumns: Int
  /// Whether the scale is 0 to 1, independent of the session's scale.
  var isShare = false
  /// The magnitude with the full colour; nil is that of the scale.
  var full: Float?
  var scale: HeatScale
  var traits: ScreenTraits
  var titleStyle = Style.muted
  var place: MatrixPlan

  private var shownScale: HeatScale { isShare ? Explorer.Mode.share.scale(scale) : scale }

  func draw(probe: Position? = nil, in grid: inout Grid) {
    guard let plan = place.map else { return }
    let (fit, area) = (plan.fit, place.area)
    let map = Heatmap(values, matrixColumns: matrixColumns, rowPool: fit.rowPool, columnPool: fit.columnPool)
    let mode: Explorer.Mode = isShare ? .share : .state
    let full = self.full ?? mode.full(map, scale)
    let label = labels(map, scaleText: mode.scaleText(scale, full: full)).fitting(area.columns)
    grid.put(label ?? shortName, area.row, area.column, titleStyle, in: area)
    map.draw(plan, in: &grid, scale: shownScale, full: full, traits: traits, probe: probe)
  }

  /// The name, the magnitude of the full colour, and the pooling, from the longest form to the shortest.
  private func labels(_ map: Heatmap, scaleText: String) -> [String] {
    let short = scaleText.split(separator: " ").last.map(String.init) ?? scaleText
    guard let pool = map.poolText else {
      return ["\(name)  \(scaleText)", "\(name)  \(short)", "\(shortName) \(short)"]
    }
    let shortPool = "\(map.rowPool)×\(map.columnPool)"
    return [
      "\(name)  \(scaleText)  \(pool)", "\(name)  \(short)  \(pool)", "\(name)  \(short)  \(shortPool)",
      "\(shortName) \(short) \(shortPool)",
    ]
  }
}

/// The layout of a matrix under a line with its name.
struct MatrixPlan: Sendable {
  var area: Rectangle
  var map: MapPlan?

  init(rows: Int, columns: Int, in area: Rectangle, ramp: Ramp) {
    self.area = area
    var room = area.below(1)
    room.columns = max(room.columns - 1, 0)
    map = MapPlan(rows: rows, columns: columns, in: room, ramp: ramp)
  }
}

extension [Float] {
  /// The value of largest magnitude with its sign, and its index. NaN has priority over numbers.
  var largest: (value: Float, place: Int)? {
    indices.first { self[$0].isNaN }.map { (self[$0], $0) }
      ?? indices.max { abs(self[$0]) < abs(self[$1]) }.map { (self[$0], $0) }
  }
}
