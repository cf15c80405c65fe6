import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Patterns")
struct ReplyPatternTests {
  /// Random expressions of the supported subset.
  private struct Generator {
    var random: SeededGenerator

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func pattern(depth: Int) -> String {
      (0..<Int.random(in: 1...2, using: &random)).map { _ in sequence(depth) }.joined(separator: "|")
    }

    private mutating func sequence(_ depth: Int) -> String {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        atom(depth) + pick(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}"])
      }.joined()
    }

    private mutating func atom(_ depth: Int) -> String {
      if depth > 0, Bool.random(using: &random) { return "(\(pattern(depth: depth - 1)))" }
      return pick([
        "a", "b", "1", "→", "😀", ".", "[ab]", "[^a]", "[a-c1]", "[→-😀]", "[^a→]", "\\d", "\\w", "\\s", "\\D", "\\S",
        "\\.", "\\n", "[\\d ]", "[-a]", "[a-]", " ",
      ])
    }
  }

  /// The independent matcher.
  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    let expression = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
    return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  @Test("Random expressions match the same texts as NSRegularExpression", arguments: 0..<8 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var generator = Generator(random: SeededGenerator(seed: seed))
    let alphabet = ["a", "b", "c", "1", " ", "\n", ".", "-", "→", "😀"]
    var found = (matching: 0, other: 0, tooLarge: 0)
    for _ in 0..<60 {
      let source = generator.pattern(depth: 2)
      let pattern: ReplyPattern
      do {
        pattern = try ReplyPattern(parsing: source)
      } catch {
        try #require(error == PatternAutomaton.tooLarge, "\(source): \(error)")
        found.tooLarge += 1
        continue
      }
      for _ in 0..<40 {
        let text = (0..<Int.random(in: 0...5, using: &generator.random)).map { _ in generator.pick(alphabet) }.joined()
        let expected = try matches(source, text)
        #expect(pattern.matches(text) == expected, "\(source) and '\(text)'")
        if expected { found.matching += 1 } else { found.other += 1 }
      }
    }
    #expect(found.matching > 20)
    #expect(found.other > 20)
    #expect(found.tooLarge < 10)
  }

  @Test(
    "Single expressions and texts",
    arguments: [
      ("yes|no", "yes", true), ("yes|no", "yesno", false), ("", "", true), ("", "a", false), ("a{3}", "aaa", true),
      ("a{3}", "aaaa", false), ("(a|b){2,3}c", "abac", true), ("[^a-z]+", "É→", true), (".", "\n", false),
      ("[é-ü]", "ö", true), ("[é-ü]", "o", false), ("\\(\\)\\\\", "()\\", true), ("(a*)*b", "aaab", true),
      ("()*", "", true), ("[\\]\\-^]+", "]-^", true), ("x{0}", "", true), ("[^\\n]*", "a\nb", false),
    ])
  func single(source: String, text: String, expected: Bool) throws {
    #expect(try ReplyPattern(source).matches(text) == expected)
  }

  @Test("Every character is in exactly one of a class and its inverse")
  func utf8() throws {
    let (inside, outside) = (try ReplyPattern("[ -~é-→😀]"), try ReplyPattern("[^ -~é-→😀]"))
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(String.UnicodeScalarView([scalar]))
      let isInside = (0x20...0x7E).contains(value) || (0xE9...0x2192).contains(value) || value == 0x1F600
      #expect(inside.matches(text) == isInside)
      #expect(outside.matches(text) == !isInside)
    }
  }

  @Test(
    "A wrong expression names what is wrong and where",
    arguments: [
      ("a(b", "'(' at character 1 has no ')'"), ("ab)", "')' at character 2 has no '('"),
      ("*a", "'*' at character 0 has nothing to repeat"), ("a**", "'*' at character 2 repeats a repetition"),
      ("[a", "'[' at character 0 has no ']'"), ("[]", "is empty"), ("[z-a]", "from a lower to a higher"),
      ("[a-\\d]", "from a lower to a higher"), ("\\q", "'\\q' at character 0"), ("a\\", "ends with a backslash"),
      ("a{2,1}", "begins no count"), ("a{", "begins no count"), ("a{x}", "begins no count"),
      ("a{1001}", "up to 1000"), ("a{99999999999999999999}", "up to 1000"), ("(?=a)", "only plain groups"),
      ("^a", "the whole text matches"), ("a$", "the whole text matches"), ("{2}", "has nothing to repeat"),
      ("[[a]]", "must be written '\\['"), ("[^\\d\\D]", "no text matches it"),
    ])
  func wrong(source: String, reason: String) throws {
    let error = try #require(throws: PatternError.self) { try ReplyPattern(parsing: source) }
    #expect(error.reason.contains(reason), "\(error.reason)")
    #expect(throws: ChatError.self) { try ReplyPattern(source) }
  }

  @Test(
    "A hostile expression is refused quickly and by name",
    arguments: [
      "((a{1000}){1000}){1000}", "(((){1000}){1000}){1000}", "(a|b)*a(a|b){20}", ".{1000}.{1000}.{1000}.{1000}",
      String(repeating: "a", count: 5000), String(repeating: "(", count: 3000),
      String(repeating: "(", count: 101) + String(repeating: ")", count: 101), "(.*.*.*){500}",
      "([^a]*[^b]*){900}(x|y){30}",
    ])
  func hostile(source: String) throws {
    let error = try #require(throws: PatternError.self) { try ReplyPattern(parsing: source) }
    let reasons = ["more than", "at most", "has no ')'"]
    #expect(reasons.contains { error.reason.contains($0) }, "\(error.reason)")
  }

  @Test("A pattern is coded as its source, and a wrong source is a decoding error")
  func codable() throws {
    let pattern = try ReplyPattern("[ab]+\"")
    let data = try JSONEncoder().encode([pattern])
    #expect(String(decoding: data, as: UTF8.self) == #"["[ab]+\""]"#)
    #expect(try JSONDecoder().decode([ReplyPattern].self, from: data) == [pattern])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([ReplyPattern].self, from: Data(#"["a("]"#.utf8)) }
  }

  @Test("Session files keep stop strings and patterns, and need neither")
  func session() throws {
    var session = SessionFileTests.session()
    let before = String(decoding: try session.json(), as: UTF8.self)
    #expect(!before.contains("\"stop\":"))
    #expect(!before.contains("\"pattern\":"))
    session.sampling.stop = ["\nU:", "→"]
    session.sampling.pattern = try ReplyPattern("a|b")
    #expect(try SessionFile(json: session.json()) == session)
    let text = String(decoding: try session.json(), as: UTF8.self)
    let error = try #require(throws: SessionFileError.self) {
      try SessionFile(json: Data(text.replacing("\"a|b\"", with: "\"a(b\"").utf8))
    }
    #expect("\(error)".contains("sampling.pattern"), "\(error)")
    #expect(throws: SessionFileError.self) {
      try SessionFile(json: Data(text.replacing("\"→\"", with: "\"\"").utf8))
    }
  }
}
