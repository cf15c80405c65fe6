import RetNet

/// Replies to a user's messages in a conversation.
protocol Replier {
  mutating func reply(to message: String) throws -> Reply
}

/// The reply to one message.
struct Reply: Sendable, Hashable {
  var text: String
  /// Drawn tokens, without a symbol that ends the reply.
  var tokens: Int
  /// Whether the reply was cut off at the largest number of tokens.
  var reachedLimit: Bool
}

extension Replier {
  /// The replies to several messages, in order.
  mutating func replies(to messages: [String]) throws -> [Reply] {
    var replies: [Reply] = []
    for message in messages { replies.append(try reply(to: message)) }
    return replies
  }
}
