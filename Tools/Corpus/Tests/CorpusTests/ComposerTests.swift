import Foundation
import RetNetText
import Testing

@testable import Corpus

@Suite("Composed conversations")
struct ComposerTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write(
      "scenes/slots.txt", "slot name: Ann | Bob | Cleo\nslot petname: Rex | Tim | Io\nslot food: pie | soup\n")
    try folder.write(
      "scenes/quick-1.txt",
      (1...9).map { "U: Quick \($0) is here.\nB: Quick reply \($0).\nU: And more \($0)?\nB: More reply \($0).\n" }
        .joined(separator: "\n"))
    try folder.write(
      "scenes/recall-1.txt",
      "U: My dog is called {petname}.\nB: What a name!\nU: What is my dog called?\nB: {petname}.\n")
  }

  private func composer(seed: UInt64 = 1, _ weights: String, talks: [String] = []) throws -> Composer {
    try Composer(
      seed: seed, scenes: folder.path + "/scenes", talks: talks, weights: Weights(weights, path: "weights.txt"))
  }

  private func dialogues(
    _ count: Int, seed: UInt64 = 1, _ weights: String, talks: [String] = []
  ) throws -> [WrittenDialogue] {
    var composer = try composer(seed: seed, weights, talks: talks)
    return try (0..<count).map { _ in
      var bytes: [UInt8] = []
      composer.append(to: &bytes)
      return try #require(WrittenDialogue(block: Substring(String(decoding: bytes.dropLast(), as: UTF8.self))))
    }
  }

  @Test("A seed determines the text, and fewer conversations are a prefix of it")
  func deterministic() throws {
    func text(_ seed: UInt64, _ count: Int) throws -> String {
      try dialogues(count, seed: seed, "@told 1\n@sums 1\n* 2").map(\.text).joined(separator: "\n\n")
    }
    let whole = try text(3, 200)
    #expect(try text(3, 200) == whole)
    #expect(try text(4, 200) != whole)
    #expect(whole.hasPrefix(try text(3, 50)))
  }

  @Test("A file has the same conversations as composing one by one, and is written atomically")
  func file() throws {
    let path = folder.path + "/out.txt"
    var composer = try composer("@told 1\n* 2")
    try composer.write(40, to: path)
    let conversations = try DialogueFile.read(path: path)
    #expect(
      conversations.map { $0.map(\.text) }
        == (try dialogues(40, "@told 1\n* 2").map { $0.lines.map(\.text) }))
    #expect(composer.report.conversations == 40)
    #expect(composer.report.exchanges == conversations.joined().count / 2)
    #expect(folder.names() == ["out.txt", "scenes"])
  }

  @Test("A scene recalls the fact that it states, often with other talk in between")
  func splicing() throws {
    var (near, far) = (0, 0)
    for dialogue in try dialogues(1000, "recall-* 1\n* 2") {
      var told: (word: Substring, place: Int)?
      for (index, exchange) in dialogue.exchanges.enumerated() {
        let user = exchange.user.lowercased()
        if let match = user.firstMatch(of: #/my dog(?: is|'s|s) called (\w+)/#), !user.contains("what") {
          told = (match.1, index)
        } else if user.contains(#/what(?: is|'s|s) my (?:dog|dgo) called|my dog called/#), let told {
          #expect(exchange.reply.lowercased().dropLast() == told.word, "\(dialogue.text)")
          if index == told.place + 1 { near += 1 } else { far += 1 }
        }
      }
    }
    #expect(near > 40)
    #expect(far > 100)
  }

  @Test("A reply uses the user's last stated name")
  func names() throws {
    var (asked, addressed) = (0, 0)
    for dialogue in try dialogues(1300, "@told 3\n@sums 1\n* 1") {
      var names: Set<String> = []
      var last: String?
      for exchange in dialogue.exchanges {
        let user = exchange.user.lowercased()
        if !user.contains("full name"), let match = user.firstMatch(of: #/my name(?: is|'s|s) (\w+)[.!]?$/#),
          match.1 != "what"
        {
          last = String(match.1)
          names.insert(String(match.1))
        }
        guard let last else { continue }
        let reply = exchange.reply
        if let match = reply.firstMatch(of: #/[Yy]our name is (\w+)\.$/#),
          !user.contains(#/not|no,|actually|sorry|typo/#)
        {
          if dialogue.text.lowercased().contains(#/not \w+\.|no, |it's|it is|typo|call me|i'm|i am/#) { continue }
          #expect(match.1.lowercased() == last, "\(dialogue.text)")
          #expect(match.1.first?.isUppercase == true)
          asked += 1
        }
        if let match = reply.firstMatch(of: #/^(?:Sure|Nice|Good night|Goodbye|Bye), (\w+)[.!]/#) {
          if names.contains(match.1.lowercased()) { addressed += 1 }
        }
      }
    }
    #expect(asked > 3)
    #expect(addressed > 2)
  }

  @Test("Greetings open a conversation and goodbyes end it")
  func order() throws {
    try folder.write("scenes/smalltalk-1.txt", "U: Hello, zebra!\nB: Hi!\n\nU: Bye, zebra!\nB: Goodbye!\n")
    var (opening, ending) = (0, 0)
    for dialogue in try dialogues(800, "* 1") {
      for (index, exchange) in dialogue.exchanges.enumerated() {
        if exchange.user.lowercased().hasPrefix("hello, zebra") {
          #expect(index == 0, "\(dialogue.text)")
          opening += 1
        }
        if exchange.user.lowercased().hasPrefix("bye, zebra") {
          #expect(index == dialogue.exchanges.count - 1, "\(dialogue.text)")
          ending += 1
        }
      }
    }
    #expect(opening > 30)
    #expect(ending > 30)
  }

  @Test("A scene about danger to life is alone in its conversation")
  func danger() throws {
    try folder.write("scenes/feelings-1.txt", "U: I am in danger, zebra.\nB: Call the emergency number now.\n")
    var found = 0
    for dialogue in try dialogues(1500, "@told 1\n* 1") where dialogue.text.lowercased().contains("zebra") {
      #expect(!dialogue.text.contains("reply"), "\(dialogue.text)")
      #expect(!dialogue.text.lowercased().contains("my dog"), "\(dialogue.text)")
      found += 1
    }
    #expect(found > 10)
  }

  @Test("Each kind has about its share of the exchanges")
  func shares() throws {
    try folder.write("scenes/food-1.txt", "U: Food?\nB: Soup.\nU: Food again?\nB: Pie.\n\nU: Eat?\nB: Yes.\n")
    var composer = try composer("food-* 1\n@sums 2\n@told 1\nrecall-* 0\n* 4")
    var bytes: [UInt8] = []
    for _ in 0..<2500 { composer.append(to: &bytes) }
    let kinds = composer.report.kinds
    let whole = Double(kinds.reduce(0) { $0 + $1.exchanges })
    let shares = kinds.map { Double($0.exchanges) / whole }
    for (share, expected) in zip(shares, [0.125, 0.25, 0.125, 0, 0.5]) {
      #expect(abs(share - expected) < 0.02, "\(shares)")
    }
  }

  @Test("Evasive replies stay below 2 %, however many scenes have them, and the report counts them")
  func evasion() throws {
    try folder.write(
      "scenes/messy-1.txt",
      "U: Why?\nB: I do not know.\n\nU: Can you?\nB: No, I cannot do that.\n\nU: So?\nB: Yes, so.\n")
    var composer = try composer("messy-* 5\n* 5")
    var bytes: [UInt8] = []
    for _ in 0..<800 { composer.append(to: &bytes) }
    let replies = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("B: ") }
    let evasive = replies.count { $0.lowercased().contains(#/i (?:do not|don't) know|i (?:cannot|can't)/#) }
    #expect(evasive == composer.report.evasiveReplies)
    #expect(evasive > 0)
    #expect(Double(evasive) < 0.02 * Double(replies.count))
  }

  @Test("Talk from a file keeps its words and order, and comes from one conversation at a time")
  func talk() throws {
    let talk = try folder.write(
      "talk.txt",
      (0..<30).map { talk in
        (0..<4).map { "U: Do you like \(talk).\($0)?\nB: Yes, \(talk).\($0) it is.\n" }.joined()
      }.joined(separator: "\n"))
    var parts = 0
    for dialogue in try dialogues(600, "@talk 1\n* 1", talks: [talk]) {
      let places = dialogue.exchanges.enumerated().compactMap {
        index, exchange -> (index: Int, talk: Int, part: Int)? in
        guard let match = exchange.reply.firstMatch(of: #/Yes, (\d+)\.(\d)/#) else { return nil }
        #expect(exchange.user.contains("\(match.1).\(match.2)"))
        return (index, Int(match.1) ?? 0, Int(match.2) ?? 0)
      }
      for (one, two) in zip(places, places.dropFirst()) where one.talk == two.talk && two.index == one.index + 1 {
        #expect(two.part == one.part + 1 || two.part <= one.part)
      }
      parts += places.count
    }
    #expect(parts > 300)
  }

  @Test("Talk that is short, repeats a speaker or has a name is rejected; a file with no other talk is an error")
  func suits() throws {
    let path = try folder.write(
      "a.txt",
      "U: a\nB: b\n\nU: a\nB: b\nB: c\nU: d\n\nU: a\nB: I'm Anna.\nU: c\nB: d\n\nU: Your name?\nB: b\nU: c\nB: d\n\n"
        + "U: I'm [user 1]\nB: b\nU: c\nB: d\n")
    #expect(throws: CorpusError.self) { try Talks(path: path) }
  }

  @Test(
    "Weights: the error names the number of a broken line, or the scene file without a line",
    arguments: [
      ("quick-* x", "line 1"), ("# a\nquick-* 1 2", "line 2"), ("quick-*", "line 1"), ("quick-* -1", "line 1"),
      ("quick-* 0", "no weight above 0"), ("", "no weight above 0"), ("quick-* nan", "line 1"),
      ("quick-* 1", "'recall-1'"),
    ])
  func weights(text: String, words: String) throws {
    do {
      _ = try composer(text)
      Issue.record("no error")
    } catch let error as CorpusError {
      #expect(error.description.contains("weights.txt"), "\(error)")
      #expect(error.description.contains(words), "\(error)")
    }
  }

  @Test("The first matching line gives a file its weight")
  func patterns() throws {
    let weights = try Weights("a-1 3\na-* 2 # rest\n* 1\n", path: "w")
    #expect(["a-1", "a-12", "a-2", "b"].map { weights.line(for: $0) } == [0, 1, 1, 2])
  }

  @Test("The report is JSON with counts, shares and sums")
  func report() throws {
    var composer = try composer("@sums 1\n* 1")
    var bytes: [UInt8] = []
    for _ in 0..<50 { composer.append(to: &bytes) }
    let json = try #require(try JSONSerialization.jsonObject(with: composer.report.json()) as? [String: Any])
    #expect(json["conversations"] as? Int == 50)
    #expect(json["bytes"] as? Int == bytes.count)
    #expect((json["kinds"] as? [[String: Any]])?.count == 2)
    #expect((json["sums"] as? [String: Any])?["plusMedian"] as? Int != nil)
    #expect(json["replyWords"] as? Int ?? 0 > json["differentWords"] as? Int ?? 0)
    #expect(composer.report.table.contains("50 conversations"))
  }
}

@Suite("Splices")
struct SpliceTests {
  @Test(
    "A splice may precede a question about a stated fact, but not one that refers to the last turn",
    arguments: [
      ("What is my dog called?", true), ("Do you remember my name?", true), ("Where do I live?", true),
      ("And my cat?", false), ("What is it called?", false), ("Why do I like that?", false), ("Yes, my dog.", false),
      ("I have a dog.", false), ("What is the capital of France?", false), ("Rainy. Where am I now?", false),
      ("Which one do I like?", false),
    ])
  func places(question: String, isPlace: Bool) {
    let exchanges = [Exchange(user: "I told you.", reply: "Yes."), Exchange(user: question, reply: "Rex.")]
    #expect(Splice.places(in: exchanges) == (isPlace ? [1] : []))
  }

  @Test("A splice precedes neither the answer to a question nor the first turn")
  func unanswered() {
    let exchanges = [
      Exchange(user: "Where do I live?", reply: "How so?"), Exchange(user: "Where do I live?", reply: "x"),
    ]
    #expect(Splice.places(in: exchanges) == [])
  }

  @Test("The question at the end of a reply is removed if the reply has other sentences")
  func questions() {
    #expect(Splice.withoutLastQuestion("Nice. How old is it?") == "Nice.")
    #expect(Splice.withoutLastQuestion("Nice! Is it old, or new?") == "Nice!")
    #expect(Splice.withoutLastQuestion("How old is it?") == "How old is it?")
    #expect(Splice.withoutLastQuestion("How? How old?") == "How? How old?")
    #expect(Splice.withoutLastQuestion("It is old.") == "It is old.")
  }

  @Test("A name is inserted only after an opening word")
  func address() {
    #expect(Address.by("Ann", in: "Good idea! Do it.") == "Good idea, Ann! Do it.")
    #expect(Address.by("Ann", in: "Sure, why not.") == "Sure, Ann, why not.")
    #expect(Address.by("Ann", in: "Nice weather.") == "Nice weather.")
    #expect(Address.by("Ann", in: "Thanks, Ann!") == "Thanks, Ann!")
  }
}
