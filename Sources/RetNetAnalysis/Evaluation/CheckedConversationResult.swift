import RetNet

/// A conversation with checks, and a model's replies.
package struct CheckedConversationResult: Sendable, Hashable {
  package let conversation: CheckedConversation
  /// One for each turn.
  package let replies: [String]
  /// The outcomes of each turn's checks.
  package let outcomes: [[Score.Outcome]]
  /// Whether a reply repeats itself (`ConversationMeasures.isRepeating`).
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
