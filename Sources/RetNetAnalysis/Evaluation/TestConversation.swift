import RetNet
import RetNetText

/// What a user says in a conversation of the data, to be said to a model, and what the data replies.
package struct TestConversation: Sendable, Hashable {
  /// Messages taken from a conversation at most.
  package static let maximumMessages = 4

  /// The user's first turns.
  package var messages: [String]
  /// The data's replies to these, where it has one.
  package var replies: [String]

  /// The beginning of a conversation; turns without text are left out.
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

  /// Draws conversations of dialogue files, none twice: all there are where `count` is more.
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
