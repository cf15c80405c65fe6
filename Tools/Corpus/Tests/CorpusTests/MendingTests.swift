import RetNetText
import Testing

@testable import Corpus

@Suite("Mending")
struct MendingTests {
  private func turns(_ texts: String...) -> [Turn] {
    texts.map { Turn($0.hasPrefix("U") ? .user : .reply, String($0.dropFirst(3))) }
  }

  private func mended(_ turns: [Turn], replyName: String? = nil) throws -> (texts: [String], mends: [Mend: Int]) {
    let (result, mends) = DialogueRepair(seed: 1, replyName: replyName).mend(turns)
    return (try result.get().map { ($0.speaker == .user ? "U: " : "B: ") + $0.text }, mends)
  }

  @Test("Each speaker has one name, which is not held out")
  func names() throws {
    let (texts, mends) = try mended(
      turns(
        "U: Hi, I'm [name].", "B: Hi [name], I'm [name].", "U: Nice to meet you, [name].",
        "B: You too, [user 1's name]!",
        "U: Bye, [user 2 name] (name), user 2."))
    let user = try #require(texts[0].firstMatch(of: #/I'm (\w+)\./#)).1
    let reply = try #require(texts[1].firstMatch(of: #/I'm (\w+)\./#)).1
    #expect(user != reply)
    #expect(!HeldOut.names.contains(String(user)))
    #expect(!HeldOut.names.contains(String(reply)))
    #expect(
      texts == [
        "U: Hi, I'm \(user).", "B: Hi \(user), I'm \(reply).", "U: Nice to meet you, \(reply).", "B: You too, \(user)!",
        "U: Bye, \(reply) \(reply), \(reply).",
      ])
    #expect(mends == [.name: 8])
  }

  @Test("A placeholder gets the name that the speaker gave")
  func givenName() throws {
    let (texts, _) = try mended(turns("U: My name is Anna.", "B: I am Canadian. Nice to meet you, [name]."))
    #expect(texts[1] == "B: I am Canadian. Nice to meet you, Anna.")
  }

  @Test("The replying speaker has the requested name, whether given, a placeholder or numbered; the user's name stays")
  func replyName() throws {
    let (texts, mends) = try mended(
      turns(
        "U: Hi, I'm Anna.", "B: Hi Anna, I'm John.", "U: John, do you like Mary Poppins?",
        "B: I'm [name], user 1, not Mary.", "U: Bye, user 2!", "B: \"I'm Ron Weasley!\" Johnny says. Bye."),
      replyName: "Io")
    #expect(
      texts == [
        "U: Hi, I'm Anna.", "B: Hi Anna, I'm Io.", "U: Io, do you like Mary Poppins?", "B: I'm Io, Anna, not Mary.",
        "U: Bye, Io!", "B: \"I'm Ron Weasley!\" Johnny says. Bye.",
      ])
    #expect(mends == [.ownName: 2, .name: 3])
  }

  @Test("The requested name goes to the speaker who replies after turning; a name of both speakers stays")
  func replyNameOfTurned() throws {
    let (texts, _) = try mended(turns("B: Hi, I'm Anna.", "U: Hi [name], I'm John.", "B: Good."), replyName: "Io")
    #expect(texts == ["U: Hi, I'm Anna.", "B: Hi Anna, I'm Io.", "U: Good."])
    let both = turns("U: I'm Anna.", "B: I'm Anna, too.")
    #expect(try mended(both, replyName: "Io").texts == ["U: I'm Anna.", "B: I'm Anna, too."])
  }

  @Test("The same conversation always gets the same names")
  func deterministic() throws {
    let conversation = turns("U: I'm [name] from [city].", "B: Hello, [name].")
    #expect(try mended(conversation).texts == mended(conversation).texts)
    #expect(try mended(conversation).mends == [.name: 2, .town: 1])
  }

  @Test("Ordinary brackets stay; an unknown placeholder drops the conversation")
  func brackets() throws {
    #expect(try mended(turns("U: My mother (her name is nice) sings.", "B: Good (very).")).mends == [:])
    let (result, _) = DialogueRepair(seed: 1).mend(turns("U: I study at [university].", "B: Good."))
    #expect(throws: DialogueRepair.Unmendable.self) { try result.get() }
  }

  @Test("Consecutive turns of one speaker are joined, and the first speaker becomes the user")
  func order() throws {
    let (texts, mends) = try mended(turns("B: Hello", "B: How are you?", "U: Fine.", "U:  ", "B: Good."))
    #expect(texts == ["U: Hello. How are you?", "B: Fine.", "U: Good."])
    #expect(mends == [.run: 1, .turned: 1])
  }

  @Test("A repeated sentence, an echo and a repeated exchange are removed; short sentences may repeat")
  func repeats() throws {
    let (texts, mends) = try mended(
      turns(
        "U: I see. I see. Do you like trees very much?", "B: do you like trees very much", "B: Yes, I do like them.",
        "U: And what about tall ones?", "B: I like those.", "U: And what about tall ones?", "B: I like those.",
        "U: Bye!",
        "B: Bye!"))
    #expect(
      texts == [
        "U: I see. Do you like trees very much?", "B: do you like trees very much. Yes, I do like them.",
        "U: And what about tall ones?", "B: I like those.", "U: Bye!", "B: Bye!",
      ])
    #expect(mends == [.repeated: 2, .run: 1])
    #expect(try mended(turns("U: I have said it all.", "B: I have said it all.", "B: So.")).texts.count == 2)
  }

  @Test("A turn that is too long is cut after its last complete sentence; without one the conversation is dropped")
  func long() throws {
    let words = String(repeating: "word ", count: 50)
    let (texts, mends) = try mended(turns("U: \(words)one. \(words)two. \(words)three.", "B: Yes."))
    #expect(texts[0] == "U: \(words)one. \(words)two.")
    #expect(mends == [.shortened: 1])
    let (result, _) = DialogueRepair(seed: 1).mend(turns("U: " + String(repeating: "word ", count: 200), "B: Yes."))
    #expect(throws: DialogueRepair.Unmendable.self) { try result.get() }
  }

  @Test("Typographic characters become ASCII")
  func tidied() {
    #expect(
      Tidying.tidied(" \u{201C}It\u{2019}s\u{201D}\u{00A0} \u{2013} so\u{2026}\u{200B}\n x ") == "\"It's\" - so... x")
  }
}
