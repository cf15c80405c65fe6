import Testing

@testable import TerminalKit

@Suite("Word wrap")
struct WordWrapTests {
  @Test("Lines break at spaces, and those spaces are dropped")
  func breaksAtSpaces() {
    #expect(WordWrap.lines("one two  three four", columns: 9) == ["one two", "three", "four"])
    #expect(WordWrap.lines("one two", columns: 7) == ["one two"])
    #expect(WordWrap.lines("one two ", columns: 7) == ["one two"])
    #expect(WordWrap.lines("", columns: 7) == [""])
  }

  @Test("Newlines and empty lines are kept")
  func keepsNewlines() {
    #expect(WordWrap.lines("a\n\nb\r\nc\n", columns: 9) == ["a", "", "b", "c", ""])
  }

  @Test("A word longer than a line is broken at the line's end")
  func breaksLongWords() {
    #expect(WordWrap.lines("abcdefghij", columns: 4) == ["abcd", "efgh", "ij"])
    #expect(WordWrap.lines("x abcdefghij y", columns: 4) == ["x", "abcd", "efgh", "ij y"])
    #expect(WordWrap.lines("日本語日本", columns: 5) == ["日本", "語日", "本"])
    #expect(WordWrap.lines("日本", columns: 1) == ["日", "本"])
  }

  @Test("A hanging indent precedes every line but a paragraph's first")
  func hangingIndent() {
    #expect(WordWrap.lines("one two three", columns: 7, hangingIndent: 2) == ["one two", "  three"])
    #expect(WordWrap.lines("abcdefgh", columns: 4, hangingIndent: 9) == ["abcd", "  ef", "  gh"])
    #expect(WordWrap.lines("  a b", columns: 9) == ["  a b"])
  }

  @Test("A paragraph that begins with spaces keeps its indentation and breaks at wide gaps first")
  func formula() {
    let formula = "  O = (Q Kᵀ ⊙ D) V,   D_nm = γ^(n−m) for n ≥ m, else 0"
    #expect(WordWrap.lines(formula, columns: 60) == [formula])
    #expect(
      WordWrap.lines("Text:\n" + formula, columns: 40)
        == ["Text:", "  O = (Q Kᵀ ⊙ D) V,", "  D_nm = γ^(n−m) for n ≥ m, else 0"])
    #expect(
      WordWrap.lines(formula, columns: 20)
        == ["  O = (Q Kᵀ ⊙ D) V,", "  D_nm = γ^(n−m) for", "  n ≥ m, else 0"])
    #expect(WordWrap.lines("  ", columns: 4) == [""])
    #expect(WordWrap.lines("      abc def", columns: 6) == ["     a", "   bc", "   def"])
  }

  @Test("No line exceeds the width, and no letter is lost", arguments: 2...20)
  func fits(columns: Int) {
    let text = "I saw a 日本語 film about 😀 extraordinarily long-winded dogs\nand   then some e\u{301}tudes.\n  x = y,   z"
    let lines = WordWrap.lines(text, columns: columns)
    #expect(lines.allSatisfy { TextWidth.width(of: $0) <= columns })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " && $0 != "\n" })
  }
}
