import Testing

@testable import TerminalKit

@Suite("Text widths")
struct TextWidthTests {
  @Test(
    "A character has the width that Unicode defines",
    arguments: [
      ("a", 1), ("é", 1), ("e\u{301}", 1), ("γ", 1), ("─", 1), ("▄", 1), ("░", 1), ("日", 2), ("가", 2), ("ｱ", 1),
      ("Ａ", 2), ("😀", 2), ("⌚", 2), ("☂", 1), ("▁", 1), ("𠀀", 2), ("　", 2), ("\u{FFFD}", 1), ("\u{1112}\u{1161}", 2),
    ])
  func widths(text: String, columns: Int) {
    #expect(TextWidth.width(of: text) == columns)
  }

  @Test("Control, escape and bidi characters are removed, separators become spaces")
  func cleaned() {
    #expect(ScreenText.cleaned("a\u{1B}[31mb\u{7}\u{0}\u{7F}\u{9B}c") == "a[31mbc")
    #expect(ScreenText.cleaned("a\u{202E}b\u{2066}c\u{200F}\u{200B}\u{FEFF}\u{AD}d") == "abcd")
    #expect(ScreenText.cleaned("a\tb\nc\r\nd\u{2028}e\u{A0}f\u{85}g") == "a b c d e f g")
    #expect(ScreenText.cleaned("\u{301}a") == "a")
    #expect(ScreenText.cleaned("x\u{E0041}\u{E007F}") == "x")
    #expect(ScreenText.cleaned("\u{378}") == "\u{FFFD}")
  }

  @Test("An emoji sequence is its first emoji, a flag its letters")
  func emoji() {
    #expect(ScreenText.cleaned("👨‍👩‍👧") == "👨")
    #expect(ScreenText.cleaned("👍🏽!") == "👍!")
    #expect(ScreenText.cleaned("❤️") == "❤")
    #expect(TextWidth.width(of: "❤️") == 1)
    #expect(ScreenText.cleaned("🇩🇪") == "DE")
  }

  @Test("Marks on one letter are limited to those of a terminal cell")
  func marks() {
    let text = "a" + String(repeating: "\u{301}", count: 50)
    let glyphs = ScreenText.glyphs(text)
    #expect(glyphs.count == 1)
    #expect(glyphs[0].character.unicodeScalars.count == 1 + Glyph.maximumMarks)
  }

  @Test("A conjunct has the width of all its consonants")
  func conjuncts() {
    let glyphs = ScreenText.glyphs("क्षि")
    #expect(glyphs.count == 3)
    #expect(glyphs.allSatisfy { $0.width == 1 })
  }

  @Test("Every scalar gives glyphs of width 1 or 2 that are visible")
  func everyScalar() {
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 1) {
      guard value < 0x3400 || value % 17 == 0, let scalar = Unicode.Scalar(value) else { continue }
      for glyph in ScreenText.glyphs(String(scalar)) {
        let category = glyph.base.properties.generalCategory
        #expect((1...2).contains(glyph.width))
        #expect(category != .control)
        #expect(category != .format)
      }
    }
  }

  @Test("Truncating and padding count columns, not characters")
  func truncates() {
    #expect(TextWidth.truncate("日本語", to: 6) == "日本語")
    #expect(TextWidth.truncate("日本語", to: 5) == "日本…")
    #expect(TextWidth.truncate("日本語", to: 4) == "日…")
    #expect(TextWidth.truncate("abc", to: 0) == "")
    #expect(TextWidth.pad("日", to: 4) == "日  ")
    #expect(TextWidth.pad("7", to: 3, alignment: .right) == "  7")
  }

  @Test("The fast path for plain scalars gives the glyphs of the general path")
  func plainScalars() {
    var plain: [Unicode.Scalar] = []
    for value in UInt32(0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value), ScreenText.isPlain(scalar) else { continue }
      plain.append(scalar)
      #expect(
        ScreenText.glyphsOfCharacters(String(scalar)) == [Glyph(scalar, width: 1)], "U+\(String(value, radix: 16))")
    }
    #expect(plain.count > 1000)
    #expect(plain.contains("a"))
    #expect(plain.contains("▄"))
    #expect(plain.contains("γ"))
    // Plain scalars do not combine with each other.
    var text = String.UnicodeScalarView()
    for (i, scalar) in plain.enumerated() { text.append(contentsOf: [scalar, plain[(i * 7 + 3) % plain.count]]) }
    #expect(ScreenText.glyphs(String(text)) == ScreenText.glyphsOfCharacters(String(text)))
    // Scalars that combine take the general path.
    for mixed in ["e\u{301}", "a\u{200D}b", "한", "👍🏽", "\r\n", "©\u{FE0F}"] {
      #expect(ScreenText.glyphs(mixed) == ScreenText.glyphsOfCharacters(mixed))
    }
  }
}
