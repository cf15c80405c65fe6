import RetNet

/// A user's messages to a model, with checks of the replies.
package struct CheckedConversation: Sendable, Hashable {
  /// Unique in its file.
  package let name: String
  /// The subject, such as `food`.
  package let kind: String
  package let turns: [CheckedTurn]

  package init(name: String, kind: String, turns: [CheckedTurn]) {
    self.name = name
    self.kind = kind
    self.turns = turns
  }
}

/// A message and the checks of its reply.
package struct CheckedTurn: Sendable, Hashable {
  package let message: String
  package let checks: [ReplyCheck]

  package init(message: String, checks: [ReplyCheck]) {
    self.message = message
    self.checks = checks
  }
}

/// What a reply must contain, and what it must not.
///
/// Both are regular expressions in ICU's syntax that ignore case; nil means no condition.
package struct ReplyCheck: Sendable, Hashable {
  /// The kind of check, such as `greeting`.
  package let kind: String
  package let expect: String?
  package let reject: String?

  package init(kind: String, expect: String? = nil, reject: String? = nil) {
    self.kind = kind
    self.expect = expect
    self.reject = reject
  }

  /// Whether a reply contains a match of `expect` and none of `reject`.
  package func passes(_ reply: String) -> Bool {
    if let expect, !ReplyPattern.isFound(expect, in: reply) { return false }
    if let reject, ReplyPattern.isFound(reject, in: reply) { return false }
    return true
  }
}
