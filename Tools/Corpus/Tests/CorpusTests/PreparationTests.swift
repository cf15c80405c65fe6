import RetNet
import RetNetText
import Testing

@testable import Corpus

@Suite("Preparation")
struct PreparationTests {
  @Test(
    "A conversation with an address, link, number, foreign text, shouting or blocked word has a fault",
    arguments: [
      ("Write to ann.b@example.org today", Fault.address), ("Look at https://example.org/a", .link),
      ("It is on example.com now", .link), ("Call (555) 123-4567 now", .phoneNumber),
      ("Call 555-123-4567", .phoneNumber),
      ("ПРИВЕТ, как дела у тебя сегодня", .foreign), ("THIS IS ALL MUCH TOO LOUD", .shouted),
      ("Such a Darn thing", .blockedWord),
    ])
  func faults(text: String, fault: Fault) {
    #expect(Sieve(blocked: ["darn"]).fault(of: [Turn(.user, text)]) == fault)
  }

  @Test(
    "Similar texts have no fault",
    arguments: [
      "I am @home", "The comet came. Net gain.", "In 1994, 2001 and 2010 I was 20", "Café, naïve, ok", "OK, USA",
      "darning",
    ])
  func fine(text: String) {
    #expect(Sieve(blocked: ["darn"]).fault(of: [Turn(.user, text)]) == nil)
  }

  @Test("Each conversation is kept or counted under one reason; a duplicate is dropped, also across files")
  func counts() {
    var preparation = Preparation(seed: 1)
    let hello = [Turn(.user, "Hello there"), Turn(.reply, "Hi")]
    let link = [Turn(.user, "See http://x.y"), Turn(.reply, "No")]
    let (first, report) = preparation.prepare([hello, link, [Turn(.user, "Alone")], hello], name: "a")
    #expect(first == [hello])
    #expect(report.read == 4)
    #expect(report.kept == 1)
    #expect(report.dropped == ["link": 1, "fewer than two turns": 1, "duplicate": 1])
    let (second, other) = preparation.prepare([hello], name: "b")
    #expect(second.isEmpty)
    #expect(other.dropped == ["duplicate": 1])
    let table = PreparationReport.table([report, other])
    #expect(table.contains("conversations read"))
    #expect(table.contains("left out: link"))
  }

  @Test("A conversation's part does not depend on order, and about 2 % each go to validation and test")
  func parts() {
    let conversations = (0..<5000).map { [Turn(.user, "Number \($0)"), Turn(.reply, "Yes")] }
    let parts = conversations.map { Part.of($0, seed: 1) }
    #expect(conversations.reversed().map { Part.of($0, seed: 1) } == parts.reversed())
    // Five standard deviations of 5000 draws at 2 %: 50.
    for part in [Part.valid, .test] { #expect(abs(parts.count { $0 == part } - 100) < 50) }
    #expect(conversations.map { Part.of($0, seed: 2) } != parts)
  }

  @Test("The hash equals the FNV-1a authors' test values")
  func hash() {
    #expect(StableHash.of("") == 0xcbf2_9ce4_8422_2325)
    #expect(StableHash.of("a") == 0xaf63_dc4c_8601_ec8c)
    #expect(StableHash.of("foobar") == 0x8594_4171_f739_67e8)
  }

  @Test("Dialogue with turns out of order is read; the error names a line without a speaker")
  func unordered() throws {
    let folder = try TestFolder()
    let good = try folder.write("a.txt", "B: Hi\r\nB: you\r\n\r\n\r\nU: a\nB: b\n")
    #expect(
      try DialogueText.unordered(path: good) == [
        [Turn(.reply, "Hi"), Turn(.reply, "you")], [Turn(.user, "a"), Turn(.reply, "b")],
      ])
    let bad = try folder.write("b.txt", "U: a\nX b\n")
    let error = try #require(throws: CorpusError.self) { try DialogueText.unordered(path: bad) }
    #expect(error.description.contains("line 2"))
    #expect(error.description.contains(bad))
    #expect(throws: FileError.missing(path: bad + "x")) { try DialogueText.unordered(path: bad + "x") }
  }
}
