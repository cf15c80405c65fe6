/// A place on a grid, from 0 at the top left.
struct Position: Hashable, Sendable {
  var row: Int
  var column: Int
}

/// A part of a grid.
struct Rectangle: Hashable, Sendable {
  var row: Int
  var column: Int
  var rows: Int
  var columns: Int

  init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row
    self.column = column
    self.rows = max(0, rows)
    self.columns = max(0, columns)
  }

  /// The row and the column just after the last.
  var endRow: Int { row + rows }
  var endColumn: Int { column + columns }
  var isEmpty: Bool { rows == 0 || columns == 0 }

  func contains(row: Int, column: Int) -> Bool {
    row >= self.row && row < endRow && column >= self.column && column < endColumn
  }

  /// What both cover; empty when they do not meet.
  func intersection(_ other: Rectangle) -> Rectangle {
    let top = max(row, other.row)
    let left = max(column, other.column)
    return Rectangle(
      row: top, column: left,
      rows: min(endRow, other.endRow) - top, columns: min(endColumn, other.endColumn) - left)
  }

  /// The rectangle without `amount` rows and columns on each side.
  func inset(_ amount: Int = 1) -> Rectangle {
    Rectangle(
      row: row + amount, column: column + amount, rows: rows - 2 * amount, columns: columns - 2 * amount)
  }
}
