import Testing

@testable import Corpus

@Suite("Sentences")
struct SentenceTests {
  @Test(
    "Tidying leaves single spaces, none before a mark, and a capital at the start of each sentence",
    arguments: [
      ("hi  there ,  you .", "Hi there, you."), (" yes ! no ?  maybe", "Yes! No? Maybe"),
      ("\u{1}soup\u{2}. \u{1}stew\u{2}!", "\u{1}Soup\u{2}. \u{1}Stew\u{2}!"), ("well... maybe", "Well... maybe"),
      ("at 7 a.m. tomorrow", "At 7 a.m. tomorrow"), ("\"hello.\" she said", "\"Hello.\" She said"),
      ("7. yes", "7. Yes"),
    ])
  func tidy(text: String, expected: String) {
    #expect(Sentence.tidy(text) == expected)
  }

  @Test(
    "The article is 'an' if the next word begins with a vowel sound",
    arguments: [
      ("an", "apple"), ("an", "old hat"), ("an", "hour"), ("an", "honest man"), ("an", "uncle"), ("an", "umbrella"),
      ("an", "unimportant thing"), ("an", "8"), ("an", "11"), ("an", "IT consultant"), ("an", "\u{1}egg\u{2}"),
      ("an", "E"),
      ("a", "house"), ("a", "university"), ("a", "useful thing"), ("a", "unicorn"), ("a", "one-way street"),
      ("a", "ukulele"),
      ("a", "European"), ("a", "1"), ("a", "110"), ("a", "TV"), ("a", "\u{1}pear\u{2}"), ("a", "P"),
    ])
  func article(article: String, word: String) {
    #expect(Sentence.tidy("it is a \(word).") == "It is \(article) \(word).")
    #expect(Sentence.tidy("a \(word) is it.") == "\(article.capitalized) \(word) is it.")
  }

  @Test(
    "A letter is not an article", arguments: ["Vitamin A is good.", "The letter a is the first.", "A is a letter."])
  func letter(sentence: String) {
    #expect(Sentence.tidy(sentence) == sentence)
  }

  @Test(
    "Contractions are applied where English allows them, and not where the full form is needed",
    arguments: [
      ("I am fine.", "I'm fine."), ("Yes, I am.", "Yes, I am."), ("I know who I am now.", "I know who I am now."),
      ("It is late, and I will go.", "It's late, and I'll go."), ("You do not know.", "You don't know."),
      ("What is it?", "What is it?"), ("What is it like?", "What's it like?"), ("I am too.", "I am too."),
      ("I am \u{1}RetNet\u{2}.", "I'm \u{1}RetNet\u{2}."), ("\u{1}I am\u{2} here.", "\u{1}I am\u{2} here."),
      ("Say \"I am here\" now.", "Say \"I am here\" now."), ("It is 7.", "It's 7."), ("Who is there?", "Who is there?"),
      ("That is what it is.", "That's what it is."), ("I cannot see it.", "I can't see it."),
      ("I cannot.", "I cannot."),
    ])
  func contractions(long: String, short: String) {
    #expect(Contractions.applied(to: long) == short)
  }
}

@Suite("How users type")
struct TypistTests {
  private func typed(_ sentence: String, _ typist: Typist, seed: UInt64 = 1) -> String {
    var bytes: [UInt8] = []
    var random = Randomness(seed: seed)
    typist.type(sentence, into: &bytes, &random)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let sentence =
    "My neighbour's cat is called \u{1}Zorvo O'Neil\u{2}, because I really like that colour."

  @Test("A word to be copied keeps all its letters in every style", arguments: Typist.Style.allCases)
  func copied(style: Typist.Style) {
    for seed in 1...300 {
      let typist = Typist(style, shortens: true, contracts: true, isAmerican: true)
      let text = typed(Self.sentence, typist, seed: UInt64(seed))
      #expect(text.lowercased().contains("zorvo o'neil"), "\(text)")
      #expect(!text.contains { "\u{1}\u{2}".contains($0) })
    }
  }

  @Test("Each style changes case, contractions and punctuation as named")
  func styles() {
    #expect(typed("I am \u{1}Anna\u{2}.", Typist(.tidy)) == "I am Anna.")
    #expect(typed("I am \u{1}Anna\u{2}.", Typist(.tidy, contracts: true)) == "I'm Anna.")
    #expect(typed("My favourite colour.", Typist(.tidy, isAmerican: true)) == "My favorite color.")
    #expect(typed("Your flour, our hour.", Typist(.tidy, isAmerican: true)) == "Your flour, our hour.")
    let lower = Set((1...50).map { typed("I am \u{1}Anna\u{2}.", Typist(.lowercase), seed: $0) })
    #expect(lower == ["i am anna.", "i am anna"])
    #expect(typed("I am \u{1}Anna\u{2}.", Typist(.hasty, lowersNames: false)) == "i am Anna")
    #expect(typed("The code is \u{1}B7\u{2}.", Typist(.hasty)) == "the code is B7")
    #expect(typed("It's me.", Typist(.hasty)) == "its me")
  }
}
