import RetNet

/// Answers a user's messages one after the other, with what was said before in mind.
protocol Replier {
  mutating func reply(to message: String) throws -> Reply
}

/// What was said to one message.
struct Reply: Sendable, Hashable {
  var text: String
  /// Tokens drawn; a symbol that ends the reply is not one of them.
  var tokens: Int
  /// Whether the reply was cut off, as it had as many tokens as it may.
  var reachedLimit: Bool
}

extension Replier {
  /// The replies to messages, in their order.
  mutating func replies(to messages: [String]) throws -> [Reply] {
    var replies: [Reply] = []
    for message in messages { replies.append(try reply(to: message)) }
    return replies
  }
}
