import RetNet

/// One speaker's part in a conversation.
public struct Turn: Sendable, Hashable {
  /// Who speaks: the user, or the model that replies.
  public enum Speaker: Sendable, Hashable {
    /// The user, who writes the messages.
    case user
    /// The model, which replies.
    case reply
  }

  /// The speaker of the turn.
  public var speaker: Speaker
  /// The text without the speaker's `U: ` or `B: ` and without the line ending.
  public var text: String

  /// A turn of one speaker.
  ///
  /// - Parameters:
  ///   - speaker: the speaker of the turn.
  ///   - text: the text, without line breaks.
  public init(_ speaker: Speaker, _ text: String) {
    self.speaker = speaker
    self.text = text
  }
}

/// Reads conversations: one line `U: …` (user) or `B: …` (reply) per turn, with blank lines between conversations.
///
///     U: Hello!
///     B: Hi. How are you?
///
///     U: Where is the cat?
///     B: On the roof.
///
/// The file is UTF-8, lines end with `\n` or `\r\n`, and each conversation starts with a user's turn. One speaker may
/// have several turns in a row.
public enum DialogueFile {
  /// Reads all conversations of a file.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: the turns of each conversation, in file order.
  /// - Throws: `FileError` if the file cannot be read; ``TextError`` if it is not UTF-8, has no turn, or has a line
  ///   without a speaker or a conversation that starts with a reply.
  public static func read(path: String) throws -> [[Turn]] {
    var conversations: [[Turn]] = []
    try forEach(path: path) { conversations.append($0) }
    return conversations
  }

  /// Calls `body` with one conversation after another, so that memory does not grow with the file.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - body: called while the file is read. An error in a later line is thrown after the calls for the conversations
  ///     above it.
  /// - Throws: the errors of `read(path:)`, and those of `body`.
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

  /// Reads the first line with text.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: whether the line names a speaker.
  /// - Throws: `FileError`, or ``TextError`` if the file is empty or not UTF-8.
  public static func isDialogue(path: String) throws -> Bool {
    // Thrown to stop reading at the first line with text.
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

  /// The text after `U: ` or `B: `.
  private static func text(of line: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: line.dropFirst(3)), as: UTF8.self)
  }
}
