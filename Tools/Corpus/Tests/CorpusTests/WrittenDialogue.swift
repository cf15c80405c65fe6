import RetNetText

@testable import Corpus

/// The corpus parsed independently: lines of text.
struct WrittenDialogue {
  struct Line {
    let speaker: Character
    let text: String
  }

  let lines: [Line]

  /// Nil if the block breaks the format: two speakers in turn, U first, each line with words.
  init?(block: Substring) {
    var lines: [Line] = []
    for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.count > 3, line.hasPrefix(lines.count % 2 == 0 ? "U: " : "B: ") else { return nil }
      let text = line.dropFirst(3)
      guard text.first != " ", text.last != " " else { return nil }
      lines.append(Line(speaker: line.first ?? " ", text: String(text)))
    }
    guard lines.count >= 2, lines.count % 2 == 0 else { return nil }
    self.lines = lines
  }

  /// Parses the text of turns.
  init?(_ turns: [Turn]) { self.init(block: Substring(DialogueText.block(turns).dropLast())) }

  var text: String { lines.map(\.text).joined(separator: "\n") }

  /// Each user turn with its reply.
  var exchanges: [(user: String, reply: String)] {
    stride(from: 0, to: lines.count, by: 2).map { (lines[$0].text, lines[$0 + 1].text) }
  }
}
