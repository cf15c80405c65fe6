import TerminalKit

/// The fit of a matrix into lines and columns of the screen. A large matrix is pooled, a small one is enlarged.
struct HeatmapFit: Hashable, Sendable {
  /// Limits the size of an entry in a small matrix.
  static let largestZoom = 8

  /// Matrix entries per value, down and across.
  var rowPool: Int
  var columnPool: Int
  /// Columns, and half lines, of one value; more than 1 for a small matrix.
  var zoom: Int
  /// Lines and columns of the map.
  var lines: Int
  var columns: Int

  /// - Returns: nil for an empty matrix, or without room.
  init?(rows: Int, columns: Int, lines: Int, width: Int, valuesPerCell: Int, largestZoom: Int = largestZoom) {
    guard rows > 0, columns > 0, lines > 0, width > 0 else { return nil }
    func pooled(_ count: Int, into room: Int) -> Int { (count + room - 1) / room }
    columnPool = pooled(columns, into: width)
    rowPool = pooled(rows, into: lines * valuesPerCell)
    let (poolColumns, poolRows) = (pooled(columns, into: columnPool), pooled(rows, into: rowPool))
    zoom =
      rowPool == 1 && columnPool == 1
      ? max(min(width / poolColumns, lines * valuesPerCell / poolRows, largestZoom), 1) : 1
    self.columns = poolColumns * zoom
    self.lines = pooled(poolRows * zoom, into: valuesPerCell)
  }
}

/// The rectangle of a matrix, and the entry at each screen position.
struct MapPlan: Hashable, Sendable {
  var area: Rectangle
  var fit: HeatmapFit
  private var rows: Int
  private var columns: Int
  private var valuesPerCell: Int

  /// - Parameter room: the available rectangle. The map is at its top left.
  init?(rows: Int, columns: Int, in room: Rectangle, ramp: Ramp, largestZoom: Int = HeatmapFit.largestZoom) {
    guard
      let fit = HeatmapFit(
        rows: rows, columns: columns, lines: room.rows, width: room.columns, valuesPerCell: ramp.valuesPerCell,
        largestZoom: largestZoom)
    else { return nil }
    (self.fit, self.rows, self.columns, valuesPerCell) = (fit, rows, columns, ramp.valuesPerCell)
    area = Rectangle(row: room.row, column: room.column, rows: fit.lines, columns: fit.columns)
  }

  /// The first entry of the block at a screen position.
  func entry(row: Int, column: Int) -> Position? {
    guard area.contains(row: row, column: column) else { return nil }
    return Position(
      row: min((row - area.row) * valuesPerCell / fit.zoom * fit.rowPool, rows - 1),
      column: min((column - area.column) / fit.zoom * fit.columnPool, columns - 1))
  }
}

extension AppState {
  /// The colour ramp of heatmaps in this terminal.
  var ramp: Ramp { Ramp(limit: 1, traits: traits) }
}
