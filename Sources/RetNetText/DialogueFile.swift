import RetNet

/// One speaker's part in a conversation.
package struct Turn: Sendable, Hashable {
  package enum Speaker: Sendable, Hashable {
    case user, reply
  }

  package var speaker: Speaker
  package var text: String

  package init(_ speaker: Speaker, _ text: String) {
    self.speaker = speaker
    self.text = text
  }
}

/// Conversations as text: a line `U: …` or `B: …` (the reply) for each turn, blank lines between conversations.
package enum DialogueFile {
  /// All conversations of the file. Throws `FileError` or `TextError`.
  package static func read(path: String) throws -> [[Turn]] {
    var conversations: [[Turn]] = []
    try forEach(path: path) { conversations.append($0) }
    return conversations
  }

  /// Calls `body` with one conversation after another, so that a file of any length takes little memory.
  /// Throws `FileError` or `TextError`, or what `body` throws.
  package static func forEach(path: String, _ body: ([Turn]) throws -> Void) throws {
    var turns: [Turn] = []
    var found = false
    try TextFile.forEachLine(path) { line, number in
      if isBlank(line) {
        if !turns.isEmpty { try body(turns) }
        turns.removeAll(keepingCapacity: true)
        return
      }
      guard let speaker = speaker(of: line) else {
        let start = String(decoding: line, as: UTF8.self).prefix(20)
        throw TextError.noSpeaker(path: path, line: number, found: String(start))
      }
      if turns.isEmpty, speaker == .reply { throw TextError.replyOpens(path: path, line: number) }
      turns.append(Turn(speaker, text(of: line)))
      found = true
    }
    if !turns.isEmpty { try body(turns) }
    guard found else { throw TextError.empty(path: path) }
  }

  /// Whether the file's first line with text has a speaker.
  package static func isDialogue(path: String) throws -> Bool {
    // Thrown to stop the reading at the first line that answers.
    struct Answer: Error {
      var isDialogue: Bool
    }
    do {
      try TextFile.forEachLine(path) { line, _ in
        if !isBlank(line) { throw Answer(isDialogue: speaker(of: line) != nil) }
      }
    } catch let answer as Answer {
      return answer.isDialogue
    }
    return false
  }

  private static func isBlank(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  private static func speaker(of line: Slice<UnsafeRawBufferPointer>) -> Turn.Speaker? {
    let start = line.startIndex
    guard line.count >= 2, line[start + 1] == UInt8(ascii: ":"), line.count == 2 || line[start + 2] == UInt8(ascii: " ")
    else { return nil }
    switch line[start] {
    case UInt8(ascii: "U"): return .user
    case UInt8(ascii: "B"): return .reply
    default: return nil
    }
  }

  /// What follows the speaker's `U: `.
  private static func text(of line: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: line.dropFirst(3)), as: UTF8.self)
  }
}
