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
      (ColorDepth.direct, "\u{1B}[0;1;38;2;255;0;0;48;2;0;1;255mx\u{1B}[0m"),
      (.colors256, "\u{1B}[0;1;38;5;196;48;5;21mx\u{1B}[0m"),
      (.colors16, "\u{1B}[0;1;91;44mx\u{1B}[0m"),
      (.colors8, "\u{1B}[0;1;31;44mx\u{1B}[0m"),
      (.monochrome, "\u{1B}[0;1mx\u{1B}[0m"),
    ])
  func styledANSI(depth: ColorDepth, expected: String) {
    var grid = Grid(columns: 1, rows: 1)
    grid.put("x", row: 0, column: 0, style: Style(.rgb(255, 0, 0), on: .indexed(21), bold: true))
    #expect(grid.ansi(depth: depth) == expected)
  }

  @Test("Bright colours, and attributes in place of colours")
  func attributes() {
    func sgr(_ style: Style, _ depth: ColorDepth) -> String {
      Appearance(style, Palette(depth: depth, theme: Theme())).sgr(depth)
    }
    #expect(sgr(Style(.indexed(9), on: .indexed(10)), .colors16) == "\u{1B}[0;91;102m")
    #expect(sgr(Style(.indexed(3)), .direct) == "\u{1B}[0;33m")
    #expect(sgr(.muted, .colors8) == "\u{1B}[0;2m")
    #expect(sgr(Style(underline: true, reverse: true), .colors256) == "\u{1B}[0;4;7m")
    #expect(Palette(depth: .colors256, theme: Theme()).index(of: .rgb(255, 0, 0)) == 196)
    #expect(Palette(depth: .colors8, theme: Theme()).index(of: .indexed(196)) == 1)
    #expect(Palette.xterm(196) == RGB(0xFF0000))
    #expect(Palette.xterm(244) == RGB(0x808080))
    #expect(Palette.xterm(67) == RGB(0x5F87AF))
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

  @Test("A half block is two shapes in the colours of the theme", arguments: [Theme.Name.dark, .light])
  func halfBlock(name: Theme.Name) throws {
    let theme = Theme(name)
    var grid = Grid(columns: 1, rows: 1)
    grid.put(Ramp(limit: 64, traits: ScreenTraits(depth: .direct)).cell(top: 50, bottom: -50), row: 0, column: 0)
    let palette = Palette(depth: .direct, theme: theme)
    let above = palette.rgb(try #require(palette.index(of: .ramp(50)))).hex
    let below = palette.rgb(try #require(palette.index(of: .ramp(-50)))).hex
    let picture = grid.svg(theme: theme)
    #expect(picture.contains("<rect width=\"10\" height=\"20\" fill=\"\(name == .dark ? "#16181d" : "#ffffff")\"/>"))
    #expect(picture.contains("<path fill=\"\(above)\" d=\"M0 0h10v20h-10z\"/>"))
    #expect(picture.contains("<path fill=\"\(below)\" d=\"M0 10h10v10h-10z\"/>"))
  }

  @Test("Rectangles of one colour in a row are one path, and neighbours of one height one rectangle")
  func runs() {
    var grid = Grid(columns: 6, rows: 2)
    grid.put("▄▄ ▄█", row: 1, column: 0, style: Style(.rgb(255, 0, 0)))
    #expect(grid.svg().contains("<path fill=\"#ff0000\" d=\"M0 30h20v10h-20zM30 30h10v10h-10zM40 20h10v20h-10z\"/>"))
  }
}
