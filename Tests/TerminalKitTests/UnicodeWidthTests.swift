import Testing

@testable import TerminalKit

/// Widths and safe display of text, compared with Unicode's own data.
@Suite("Unicode widths")
struct UnicodeWidthTests {
  /// Entries of EastAsianWidth-14.0.0.txt: the first and the last of ranges and their neighbours. W and F are 2 columns
  /// wide, H, Na, N and A 1 column.
  private static let eastAsianWidths: [(UInt32, String)] = [
    (0x0020, "Na"), (0x007E, "Na"), (0x00A1, "A"), (0x00A2, "Na"), (0x00A7, "A"), (0x00E9, "A"), (0x03B1, "A"),
    (0x05D0, "N"), (0x0627, "N"), (0x0E01, "N"), (0x1100, "W"), (0x115F, "W"), (0x20A9, "H"), (0x2190, "A"),
    (0x231A, "W"), (0x231B, "W"), (0x231C, "N"), (0x2329, "W"), (0x232A, "W"), (0x23E9, "W"), (0x23EC, "W"),
    (0x23ED, "N"), (0x2500, "A"), (0x2588, "A"), (0x25FD, "W"), (0x25FE, "W"), (0x2605, "A"), (0x2614, "W"),
    (0x2660, "A"), (0x26A0, "N"), (0x26A1, "W"), (0x2705, "W"), (0x2764, "N"), (0x2B50, "W"), (0x2E80, "W"),
    (0x2E9A, "N"), (0x2FF0, "W"), (0x3000, "F"), (0x303E, "W"), (0x303F, "N"), (0x3041, "W"), (0x3131, "W"),
    (0x4DBF, "W"), (0x4DC0, "N"), (0x4E00, "W"), (0x9FFF, "W"), (0xA4C6, "W"), (0xA960, "W"), (0xAC00, "W"),
    (0xD7A3, "W"), (0xF900, "W"), (0xFE10, "W"), (0xFE30, "W"), (0xFF01, "F"), (0xFF60, "F"), (0xFF61, "H"),
    (0xFFDC, "H"), (0xFFE0, "F"), (0xFFE6, "F"), (0xFFE8, "H"), (0x1B000, "W"), (0x1F004, "W"), (0x1F005, "N"),
    (0x1F18E, "W"), (0x1F191, "W"), (0x1F300, "W"), (0x1F320, "W"), (0x1F321, "N"), (0x1F3FB, "W"), (0x1F440, "W"),
    (0x1F441, "N"), (0x1F600, "W"), (0x1F6D5, "W"), (0x1F9FF, "W"), (0x1FA70, "W"), (0x20000, "W"),
  ]

  @Test("A character has the columns of its East Asian Width", arguments: eastAsianWidths)
  func widthOfScalar(value: UInt32, property: String) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let columns = ["W", "F"].contains(property) ? 2 : 1
    #expect(TextWidth.width(of: scalar) == columns)
    #expect(TextWidth.width(of: String(scalar)) == columns)
  }

  /// Nonspacing and enclosing marks of UnicodeData-14.0.0.txt, some with East Asian Width W.
  @Test(
    "A combining mark has no column of its own",
    arguments: [0x0300, 0x036F, 0x05B0, 0x064B, 0x0E31, 0x20DD, 0x302A, 0x3099, 0xFE20] as [UInt32])
  func marks(value: UInt32) throws {
    let mark = try #require(Unicode.Scalar(value))
    #expect(TextWidth.width(of: mark) == 0)
    #expect(TextWidth.width(of: "a" + String(mark)) == 1)
    #expect(TextWidth.width(of: "日" + String(mark)) == 2)
  }

  /// Sequences of emoji-test.txt (14.0). The screen shows the first emoji of one, and a flag as its two letters.
  private static let emoji: [(sequence: String, shown: String, columns: Int)] = [
    ("\u{1F600}", "\u{1F600}", 2),
    ("\u{1F44D}\u{1F3FD}", "\u{1F44D}", 2),  // skin tone
    ("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1F468}", 2),  // family, joined by U+200D
    ("\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", "\u{1F3F3}", 1),  // rainbow flag: U+1F3F3 has East Asian Width N
    ("\u{2764}\u{FE0F}\u{200D}\u{1F525}", "\u{2764}", 1),  // heart on fire
    ("\u{1F1EF}\u{1F1F5}", "JP", 2),  // flag
    ("\u{0023}\u{FE0F}\u{20E3}", "#\u{20E3}", 1),  // keycap
    ("\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}", "\u{1F3F4}", 2),  // Scotland
  ]

  @Test("An emoji sequence has the columns of what is shown of it", arguments: emoji)
  func emojiSequence(sequence: String, shown: String, columns: Int) {
    #expect(ScreenText.cleaned(sequence) == shown)
    #expect(TextWidth.width(of: sequence) == columns)
    var grid = Grid(columns: 12, rows: 1)
    #expect(grid.put(sequence, row: 0, column: 1) == 1 + columns)
  }

  /// Right-to-left text with the controls of UAX #9, which a terminal may reorder a whole line by.
  @Test("Right-to-left text is shown in logical order, without bidirectional controls")
  func bidirectional() {
    let hebrew = "\u{5E9}\u{5DC}\u{5D5}\u{5DD}"
    let controls = [0x61C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069]
    for value in controls.compactMap({ Unicode.Scalar($0) }) {
      #expect(ScreenText.cleaned("a\(value)\(hebrew)\(value)b") == "a\(hebrew)b", "U+\(String(value.value, radix: 16))")
    }
    #expect(TextWidth.width(of: hebrew) == 4)
    // Arabic with a vowel mark and a zero-width non-joiner.
    #expect(TextWidth.width(of: "\u{645}\u{64E}\u{6CC}\u{200C}\u{62E}") == 3)
  }
}
