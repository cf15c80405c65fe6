import Testing

@testable import TerminalKit

@Suite("Printable text")
struct PrintableTextTests {
  @Test("Lines, tabs and all scripts are unchanged")
  func unchanged() {
    for text in ["", "a\n\tb\n", "déjà vu 日本語 😀 e\u{301}\n", "Ωγ ‖S‖ │ ▄ …"] {
      #expect(ScreenText.printable(text) == text)
    }
  }

  @Test("Escape sequences, C1 controls and bidirectional controls lose what makes them act")
  func removed() {
    #expect(ScreenText.printable("\u{1B}[31ma\u{1B}]52;c;QQ==\u{7}b\u{8}\u{7F}c\u{9B}2Jd\0") == "[31ma]52;c;QQ==bc2Jd")
    #expect(ScreenText.printable("\u{202E}a\u{2066}b\u{200F}\u{61C}c\u{FEFF}\u{200D}\u{E0041}") == "abc")
    #expect(ScreenText.printable("a\rb\u{85}c\u{2028}d\u{2029}e\u{C}f") == "a b c d e f")
  }

  @Test("A text in pieces gives the same as the whole, for every pair of scalars in a sample")
  func pieces() {
    let sample: [Unicode.Scalar] = [
      "a", "\n", "\r", "\u{301}", "\u{1B}", "[", "\u{202E}", "😀", "\u{200D}", "\u{1F1E6}",
    ]
    for first in sample {
      for second in sample {
        let whole = ScreenText.printable(String(String.UnicodeScalarView([first, second])))
        let pieces = ScreenText.printable(String(first)) + ScreenText.printable(String(second))
        #expect(Array(whole.unicodeScalars) == Array(pieces.unicodeScalars))
      }
    }
  }
}
