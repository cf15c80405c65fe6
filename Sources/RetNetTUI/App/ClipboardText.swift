import TerminalKit

/// The part of a conversation that `:copy` puts on the clipboard.
enum ClipboardPart: Sendable, Hashable {
  /// A turn by its number from 0; nil is the last.
  case turn(Int?)
  case all
  /// The last block between lines of three backticks.
  case code
}

extension AppState {
  mutating func copy(_ part: ClipboardPart) -> [Effect] {
    let turns = transcript.turns
    guard !turns.isEmpty else { return refuse("There is no turn to copy yet.") }
    let text: String
    let name: String
    switch part {
    case .turn(let number):
      let index = number ?? turns.count - 1
      guard let turn = turns[at: index] else {
        return refuse(":copy got \(index), the conversation has turns 0 to \(turns.count - 1).")
      }
      (text, name) = (turn.wholeText, "turn \(index)")
    case .all:
      text = turns.map { "\($0.speaker == .user ? "you" : "bot"): \($0.wholeText)" }.joined(separator: "\n\n")
      name = "the whole conversation"
    case .code:
      guard let block = turns.reversed().lazy.compactMap({ CodeBlock.last(in: $0.wholeText) }).first else {
        return refuse("No turn has a block of code between lines of three backticks.")
      }
      (text, name) = (block, "the last block of code")
    }
    guard text.utf8.count <= ClipboardSequence.limit else {
      return refuse(
        "Not copied: \(name) has \(text.utf8.count) bytes, and the clipboard takes at most \(ClipboardSequence.limit). "
          + ":copy N copies one turn.")
    }
    return [.app(.copy(text, name: name))]
  }
}

extension Transcript.Turn {
  /// The text without the space that begins a reply, and with the part of a message that the model has not read.
  fileprivate var wholeText: String { CommandTable.trimmed(speaker == .user ? text + unread : text) }
}

/// Blocks of code in a text.
enum CodeBlock {
  /// The last block between lines that begin with three backticks; nil if there is none. A block without an end
  /// reaches to the end of the text.
  static func last(in text: String) -> String? {
    var (block, last): ([Substring]?, [Substring]?)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        (block, last) = block == nil ? ([], last) : (nil, block)
      } else {
        block?.append(line)
      }
    }
    return (block ?? last).map { $0.joined(separator: "\n") }
  }
}
