import RetNet
import RetNetText

/// The user's messages of a conversation of the data, which a model replies to, and the replies of the data.
package struct TestConversation: Sendable, Hashable {
  /// The largest number of messages taken from a conversation.
  package static let maximumMessages = 4

  /// The user's first turns.
  package var messages: [String]
  /// The data's replies to them.
  package var replies: [String]

  /// Takes the beginning of a conversation and skips turns without text.
  package init(_ turns: [Turn]) {
    (messages, replies) = ([], [])
    for turn in turns where !turn.text.allSatisfy(\.isWhitespace) {
      switch turn.speaker {
      case .user:
        if messages.count == Self.maximumMessages { return }
        messages.append(turn.text)
      case .reply: replies.append(turn.text)
      }
    }
  }

  /// Draws conversations from dialogue files without repetition; all of them if there are at most `count`.
  ///
  /// The same seed and files give the same conversations in the same order.
  ///
  /// - Throws: `FileError`, `TextError`.
  package static func draw(_ count: Int, from paths: [String], seed: UInt64) throws -> [TestConversation] {
    var all: [TestConversation] = []
    for path in paths {
      try DialogueFile.forEach(path: path) { turns in
        let conversation = TestConversation(turns)
        if !conversation.messages.isEmpty { all.append(conversation) }
      }
    }
    var generator = SeededGenerator(seed: seed)
    return Array(generator.choice(of: min(count, all.count), from: all))
  }
}
