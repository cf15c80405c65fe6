/// The contents of a screen: rows of cells and the cursor position. A value that tests compare and a `Terminal` draws.
///
/// Drawing outside the grid is clipped and not an error, so that views need not check the size of their window.
package struct Grid: Hashable, Sendable {
  package let columns: Int
  package let rows: Int
  /// `rows · columns` cells in row-major order.
  package private(set) var cells: [Cell]
  /// Position of the terminal's cursor, for an input line; nil hides it.
  package var cursor: Position?

  package init(columns: Int, rows: Int, style: Style = .plain) {
    precondition(columns >= 0 && rows >= 0, "a grid of \(columns) columns and \(rows) rows")
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Cell(.space, style: style), count: columns * rows)
  }

  package var bounds: Rectangle { Rectangle(row: 0, column: 0, rows: rows, columns: columns) }

  /// The cell at a position inside the grid.
  package subscript(row: Int, column: Int) -> Cell {
    precondition(
      bounds.contains(row: row, column: column), "cell (\(row), \(column)) of \(rows) rows and \(columns) columns")
    return cells[row * columns + column]
  }

  /// Writes one line of text, without control, escape and bidi characters (see `ScreenText`).
  ///
  /// A wide character that is clipped at an edge is replaced by a blank.
  /// - Parameter clip: cells outside do not change; nil is the whole grid.
  /// - Returns: the column after the text, without clipping.
  @discardableResult
  package mutating func put(
    _ text: String, row: Int, column: Int, style: Style = .plain, clippedTo clip: Rectangle? = nil
  ) -> Int {
    let area = clip.map(bounds.intersection) ?? bounds
    var at = column
    for glyph in ScreenText.glyphs(text) {
      write(Cell(glyph, style: style), row: row, column: at, area: area)
      at += glyph.width
    }
    return at
  }

  /// Writes one cell of width 1 or 2, with the same rules as for text.
  package mutating func put(_ cell: Cell, row: Int, column: Int, clippedTo clip: Rectangle? = nil) {
    write(cell, row: row, column: column, area: clip.map(bounds.intersection) ?? bounds)
  }

  /// Fills an area with one narrow glyph.
  package mutating func fill(_ area: Rectangle, with glyph: Glyph = .space, style: Style = .plain) {
    precondition(glyph.width == 1, "an area is filled with one narrow glyph, not '\(glyph.character)'")
    let area = bounds.intersection(area)
    for row in area.row..<max(area.row, area.endRow) {
      for column in area.column..<max(area.column, area.endColumn) {
        write(Cell(glyph, style: style), row: row, column: column, area: area)
      }
    }
  }

  /// Changes the style of an area and keeps its text.
  package mutating func restyle(_ area: Rectangle, _ change: (inout Style) -> Void) {
    let area = bounds.intersection(area)
    guard !area.isEmpty else { return }
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn {
        change(&cells[row * columns + column].style)
      }
    }
  }

  /// Copies another grid with its top left corner to (row, column).
  package mutating func put(_ other: Grid, row: Int, column: Int, clippedTo clip: Rectangle? = nil) {
    let area = clip.map(bounds.intersection) ?? bounds
    for sourceRow in 0..<other.rows {
      for sourceColumn in 0..<other.columns {
        let cell = other[sourceRow, sourceColumn]
        guard !cell.isContinuation else { continue }
        write(cell, row: row + sourceRow, column: column + sourceColumn, area: area)
      }
    }
  }

  private mutating func write(_ cell: Cell, row: Int, column: Int, area: Rectangle) {
    guard row >= area.row, row < area.endRow else { return }
    let whole = column >= area.column && column + cell.width <= area.endColumn
    for offset in 0..<cell.width where area.contains(row: row, column: column + offset) {
      clearOtherHalf(row: row, column: column + offset)
      cells[row * columns + column + offset] =
        if !whole {
          Cell(.space, style: cell.style)
        } else if offset == 0 {
          cell
        } else {
          .continuation(cell.style)
        }
    }
  }

  /// Blanks the other half of a wide character before one half is overwritten.
  private mutating func clearOtherHalf(row: Int, column: Int) {
    let index = row * columns + column
    if cells[index].isContinuation {
      cells[index - 1] = Cell(.space, style: cells[index - 1].style)
    } else if cells[index].width == 2 {
      cells[index + 1] = Cell(.space, style: cells[index + 1].style)
    }
  }
}

extension Grid {
  /// All rows with all columns, joined by newlines.
  var fullText: String { (0..<rows).map(line).joined(separator: "\n") }

  /// All rows without trailing spaces, joined by newlines.
  package var text: String {
    (0..<rows).map { row in
      var line = line(row)
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// One row's text, with all columns.
  package func line(_ row: Int) -> String {
    var line = ""
    for cell in cells[row * columns..<(row + 1) * columns] where !cell.isContinuation {
      line.append(cell.glyph)
    }
    return line
  }
}
