import RetNet

/// One speaker's part in a conversation.
public struct Turn: Sendable, Hashable {
  /// Who speaks: the user, or the model that replies.
  public enum Speaker: Sendable, Hashable {
    /// Who sends messages, and who answers them.
    case user, reply
  }

  /// Who says it.
  public var speaker: Speaker
  /// What is said, without the speaker's `U: ` or `B: ` and without the end of the line.
  public var text: String

  /// A turn of one speaker; `text` has no line breaks.
  public init(_ speaker: Speaker, _ text: String) {
    self.speaker = speaker
    self.text = text
  }
}

/// Conversations as text: a line `U: …` or `B: …` (the reply) for each turn, blank lines between conversations.
///
///     U: Hello!
///     B: Hi. How are you?
///
///     U: Where is the cat?
///     B: On the roof.
///
/// The file is UTF-8, lines end with `\n` or `\r\n`, and the user opens each conversation. One speaker may have several
/// turns in a row.
public enum DialogueFile {
  /// All conversations of a file, in its order.
  ///
  /// - Throws: `FileError` where the file cannot be read; `TextError` where it is not UTF-8, holds no turn, or has a line
  ///   without a speaker or a conversation that opens with a reply.
  public static func read(path: String) throws -> [[Turn]] {
    var conversations: [[Turn]] = []
    try forEach(path: path) { conversations.append($0) }
    return conversations
  }

  /// Calls `body` with one conversation after another, so that a file of any length takes little memory.
  ///
  /// - Parameter body: called as the file is read: an error further down is thrown after it has had the conversations
  ///   above.
  /// - Throws: as `read(path:)`, or what `body` throws.
  public static func forEach(path: String, _ body: ([Turn]) throws -> Void) throws {
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
  ///
  /// - Throws: `FileError`, or `TextError` where the file is empty or not UTF-8.
  public static func isDialogue(path: String) throws -> Bool {
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
