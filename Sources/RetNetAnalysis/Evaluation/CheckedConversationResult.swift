import RetNet

/// A conversation with checks and what a model replied.
package struct CheckedConversationResult: Sendable, Hashable {
  package let conversation: CheckedConversation
  /// One for each turn.
  package let replies: [String]
  /// Of each turn's checks, by kind of check.
  package let outcomes: [[Score.Outcome]]
  /// Whether some words come too often in one of the replies.
  package let isRepeating: Bool
  /// Whether a reply was cut off.
  package let isCutOff: Bool

  init(_ conversation: CheckedConversation, replies: [Reply]) {
    self.conversation = conversation
    self.replies = replies.map(\.text)
    outcomes = zip(conversation.turns, replies).map { turn, reply in
      turn.checks.map { Score.Outcome(kind: $0.kind, matched: $0.passes(reply.text)) }
    }
    isRepeating = replies.contains { ConversationMeasures.isRepeating($0.text) }
    isCutOff = replies.contains(where: \.reachedLimit)
  }
}
