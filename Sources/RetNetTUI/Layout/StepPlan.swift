import RetNet
import TerminalKit

/// The layout of one recurrent step in the state pane: four maps of the same size, side by side, with k and v along the
/// sides of the third, and lines under them.
///
/// As the pane gets lower, it drops the line of the probe, then v, then the norms.
struct StepPlan: Sendable {
  /// Columns between two maps, for an operator.
  static let gap = 3
  private static let headingColumns = 12
  private static let leastColumns = 6
  private static let leastLines = 2

  /// The line of the headings.
  var headings: Int
  /// Columns of a part, for its map, heading and numbers.
  let partColumns: Int
  /// The maps of S before, γ S, kᵀv, S after.
  var maps: [MapPlan]
  /// The column of k, left of the third map.
  var keyColumn: Int
  /// The line of v above the third map, and the lines under the maps; nil without room.
  var valueLine: Int?
  var normLine: Int?
  var probeLine: Int?

  /// - Returns: nil if the pane is too small.
  init?(_ model: ModelInfo, area: Rectangle, ramp: Ramp) {
    let parts = StepPlayback.Part.allCases
    let width = (area.columns - 2 - 1 - Self.gap * (parts.count - 1)) / parts.count
    let free = area.rows - 2
    guard width >= Self.leastColumns, free >= Self.leastLines else { return nil }
    let extra = min(3, free - Self.leastLines)
    let valueLines = extra >= 2 ? 1 : 0
    headings = area.row + 1
    let top = headings + 1 + valueLines
    valueLine = valueLines > 0 ? top - 1 : nil
    maps = []
    keyColumn = 0
    // Headings and numbers need more columns than a small matrix.
    let fit = HeatmapFit(
      rows: model.headDim, columns: model.valueDim, lines: free - extra, width: width,
      valuesPerCell: ramp.valuesPerCell)
    partColumns = max(fit?.columns ?? 0, min(width, Self.headingColumns))
    var column = area.column + 1
    for part in parts {
      if part == .written {
        keyColumn = column
        column += 1
      }
      guard
        let map = MapPlan(
          rows: model.headDim, columns: model.valueDim,
          in: Rectangle(row: top, column: column, rows: free - extra, columns: width), ramp: ramp)
      else { return nil }
      maps.append(map)
      column += partColumns + Self.gap
    }
    let end = maps[0].area.endRow
    normLine = extra >= 1 ? end : nil
    probeLine = extra >= 3 ? end + 1 : nil
  }

  func entry(row: Int, column: Int) -> Position? {
    maps.lazy.compactMap { $0.entry(row: row, column: column) }.first
  }
}
