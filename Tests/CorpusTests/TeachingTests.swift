import Testing

@testable import Corpus

@Suite("Conversations that teach")
struct TeachingTests {
  static let text = DialogueText.file((0..<4000).map(Teaching(seed: 7).conversation))
  static let blocks = text.dropLast().split(separator: "\n\n")
  static let dialogues = blocks.compactMap(TaughtDialogue.init(block:))

  @Test("The same seed gives the same bytes, another seed others, and a smaller count the first of them")
  func deterministic() {
    func text(_ seed: UInt64, _ count: Int) -> String {
      DialogueText.file((0..<count).map(Teaching(seed: seed).conversation))
    }
    #expect(text(3, 200) == text(3, 200))
    #expect(text(3, 200).hasPrefix(text(3, 80)))
    #expect(text(3, 200) != text(4, 200))
  }

  @Test("Every block alternates U and B, U first, ends with a reply, and has at least two turns")
  func format() {
    #expect(Self.blocks.count == 4000)
    #expect(Self.dialogues.count == 4000)
  }

  @Test("No slot, bracket, mark or double space is left over")
  func clean() {
    for dialogue in Self.dialogues {
      #expect(!dialogue.text.contains { "{}|()\u{1}\u{2}".contains($0) } && !dialogue.text.contains("  "))
    }
  }

  @Test("Replies begin with a capital or a digit and end with a stop")
  func sentences() {
    for reply in Self.dialogues.flatMap(\.exchanges).map(\.reply) {
      #expect(
        reply.first.map { $0.isUppercase || $0.isNumber } == true && reply.last.map { ".?!".contains($0) } == true,
        "\(reply)")
    }
  }

  @Test("Less than one conversation in a hundred is there twice")
  func duplicates() {
    #expect(Set(Self.blocks).count * 100 > Self.blocks.count * 99)
  }

  @Test("Neither short nor long on average: 5 to 10 turns, at most 30")
  func length() {
    let lengths = Self.dialogues.map(\.lines.count)
    #expect((5...10).contains(lengths.reduce(0, +) / lengths.count))
    #expect(lengths.max() ?? 0 <= 30)
  }

  @Test("With several plots conversations are longer, and a dog that was named twice was named anew by a correction")
  func plots() throws {
    let teaching = Teaching(seed: 7, plots: 6)
    let dialogues = try (0..<4000).map { try #require(TaughtDialogue(teaching.conversation($0))) }
    let lengths = dialogues.map(\.lines.count)
    #expect((15...30).contains(lengths.reduce(0, +) / lengths.count) && (lengths.max() ?? 0) > 60)
    var asked = 0
    for dialogue in dialogues {
      var name: Substring?
      for (user, reply) in dialogue.exchanges {
        let user = user.lowercased()
        if let told = user.firstMatch(of: #/my dog(?: is called|'?s name(?: is|'?s)) (\w+)[.?!]*$/#) {
          let isCorrection = user.contains(#/actually|sorry|wait|no,|mistake/#)
          #expect(name == nil || isCorrection || name == told.1, "\(dialogue.text)")
          name = told.1
        } else if let name, let found = reply.lowercased().firstMatch(of: #/your dog is called (\w+)\.$/#) {
          #expect(found.1 == name, "\(dialogue.text)")
          asked += 1
        }
      }
    }
    #expect(asked >= 10)
  }

  @Test("As many plots as there may be always have something left to tell")
  func mostPlots() {
    let teaching = Teaching(seed: 3, plots: Teaching.mostPlots)
    #expect((0..<1000).allSatisfy { TaughtDialogue(teaching.conversation($0)) != nil })
  }

  @Test("Greetings, goodbyes and the model's name are each in many conversations")
  func manners() {
    func share(_ pattern: Regex<Substring>) -> Double {
      Double(Self.dialogues.count { $0.text.lowercased().contains(pattern) }) / Double(Self.dialogues.count)
    }
    #expect(share(#/\b(?:hi|hello|hey|good (?:morning|evening|afternoon))\b/#) > 0.2)
    #expect(share(#/\b(?:bye|goodbye|see you|good night)\b/#) > 0.15)
    #expect(share(#/\bretnet\b/#) > 0.1)
  }

  @Test("All scripts, templates and slots of all topics can be expanded")
  func scripts() {
    var draft = Draft(Randomness(seed: 1))
    for fact in Fact.all {
      draft.tell(fact)
      draft.play(fact.ask)
      draft.play(fact.askInVain)
      draft.play(fact.correct)
    }
    #expect(draft.exchanges == Fact.all.count * 4)
  }

  @Test("In a drill every reply to a wish to repeat is what was to be repeated")
  func drills() throws {
    var repeated = 0
    for index in 0..<2000 {
      let turns = Teaching(seed: 9, kind: .drills).conversation(index)
      for (user, reply) in zip(turns, turns.dropFirst()) where user.speaker == .user {
        guard let colon = user.text.range(of: ": ") else { continue }
        let before = user.text[..<colon.lowerBound].lowercased()
        guard ["repeat", "say", "copy", "write", "me"].contains(where: before.hasSuffix) else { continue }
        // A sentence begins with a capital.
        #expect(reply.text.dropLast().lowercased() == user.text[colon.upperBound...].lowercased())
        repeated += 1
      }
    }
    #expect(repeated > 500)
  }
}
