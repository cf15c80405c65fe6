extension Grid {
  /// A horizontal line.
  package mutating func horizontalLine(
    row: Int, column: Int, length: Int, style: Style = .muted, clippedTo clip: Rectangle? = nil
  ) {
    for offset in 0..<max(0, length) {
      put(Cell("─", style: style), row: row, column: column + offset, clippedTo: clip)
    }
  }

  /// A vertical line.
  package mutating func verticalLine(
    row: Int, column: Int, length: Int, style: Style = .muted, clippedTo clip: Rectangle? = nil
  ) {
    for offset in 0..<max(0, length) {
      put(Cell("│", style: style), row: row + offset, column: column, clippedTo: clip)
    }
  }

  /// A frame inside the edges of an area, with an optional title in the top edge.
  package mutating func box(_ area: Rectangle, title: String? = nil, style: Style = .muted, titleStyle: Style = .accent)
  {
    guard area.rows >= 2, area.columns >= 2 else { return }
    let right = area.endColumn - 1
    let bottom = area.endRow - 1
    horizontalLine(row: area.row, column: area.column + 1, length: area.columns - 2, style: style)
    horizontalLine(row: bottom, column: area.column + 1, length: area.columns - 2, style: style)
    verticalLine(row: area.row + 1, column: area.column, length: area.rows - 2, style: style)
    verticalLine(row: area.row + 1, column: right, length: area.rows - 2, style: style)
    put("┌", row: area.row, column: area.column, style: style)
    put("┐", row: area.row, column: right, style: style)
    put("└", row: bottom, column: area.column, style: style)
    put("┘", row: bottom, column: right, style: style)
    if let title, area.columns > 4 {
      let edge = Rectangle(row: area.row, column: area.column + 2, rows: 1, columns: area.columns - 4)
      put(" \(title) ", row: area.row, column: area.column + 2, style: titleStyle, clippedTo: edge)
    }
  }
}
