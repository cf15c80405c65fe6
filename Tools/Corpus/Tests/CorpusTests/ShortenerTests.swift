import RetNetText
import Testing

@testable import Corpus

@Suite("Short replies")
struct ShortenerTests {
  @Test("Sentences end at . ! and ?, also before a quotation mark, but not at initials")
  func sentences() {
    #expect(
      Shortener.sentences("It is by J. M. W. Turner. He said: \"Sun!\" Do you like it?")
        == ["It is by J. M. W. Turner.", "He said: \"Sun!\"", "Do you like it?"])
    #expect(Shortener.sentences("no mark") == ["no mark"])
    #expect(Shortener.sentences("") == [])
  }

  @Test("A long reply becomes its first sentence, or that and a short one")
  func shortened() {
    var random = Randomness(seed: 3)
    let long = "Phew. Curtains shut, fan on, feet in cold water, and a book. Which one would you take on such a day?"
    let first = "A groan is the best thing that a pun can get. Tell your best friend that it is still going strong."
    let question = "I have read a lot about garlic bread and butter. Do you like it?"
    var found: Set<String> = []
    for _ in 0..<200 {
      #expect(Shortener.shortened("Under the mat, you said.", &random) == "Under the mat, you said.")
      #expect(Shortener.shortened(first, &random) == "A groan is the best thing that a pun can get.")
      #expect(Shortener.shortened(long, &random) == "Phew.")
      if let short = Shortener.shortened(question, &random) { found.insert(short) }
    }
    #expect(found == [question, "I have read a lot about garlic bread and butter."])
  }

  @Test(
    "Statements about the day are plain; questions, requests, facts to recall and farewells are not",
    arguments: [
      ("My grandmother died on Sunday.", true), ("we went to the lake with the kids", true),
      ("I have to go now, bye.", false), ("now: where did i say my key is", false), ("What did I tell you?", false),
      ("My name is Anna and I paint.", false), ("I have 3 cats and a dog", false), ("the lake", false),
      ("tell me something about the lake", false), ("and that bats are birds", false),
    ])
  func plain(_ message: String, _ isPlain: Bool) {
    #expect(Statement.isPlain(message) == isPlain)
  }

  @Test("Bad news gets no joy and good news no sorrow")
  func reactions() {
    var random = Randomness(seed: 4)
    let joy = ["great", "lovely", "wonderful", "congrat", "nice", "glad", "fun", "brilliant", "cool"]
    let sorrow = ["sorry", "oh no", "hard", "pity", "unpleasant", "bad luck"]
    for _ in 0..<300 {
      let bad = Reaction.to("My dog died and I feel so alone.", &random).lowercased()
      #expect(!joy.contains(where: bad.contains), "\(bad)")
      let good = Reaction.to("I won the first prize with my cake!", &random).lowercased()
      #expect(!sorrow.contains(where: good.contains), "\(good)")
      #expect(!Reaction.to("We bought an umbrella.", &random).contains { "{}".contains($0) })
    }
  }

  @Test("Common replies stay, user turns are unchanged, and the same seed gives the same text")
  func conversations() {
    let statement = "The neighbours painted their fence on Friday."
    let rare = "A fence with a fresh coat is a good neighbour to the whole street, and it tells a story."
    let talk = [Turn(.user, statement), Turn(.reply, "Oh, nice."), Turn(.user, statement), Turn(.reply, rare)]
    let text = Array(repeating: Array(talk[..<2]), count: 60) + Array(repeating: talk, count: 30)
    let shortener = Shortener(seed: 1, text)
    var replaced = 0
    for (index, conversation) in text.enumerated() {
      let found = shortener.conversation(conversation, index)
      #expect(found.filter { $0.speaker == .user } == conversation.filter { $0.speaker == .user })
      #expect(found[1].text == "Oh, nice.")
      if found.count > 3, found[3].text != rare { replaced += 1 }
      #expect(shortener.conversation(conversation, index) == found)
    }
    #expect((20...30).contains(replaced))
  }
}
