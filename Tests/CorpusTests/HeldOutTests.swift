import Foundation
import RetNet
import Testing

@testable import Corpus

@Suite("Held-out words and probes")
struct HeldOutTests {
  static let text = DialogueText.file((0..<12000).map(Teaching(seed: 5).conversation))

  @Test("The generator never emits a held-out name, town or number")
  func words() {
    let words = Set(Self.text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    let heldOut = HeldOut.names + HeldOut.petNames + HeldOut.places + HeldOut.numbers.map(String.init)
    #expect(heldOut.filter { words.contains($0.lowercased()) } == [])
  }

  @Test("The generator never asks as the probes alone do")
  func questions() {
    let asked = Set(
      Self.text.split(separator: "\n").filter { $0.hasPrefix("U: ") }.map { Self.letters($0.dropFirst(3)) })
    let heldOut = HeldOut.questions.values.joined() + HeldOut.identityQuestions
    #expect(heldOut.count > 10)
    #expect(heldOut.filter { asked.contains(Self.letters(Substring($0))) } == [])
  }

  @Test("The generator never tells a name with the greetings that the probes alone have")
  func introductions() throws {
    let told = Self.text.split(separator: "\n").filter { $0.hasPrefix("U: ") }.map { $0.dropFirst(3) }
    for introduction in HeldOut.introductions {
      let parts = introduction.split(separator: "{}", omittingEmptySubsequences: false).map { Self.letters($0) }
      try #require(parts.count == 2)
      #expect(
        !told.contains { line in
          let line = Self.letters(line)
          return line.hasPrefix(parts[0]) && line.hasSuffix(parts[1]) && line.count < 40
        }, "\(introduction)")
    }
  }

  @Test(
    "Probes amid small talk: what is told is told once, first or seventh, and the last message asks for it or the model"
  )
  func acquaintance() throws {
    let probes = Probes.acquaintance(seed: 1)
    #expect(probes.recall.count == 60 && probes.manners.count == 40)
    #expect(Set(probes.recall).count == 60 && Set(probes.manners).count == 40)
    #expect(probes.recall.count { $0.kind == "late" && $0.messages.count == 10 } == 20)
    for probe in probes.recall {
      let pattern = try Regex(probe.expect)
      #expect(probe.messages.indices.filter { probe.messages[$0].contains(pattern) } == [probe.kind == "late" ? 6 : 0])
    }
    for probe in probes.manners {
      let pattern = try Regex(probe.expect)
      for answer in ["I'm RetNet.", "No, I am a program."] { #expect(answer.contains(pattern)) }
      for answer in ["I'm a nurse.", "My name is Jenny."] { #expect(!answer.contains(pattern)) }
    }
  }

  private static func letters(_ text: Substring) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  @Test("A ninth of the numbers with three digits is held out")
  func numbers() {
    #expect(HeldOut.numbers.count == 100)
    #expect(HeldOut.numbers.allSatisfy { (100...999).contains($0) })
  }

  @Test(
    "There are 100 probes of recall: told in the first of four messages, and in no other",
    arguments: ProbeWords.allCases)
  func recall(words: ProbeWords) throws {
    let probes = Probes(seed: 1, words: words).recall
    #expect(probes.count == 100)
    for probe in probes {
      #expect(probe.messages.count == 4)
      let pattern = try Regex(probe.expect)
      #expect(probe.messages[0].contains(pattern))
      #expect(probe.messages.dropFirst().allSatisfy { !$0.contains(pattern) })
    }
    #expect(Set(probes).count == 100)
  }

  @Test("Each probe of manners takes the answers of a polite program, and not those of another")
  func manners() throws {
    let right = [
      "greeting": ["Hello! How are you?", "Hi there.", "Good morning!"],
      "goodbye": ["Goodbye!", "See you soon.", "bye"],
      "identity": ["I am RetNet.", "My name is RetNet, nice to meet you."],
    ]
    let wrong = ["I like the movie.", "This is history.", "Yes.", "I had a shell."]
    let probes = Probes(seed: 1, words: .common).manners
    #expect(probes.count == 20)
    for probe in probes {
      let pattern = try Regex(probe.expect)
      for answer in try #require(right[probe.kind]) { #expect(answer.contains(pattern)) }
      for answer in wrong { #expect(!answer.contains(pattern), "\(answer)") }
    }
  }

  @Test("The common words of the probes are words of the corpus; the unheard ones are not")
  func commonWords() {
    #expect(Set(ProbeWords.commonNames).isSubset(of: Lexicon.firstNames))
    #expect(Set(ProbeWords.commonPetNames).isSubset(of: Lexicon.petNames))
    #expect(Set(ProbeWords.commonPlaces).isSubset(of: Lexicon.towns))
    #expect(Set(HeldOut.names).isDisjoint(with: Lexicon.firstNames))
  }

  @Test(
    "The committed probes are those of seed 1",
    arguments: [
      ("probes.json", Probes(seed: 1, words: .common)), ("probes-unheard.json", Probes(seed: 1, words: .unheard)),
      ("probes-acquaintance.json", .acquaintance(seed: 1)),
    ])
  func committed(file: String, probes: Probes) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Models/chat/\(file)")
    #expect(try JSONDecoder().decode(Probes.self, from: Data(contentsOf: path)) == probes)
  }
}
