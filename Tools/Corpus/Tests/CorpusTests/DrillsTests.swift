import Testing

@testable import Corpus

@Suite("Drills")
struct DrillsTests {
  @Test("The reply to a request to repeat is the text to repeat")
  func repeating() throws {
    var repeated = 0
    for index in 0..<2000 {
      let turns = Drills(seed: 9).conversation(index)
      for (user, reply) in zip(turns, turns.dropFirst()) where user.speaker == .user {
        guard let colon = user.text.range(of: ": ") else { continue }
        let before = user.text[..<colon.lowerBound].lowercased()
        guard ["repeat", "say", "copy", "write", "me"].contains(where: before.hasSuffix) else { continue }
        // A reply begins with a capital.
        #expect(reply.text.dropLast().lowercased() == user.text[colon.upperBound...].lowercased())
        repeated += 1
      }
    }
    #expect(repeated > 200)
  }

  @Test("All scripts that state, ask for and correct a fact can be played")
  func facts() {
    var words: [String: String] = ["was": "x", "initial": "x"]
    var random = Randomness(seed: 1)
    for fact in Fact.all {
      for script in [fact.tell, fact.ask, fact.askInVain, fact.correct] {
        let exchange = FactTalk.play(script, &words, &random)
        #expect(!exchange.user.isEmpty)
        #expect(!exchange.reply.contains { "{}|()".contains($0) }, "\(exchange.reply)")
      }
    }
    #expect(Set(Fact.all.map(\.slot)).count == Fact.all.count)
  }

  @Test("Every fact is a claim, and the questions for it mention that claim")
  func claims() {
    var words: [String: String] = [:]
    var random = Randomness(seed: 2)
    for fact in Fact.all {
      let claim = Claims(fact)
      #expect(!claim.isEmpty, "\(fact.slot)")
      let asked = (0..<40).map { _ in FactTalk.play(fact.ask, &words, &random).user.searchable }
      #expect(asked.contains { !Claims(in: $0, broad: true).isDisjoint(with: claim) }, "\(fact.slot)")
    }
  }
}

@Suite("Stories")
struct StoryTests {
  private func slots(_ text: String) -> Set<String> {
    Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) })
  }

  @Test("Every question is answered by what the story tells, and corrections name its slots")
  func answers() throws {
    for story in Story.all(4) {
      for question in story.questions { #expect(question.slots.isSubset(of: story.tell.slots), "\(question.text)") }
      for (slot, lead) in story.corrections {
        #expect(story.tell.slots.contains(slot))
        #expect(slots(lead).isSubset(of: story.tell.slots))
      }
      #expect(story.tell.slots.allSatisfy { $0.hasSuffix("4") })
    }
  }

  @Test("The answers have the words of the story, and those of a correction after it")
  func words() throws {
    var random = Randomness(seed: 5)
    var corrected = 0
    for _ in 0..<40 {
      for story in Story.all(1) {
        var words: [String: String] = [:]
        _ = FactTalk.play(story.tell, &words, &random)
        let told = words
        if let correction = story.correction(&words, &random) {
          corrected += 1
          let changed = words.filter { told[$0.key] != nil && told[$0.key] != $0.value }
          #expect(changed.count == 1)
          #expect(correction.reply.lowercased().contains(changed.values.first?.lowercased() ?? "?"))
        }
        for question in story.questions {
          let reply = FactTalk.play(question, &words, &random).reply.lowercased()
          let asked = question.turns[1].flatMap { $0.slots.map(\.name) }
          // Some answers have no word of the story, such as "In the kitchen."
          guard question.turns[1].allSatisfy({ !$0.slots.isEmpty }) else { continue }
          #expect(asked.contains { reply.contains((words[$0] ?? "?").lowercased()) }, "\(question.text): \(reply)")
        }
      }
    }
    #expect(corrected > 100)
  }
}
