import Foundation
import RetNetText

/// Conversations as text: a line `U: …` or `B: …` for each turn, and a blank line between conversations.
package enum DialogueText {
  /// One line per turn, without an empty line at the end.
  package static func block(_ turns: [Turn]) -> String {
    var block = ""
    for turn in turns {
      block += turn.speaker == .user ? "U: " : "B: "
      block += turn.text
      block += "\n"
    }
    return block
  }

  package static func file(_ conversations: some Sequence<[Turn]>) -> String {
    conversations.map(block).joined(separator: "\n")
  }

  /// Reads conversations that may begin with a reply, which `DialogueFile` forbids, and in which a speaker may have several
  /// consecutive turns. Throws `FileError` or `CorpusError`.
  package static func unordered(path: String) throws -> [[Turn]] {
    var conversations: [[Turn]] = [[]]
    let lines = try SourceFile.text(path).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = Self.trimmed(Substring(line))
      if line.isEmpty {
        if conversations.last?.isEmpty == false { conversations.append([]) }
        continue
      }
      let text = String(Self.trimmed(line.dropFirst(2)))
      switch line.prefix(2) {
      case "U:": conversations[conversations.count - 1].append(Turn(.user, text))
      case "B:": conversations[conversations.count - 1].append(Turn(.reply, text))
      default:
        throw CorpusError.broken(
          path: path,
          reason:
            "line \(index + 1) begins with '\(line.prefix(20))', but each line of a dialogue begins with 'U:' or 'B:'")
      }
    }
    conversations.removeAll { $0.isEmpty }
    guard !conversations.isEmpty else { throw CorpusError.broken(path: path, reason: "it holds no conversation") }
    return conversations
  }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop(while: \.isWhitespace)
    while line.last?.isWhitespace == true { line.removeLast() }
    return line
  }
}
