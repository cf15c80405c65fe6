import Testing

@testable import TerminalKit

@Suite("Grids")
struct GridTests {
  @Test("Text is drawn at its position, and the rest is blank")
  func putsText() {
    var grid = Grid(columns: 8, rows: 3)
    let end = grid.put("abc", row: 1, column: 2)
    #expect(end == 5)
    #expect(grid.text == "\n  abc\n")
    #expect(grid.fullText == "        \n  abc   \n        ")
  }

  @Test("Text outside of the grid is clipped on every side")
  func cutsOff() {
    var grid = Grid(columns: 4, rows: 2)
    grid.put("above", row: -1, column: 0)
    grid.put("below", row: 2, column: 0)
    grid.put("abcdef", row: 0, column: -2)
    grid.put("xyz", row: 1, column: 3)
    #expect(grid.fullText == "cdef\n   x")
    var empty = Grid(columns: 0, rows: 0)
    empty.put("a", row: 0, column: 0)
    #expect(empty.text.isEmpty)
  }

  @Test("Text is clipped to the clip rectangle")
  func clips() {
    var grid = Grid(columns: 8, rows: 1)
    grid.put("abcdefgh", row: 0, column: 0, clippedTo: Rectangle(row: 0, column: 2, rows: 1, columns: 3))
    #expect(grid.fullText == "  cde   ")
  }

  @Test("A wide character has two columns and is never divided")
  func wideCharacters() {
    var grid = Grid(columns: 5, rows: 1)
    #expect(grid.put("日本語", row: 0, column: 0) == 6)
    #expect(grid.fullText == "日本 ")
    #expect(grid[0, 1].isContinuation)
    grid.put("x", row: 0, column: 1)
    #expect(grid.fullText == " x本 ")
    grid.put("y", row: 0, column: 2)
    #expect(grid.fullText == " xy  ")
    grid.put("日本", row: 0, column: -1)
    #expect(grid.fullText == " 本  ")
  }

  @Test("Lines, boxes and fills")
  func boxes() {
    var grid = Grid(columns: 9, rows: 3)
    grid.fill(grid.bounds, with: ".")
    grid.box(Rectangle(row: 0, column: 0, rows: 3, columns: 9), title: "ab")
    #expect(grid.text == "┌─ ab ──┐\n│.......│\n└───────┘")
    #expect(grid[0, 3].style == .accent)
  }

  @Test("A copied grid keeps its wide characters")
  func copies() {
    var small = Grid(columns: 3, rows: 1)
    small.put("日a", row: 0, column: 0)
    var grid = Grid(columns: 5, rows: 1)
    grid.put(small, row: 0, column: 1)
    #expect(grid.fullText == " 日a ")
  }

  @Test("Grids are equal if cells, styles and cursor are equal")
  func equality() {
    var left = Grid(columns: 2, rows: 1)
    var right = left
    #expect(left == right)
    left.put("a", row: 0, column: 0, style: .accent)
    right.put("a", row: 0, column: 0)
    #expect(left != right)
    right.restyle(Rectangle(row: 0, column: 0, rows: 1, columns: 1)) { $0 = .accent }
    #expect(left == right)
    right.cursor = Position(row: 0, column: 1)
    #expect(left != right)
  }
}
