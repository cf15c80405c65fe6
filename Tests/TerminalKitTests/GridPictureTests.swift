import Foundation
import Testing

@testable import TerminalKit

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Pictures of grids")
struct GridPictureTests {
  @Test("Plain text needs no escape sequence")
  func plainANSI() {
    var grid = Grid(columns: 3, rows: 2)
    grid.put("ab", row: 0, column: 0)
    #expect(grid.ansi() == "ab \n   ")
  }

  @Test(
    "A style becomes the SGR codes of its depth",
    arguments: [
      (ColorDepth.colors256, "\u{1B}[0;1;38;5;39;48;5;52mx\u{1B}[0m"),
      (.colors16, "\u{1B}[0;1;36;41mx\u{1B}[0m"),
      (.colors8, "\u{1B}[0;1;34;41mx\u{1B}[0m"),
      (.monochrome, "\u{1B}[0;1mx\u{1B}[0m"),
    ])
  func styledANSI(depth: ColorDepth, expected: String) {
    var grid = Grid(columns: 1, rows: 1)
    grid.put("x", row: 0, column: 0, style: Style(.ramp(-5), on: .ramp(1), bold: true))
    #expect(grid.ansi(depth: depth) == expected)
  }

  @Test("Bright colours, and attributes in place of colours")
  func attributes() {
    #expect(Appearance(Style(.indexed(9), on: .indexed(10)), depth: .colors16).sgr == "\u{1B}[0;91;102m")
    #expect(Appearance(.muted, depth: .colors8).sgr == "\u{1B}[0;2m")
    #expect(Appearance(Style(underline: true, reverse: true), depth: .colors256).sgr == "\u{1B}[0;4;7m")
    #expect(Palette.index(of: .rgb(255, 0, 0), depth: .colors256) == 196)
    #expect(Palette.index(of: .indexed(196), depth: .colors8) == 1)
    #expect(Palette.rgb(196) == Palette.RGB(0xFF0000))
    #expect(Palette.rgb(244) == Palette.RGB(0x808080))
    #expect(Palette.rgb(67) == Palette.RGB(0x5F87AF))
  }

  @Test("Text cannot insert an escape sequence into a picture")
  func noForeignEscapes() {
    var grid = Grid(columns: 12, rows: 1)
    grid.put("\u{1B}[2Ja\u{9B}0mb", row: 0, column: 0)
    #expect(grid.ansi() == "[2Ja0mb     ")
  }

  @Test("Without UTF-8, ASCII replaces characters column by column")
  func ascii() {
    var grid = Grid(columns: 13, rows: 1)
    grid.put("│é日▄─γ·x±⏎≈", row: 0, column: 0)
    #expect(grid.ansi(unicode: false) == "|e? =-g.x+<~ ")
  }

  @Test("A picture is well-formed XML whatever the text")
  func wellFormed() throws {
    var grid = Grid(columns: 30, rows: 3)
    grid.put("<a href=\"x\">&amp;'</a> ]]>", row: 0, column: 0, style: Style(.warning, bold: true, underline: true))
    grid.put("<\u{338}&\u{301} 日本 \u{1B}\u{0}\u{FFFE}", row: 1, column: 0, style: Style(dim: true, reverse: true))
    grid.put("▄░─┼", row: 2, column: 0, style: Style(.ramp(-7), on: .ramp(7)))
    grid.cursor = Position(row: 2, column: 5)
    let document = grid.svg()
    #expect(XMLParser(data: Data(document.utf8)).parse())
    #expect(document.contains("&lt;a"))
  }

  @Test("A half block is two rectangles in xterm's colours")
  func halfBlock() {
    var grid = Grid(columns: 1, rows: 1)
    grid.put(Ramp(limit: 7, traits: ScreenTraits()).cell(top: 5, bottom: -5), row: 0, column: 0)
    let picture = grid.svg()
    #expect(picture.contains("<rect x=\"0\" y=\"0\" width=\"10\" height=\"20\" fill=\"#ff8700\"/>"))
    #expect(picture.contains("<rect x=\"0\" y=\"10\" width=\"10\" height=\"10\" fill=\"#00afff\"/>"))
  }
}
