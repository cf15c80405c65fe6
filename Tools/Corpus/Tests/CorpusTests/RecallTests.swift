import Testing

@testable import Corpus

@Suite("Texts of the recall model")
struct RecallTests {
  /// A text parsed independently of the code that wrote it.
  private struct Parsed {
    var facts: [String] = []
    var dots = 0
    var questions: [String] = []

    init(_ text: String) throws {
      for part in text.split(separator: " ") {
        if part.allSatisfy({ $0 == "." }) {
          dots += part.count
        } else if part.first == "?" {
          questions.append(String(part.dropFirst()))
        } else {
          try #require(part.count == 2, "\(part)")
          try #require(part.first?.isLowercase == true, "\(part)")
          try #require(part.last?.isNumber == true, "\(part)")
          try #require(questions.isEmpty, "a fact after a question: \(text)")
          facts.append(String(part))
        }
      }
    }
  }

  @Test("Every question is about an earlier fact, whose key is unique")
  func answerable() throws {
    for index in 0..<2000 {
      let text = try Parsed(RecallCorpus(seed: 3).text(index))
      #expect((1...4).contains(text.facts.count))
      #expect(Set(text.facts.map(\.first)).count == text.facts.count)
      #expect(!text.questions.isEmpty)
      #expect(text.questions.allSatisfy(text.facts.contains))
    }
  }

  @Test("Training has no held-out list of facts, whatever the seed")
  func heldOut() throws {
    func lists(_ corpus: RecallCorpus) throws -> Set<String> {
      Set(try (0..<5000).map { try Parsed(corpus.text($0)).facts.joined(separator: " ") })
    }
    let held = try lists(RecallCorpus(seed: 1, heldOut: true))
    #expect(held.count > 3000)
    #expect(try held.isDisjoint(with: lists(RecallCorpus(seed: 1))))
    #expect(try held.isDisjoint(with: lists(RecallCorpus(seed: 2))))
  }

  @Test("A question has the requested number of facts and at most the allowed dots", arguments: [1, 4], [0, 7, 100])
  func questions(facts: Int, most: Int) throws {
    var dots: Set<Int> = []
    for index in 0..<500 {
      let text = try Parsed(RecallCorpus(seed: 5, mostDots: most, heldOut: true).question(index, facts: facts))
      #expect(text.facts.count == facts)
      #expect(text.questions.count == 1)
      dots.insert(text.dots)
    }
    #expect(dots.allSatisfy { (min(most, 1)...most).contains($0) })
    #expect(dots.count > most / 3)
  }

  @Test("The same seed gives the same texts, another seed gives others")
  func deterministic() {
    func text(_ seed: UInt64) -> [String] { (0..<100).map(RecallCorpus(seed: seed).text) }
    #expect(text(3) == text(3))
    #expect(text(3) != text(4))
  }
}
