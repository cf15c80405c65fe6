import RetNet

/// A conversation with checks and what a model replied.
public struct CheckedConversationResult: Sendable, Hashable {
  public let conversation: CheckedConversation
  /// One for each turn.
  public let replies: [String]
  /// Of each turn's checks, by kind of check.
  public let outcomes: [[Score.Outcome]]
  /// Whether some words come too often in one of the replies.
  public let isRepeating: Bool
  /// Whether a reply was cut off.
  public let isCutOff: Bool

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
