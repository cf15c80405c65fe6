import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Pattern table")
struct PatternTableTests {
  private static let table = PatternTable(pieces: [
    "bye": "bye|see you", "polite": "please|{bye}", "a-2": "2", "loop": "a{knot}", "knot": "{loop}b",
    "self": "({self})",
  ])

  @Test(
    "A name in braces is replaced by its piece, recursively",
    arguments: [
      ("\\b({bye})\\b", "\\b(bye|see you)\\b"), ("{polite}", "please|bye|see you"),
      ("{bye}{bye}", "bye|see youbye|see you"), ("[{a-2}]", "[2]"), ("", ""), ("none", "none"),
    ])
  func names(pattern: String, expanded: String) throws {
    #expect(try Self.table.expanded(pattern) == expanded)
  }

  @Test(
    "Quantifiers, escapes and ICU's uses of braces are unchanged",
    arguments: [
      "a{2}", "a{0,2}", "a{3,}", "a{2}?", "\\{bye}", "\\p{bye}", "\\P{bye}", "\\x{bye}", "\\N{bye}", "{Bye}", "{ bye}",
      "{}", "{", "}", "\\", "{bye", "a\n{2}",
    ])
  func remaining(pattern: String) throws {
    #expect(try Self.table.expanded(pattern) == pattern)
  }

  @Test("An escaped backslash does not escape a brace")
  func escapedBackslash() throws {
    #expect(try Self.table.expanded("\\\\{a-2}") == "\\\\2")
  }

  @Test(
    "Names without a piece and recursive pieces are refused",
    arguments: [
      ("{hello}", PatternError.unknown(name: "hello")), ("{bye} {by}", .unknown(name: "by")),
      ("{loop}", .circular(names: ["loop", "knot", "loop"])), ("{self}", .circular(names: ["self", "self"])),
    ])
  func refused(pattern: String, error: PatternError) {
    #expect(throws: error) { try Self.table.expanded(pattern) }
  }

  @Test("Thirty doublings, a gigabyte of text, are refused before expansion")
  func doublings() {
    var pieces = ["p0": "ab"]
    for n in 1...30 { pieces["p\(n)"] = "{p\(n - 1)}{p\(n - 1)}" }
    #expect(throws: PatternError.tooLarge) { try PatternTable(pieces: pieces).expanded("{p30}") }
  }

  @Test("A chain of ten thousand pieces is refused before the stack overflows")
  func chain() {
    var pieces = ["p0": "a"]
    for n in 1...10_000 { pieces["p\(n)"] = "{p\(n - 1)}" }
    #expect(throws: PatternError.tooLarge) { try PatternTable(pieces: pieces).expanded("{p10000}") }
  }
}
