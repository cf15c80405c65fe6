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
  init?(rows: Int, columns: Int, lines: Int, width: Int, valuesPerCell: Int) {
    guard rows > 0, columns > 0, lines > 0, width > 0 else { return nil }
    func pooled(_ count: Int, into room: Int) -> Int { (count + room - 1) / room }
    columnPool = pooled(columns, into: width)
    rowPool = pooled(rows, into: lines * valuesPerCell)
    let (poolColumns, poolRows) = (pooled(columns, into: columnPool), pooled(rows, into: rowPool))
    zoom =
      rowPool == 1 && columnPool == 1
      ? max(min(width / poolColumns, lines * valuesPerCell / poolRows, Self.largestZoom), 1) : 1
    self.columns = poolColumns * zoom
    self.lines = pooled(poolRows * zoom, into: valuesPerCell)
  }

  /// The first entry of the block that a place on the screen shows, counted from the map's top left.
  func entry(line: Int, column: Int, rows: Int, matrixColumns: Int, valuesPerCell: Int) -> Position {
    Position(
      row: min(line * valuesPerCell / zoom * rowPool, rows - 1),
      column: min(column / zoom * columnPool, matrixColumns - 1))
  }
}
