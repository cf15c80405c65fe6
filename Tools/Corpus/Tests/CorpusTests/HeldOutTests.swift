import Foundation
import Testing

@testable import Corpus

@Suite("Held-out words and probes")
struct HeldOutTests {
  /// Facts and drills, between other talk.
  static let told = DialogueText.file((0..<1500).map(Drills(seed: 5).conversation)) + composed(["quick-1"], count: 800)
  /// Scenes that state and recall facts.
  static let scenes = composed(
    ["recall-name", "recall-many", "recall-pets", "track-short", "correct-1", "identity-who"], count: 800)

  private static func composed(_ names: [String], count: Int) -> String {
    do {
      let folder = try TestFolder()
      for name in names + ["slots"] {
        try folder.write(
          "\(name).txt", String(contentsOfFile: "\(SceneFileTests.folder)/\(name).txt", encoding: .utf8))
      }
      var composer = try Composer(seed: 5, scenes: folder.path, talks: [], weights: Weights("@told 2\n* 1", path: ""))
      var bytes: [UInt8] = []
      for _ in 0..<count { composer.append(to: &bytes) }
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      Issue.record(error)
      return ""
    }
  }

  /// The held-out words that the text contains, ignoring case.
  private static func found(_ heldOut: [String], in text: String) -> [String] {
    let words = Set(text.lowercased().split { !$0.isLetter && !$0.isNumber })
    #expect(words.count > 1000)
    return heldOut.filter { words.contains(Substring($0.lowercased())) }
  }

  @Test("A fact is never a held-out name, town or number")
  func words() {
    let dishes = Set(Lexicon.foods.joined(separator: " ").split(separator: " ").map { $0.lowercased() })
    let heldOut =
      HeldOut.names + HeldOut.petNames.filter { !dishes.contains($0.lowercased()) } + HeldOut.places
      + HeldOut.numbers.map(String.init)
    #expect(Self.found(heldOut, in: Self.told) == [])
  }

  @Test("Scenes that state and recall facts have no held-out name")
  func sceneNames() {
    #expect(Self.found(HeldOut.names, in: Self.scenes) == [])
  }

  @Test("The corpus has no held-out question of the probes")
  func questions() {
    let asked = Set(
      (Self.told + Self.scenes).split(separator: "\n").filter { $0.hasPrefix("U: ") }.map {
        Self.letters($0.dropFirst(3))
      })
    let heldOut = HeldOut.questions.values.joined() + HeldOut.identityQuestions
    #expect(heldOut.count > 10)
    #expect(heldOut.filter { asked.contains(Self.letters(Substring($0))) } == [])
  }

  @Test("The corpus has no held-out introduction of the probes")
  func introductions() throws {
    let told = (Self.told + Self.scenes).split(separator: "\n").filter { $0.hasPrefix("U: ") }.map { $0.dropFirst(3) }
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
    "Acquaintance probes state a fact once, in message 0 or 6, and the last message asks for it or for the model"
  )
  func acquaintance() throws {
    let probes = Probes.acquaintance(seed: 1)
    #expect(probes.recall.count == 60)
    #expect(probes.manners.count == 40)
    #expect(Set(probes.recall).count == 60)
    #expect(Set(probes.manners).count == 40)
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

  @Test("A ninth of the three-digit numbers is held out")
  func numbers() {
    #expect(HeldOut.numbers.count == 100)
    #expect(HeldOut.numbers.allSatisfy { (100...999).contains($0) })
  }

  @Test(
    "Each of 100 recall probes states its fact in the first of four messages only",
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

  @Test("Each manners probe accepts the answers of a polite program and rejects others")
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

  @Test("The probes' common words are in the corpus lexicon; the unheard ones are not")
  func commonWords() {
    #expect(Set(ProbeWords.commonNames).isSubset(of: Lexicon.firstNames))
    #expect(Set(ProbeWords.commonPetNames).isSubset(of: Lexicon.petNames))
    #expect(Set(ProbeWords.commonPlaces).isSubset(of: Lexicon.towns))
    #expect(Set(HeldOut.names).isDisjoint(with: Lexicon.firstNames))
  }

  @Test(
    "The committed probes equal those of seed 1",
    arguments: [
      ("probes.json", Probes(seed: 1, words: .common)), ("probes-unheard.json", Probes(seed: 1, words: .unheard)),
      ("probes-acquaintance.json", .acquaintance(seed: 1)),
    ])
  func committed(file: String, probes: Probes) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../../Models/chat/\(file)")
    #expect(try JSONDecoder().decode(Probes.self, from: Data(contentsOf: path)) == probes)
  }
}
