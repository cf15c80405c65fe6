import RetNet

/// Measures of a model's replies in test conversations.
package struct ConversationMeasures: Sendable, Hashable {
  /// A reply repeats itself if the same `repeatedWords` consecutive words occur `repeatedTimes` times.
  package static let repeatedWords = 4
  package static let repeatedTimes = 3

  package var conversations: Int
  package var replies: Int
  package var words: LengthComparison
  package var tokens: LengthComparison
  /// Conversations with a reply that repeats itself.
  package var repeating: Int
  /// Conversations with a reply that was cut off.
  package var cutOff: Int

  /// - Parameters:
  ///   - replies: the model's, `[conversation][message]`.
  ///   - tokenCount: counts the tokens of a text.
  init(_ conversations: [TestConversation], replies: [[Reply]], tokenCount: (String) -> Int) {
    let (said, given) = (replies.flatMap { $0 }, conversations.flatMap(\.replies))
    self.conversations = conversations.count
    self.replies = said.count
    words = LengthComparison(
      model: Spread(said.map { WordSequence($0.text).words.count }),
      data: Spread(given.map { WordSequence($0).words.count }))
    tokens = LengthComparison(model: Spread(said.map(\.tokens)), data: Spread(given.map(tokenCount)))
    repeating = replies.count { $0.contains { Self.isRepeating($0.text) } }
    cutOff = replies.count { $0.contains(where: \.reachedLimit) }
  }

  /// Whether the same `repeatedWords` consecutive words occur `repeatedTimes` times.
  static func isRepeating(_ reply: String) -> Bool { WordSequence(reply).repeats(repeatedWords, times: repeatedTimes) }
}
