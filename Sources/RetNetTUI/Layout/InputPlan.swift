import TerminalKit

/// The layout of the input line: a row, or the rows of a draft, and what is open above it. These rows cover the panes.
struct InputPlan: Sendable {
  static let prompt = 3
  /// Maximum rows of the menu of completions.
  private static let menuRows = 8

  /// The visible rows of the text.
  private(set) var area: Rectangle
  /// The line above the text, or above the menu; nil without one.
  private(set) var rule: Int?
  /// The visible completions.
  private(set) var menu: ListPlan?
  /// The rows of a draft, of which `first` is the first visible one; nil for a single row.
  private(set) var rows: TextRows?
  private(set) var first = 0
  /// The visible characters of a single row, around the cursor.
  private(set) var shown = 0..<0
  /// The cursor of the text.
  private(set) var cursor = Position(row: 0, column: 0)

  /// - Parameter area: the row above the footer.
  init(_ state: AppState, area: Rectangle) {
    self.area = area
    guard !area.isEmpty else { return }
    let line = state.shownLine
    // The rest stays visible.
    let most = max(state.rows / 3, 1)
    if state.showsDraft {
      placeRows(TextRows(line.characters, columns: room), cursor: line.cursor, most: most)
    } else {
      placeRow(line)
    }
    if let menu = state.commandLine.menu {
      let count = min(menu.items.count, Self.menuRows, most)
      let covered = Rectangle(row: self.area.row - count, column: 0, rows: count, columns: area.columns)
      self.menu = ListPlan(covered, count: menu.items.count, around: menu.selected ?? 0)
    }
    if self.area.rows > 1 || menu != nil || state.historySearch != nil { rule = (menu?.area ?? self.area).row - 1 }
  }

  /// Columns for text. One is left for the cursor.
  static func room(_ columns: Int) -> Int { max(columns - prompt - 1, 1) }

  var room: Int { Self.room(area.columns) }

  /// The first row.
  var top: Int { rule ?? area.row }

  private mutating func placeRows(_ rows: TextRows, cursor position: Int, most: Int) {
    let count = min(rows.ranges.count, most)
    let cursorRow = rows.row(of: position)
    first = ListPlan.window(count, of: rows.ranges.count, around: cursorRow).lowerBound
    area.row -= count - 1
    area.rows = count
    self.rows = rows
    cursor = Position(
      row: area.row + cursorRow - first, column: Self.prompt + min(rows.column(of: position), room))
  }

  private mutating func placeRow(_ line: LineEditor) {
    let characters = line.characters
    var (start, used) = (line.cursor, 1)
    while start > 0 {
      used += TextRows.width(characters[start - 1])
      if used > room { break }
      start -= 1
    }
    shown = start..<characters.count
    cursor = Position(row: area.row, column: Self.prompt + TextRows.width(characters[start..<line.cursor]))
  }

  /// The insertion point at a screen position, or nil beside the text.
  func target(row: Int, column: Int, in line: LineEditor) -> ViewTarget? {
    guard area.contains(row: row, column: column) else { return nil }
    if let rows {
      return .input(rows.position(row: first + row - area.row, column: max(column - Self.prompt, 0)))
    }
    var end = area.column + Self.prompt
    for index in shown {
      end += TextRows.width(line.characters[index])
      if column < end { return .input(index) }
    }
    return .input(shown.upperBound)
  }
}
