import TerminalKit

/// How a matrix fits into lines and columns of the screen: pooled where it is larger, enlarged where it is much smaller.
struct HeatmapFit: Hashable, Sendable {
  /// Entries need not be larger than a finger.
  static let largestZoom = 4

  /// Entries in one value, down and across.
  var rowPool: Int
  var columnPool: Int
  /// Columns, and halves of a line, that one value takes where there is room for more than one.
  var zoom: Int
  /// What it takes of the screen.
  var lines: Int
  var columns: Int

  /// - Returns: nil where there is no matrix, or no room at all.
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

/// Where a matrix stands, and the entry that each place shows.
struct MapPlan: Hashable, Sendable {
  var area: Rectangle
  var fit: HeatmapFit
  private var rows: Int
  private var columns: Int
  private var valuesPerCell: Int

  /// - Parameter room: what the map may take, from its top left.
  init?(rows: Int, columns: Int, in room: Rectangle, ramp: Ramp, largestZoom: Int = HeatmapFit.largestZoom) {
    guard
      let fit = HeatmapFit(
        rows: rows, columns: columns, lines: room.rows, width: room.columns, valuesPerCell: ramp.valuesPerCell,
        largestZoom: largestZoom)
    else { return nil }
    (self.fit, self.rows, self.columns, valuesPerCell) = (fit, rows, columns, ramp.valuesPerCell)
    area = Rectangle(row: room.row, column: room.column, rows: fit.lines, columns: fit.columns)
  }

  /// The first entry of the block that a place shows.
  func entry(row: Int, column: Int) -> Position? {
    guard area.contains(row: row, column: column) else { return nil }
    return Position(
      row: min((row - area.row) * valuesPerCell / fit.zoom * fit.rowPool, rows - 1),
      column: min((column - area.column) / fit.zoom * fit.columnPool, columns - 1))
  }
}

extension AppState {
  /// The colours of a heatmap in this terminal.
  var ramp: Ramp { Ramp(limit: 1, traits: traits) }
}
