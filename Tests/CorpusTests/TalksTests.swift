import Testing

@testable import Corpus
@testable import RetNet

@Suite("Questions in the midst of talk")
struct TalksTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// Talk whose every turn is a line of its own: "U: 3.4" is turn 4 of talk 3.
  private func talks() throws -> Talks {
    let text = (0..<40).map { talk in
      (0..<2 * (talk % 5 + 2)).map { ($0.isMultiple(of: 2) ? "U: " : "B: ") + "\(talk).\($0)\n" }.joined()
    }.joined(separator: "\n")
    return try Talks(files: [folder.write("talk.txt", text)])
  }

  private func dialogues(plots: Int) throws -> [TaughtDialogue] {
    let teaching = Teaching(seed: 4, kind: .amid(try talks()), plots: plots)
    return try (0..<600).map { try #require(TaughtDialogue(teaching.conversation($0))) }
  }

  @Test(
    "What is there of a talk is there in order, from one talk alone, with each speaker's own words", arguments: [1, 4])
  func order(plots: Int) throws {
    for dialogue in try dialogues(plots: plots) {
      let places = try dialogue.lines.enumerated().compactMap { index, line -> (talk: Int, turn: Int)? in
        guard let match = line.text.wholeMatch(of: #/(\d+)\.(\d+)/#) else { return nil }
        let place = (talk: try #require(Int(match.1)), turn: try #require(Int(match.2)))
        #expect(line.speaker == (place.turn.isMultiple(of: 2) ? "U" : "B"))
        return place
      }
      #expect(places.count >= 2 && Set(places.map(\.talk)).count == 1)
      #expect(zip(places, places.dropFirst()).allSatisfy { $1.turn == $0.turn + 1 })
      #expect(places.count < dialogue.lines.count, "\(dialogue.text)")
    }
  }

  @Test(
    "The user's name comes back as it was told, and the model's is RetNet; both are asked for in many",
    arguments: [1, 4])
  func names(plots: Int) throws {
    var (told, own) = (0, 0)
    for dialogue in try dialogues(plots: plots) {
      for (index, exchange) in dialogue.exchanges.enumerated() {
        if let match = exchange.reply.firstMatch(of: #/[Yy]our name is (\w+)\.$/#) {
          let before = dialogue.exchanges.prefix(index).map(\.user).joined(separator: "\n")
          #expect(before.lowercased().contains(match.1.lowercased()), "\(dialogue.text)")
          told += 1
        }
        if let match = exchange.reply.firstMatch(of: #/[Mm]y name is (\w+)/#) {
          #expect(match.1 == "RetNet", "\(dialogue.text)")
          own += 1
        }
      }
    }
    #expect(told > 50 && own > 50)
  }

  @Test("Talk that is short, of one speaker in a row, or with somebody's name is not taken; of none is said so")
  func suits() throws {
    let path = try folder.write(
      "a.txt",
      "U: a\nB: b\n\nU: a\nB: b\nB: c\nU: d\n\nU: a\nB: I'm Anna.\nU: c\nB: d\n\nU: Your name?\nB: b\nU: c\nB: d\n")
    #expect(throws: CorpusError.self) { try Talks(files: [path]) }
    let good = try folder.write("b.txt", "U: a\nB: I am Canadian.\nU: c\nB: d\n")
    #expect(try Talks(files: [path, good]).all.count == 1)
  }
}
