import RetNet

/// What a user says to a model, one turn after the other, with checks of the replies.
public struct CheckedConversation: Sendable, Hashable {
  /// No other conversation of its file has it.
  public let name: String
  /// What it is about, such as `food`.
  public let kind: String
  public let turns: [CheckedTurn]

  public init(name: String, kind: String, turns: [CheckedTurn]) {
    self.name = name
    self.kind = kind
    self.turns = turns
  }
}

/// A message and what is checked of the reply to it.
public struct CheckedTurn: Sendable, Hashable {
  public let message: String
  public let checks: [ReplyCheck]

  public init(message: String, checks: [ReplyCheck]) {
    self.message = message
    self.checks = checks
  }
}

/// What a reply has to contain, and what it must not.
///
/// Both are regular expressions in ICU's syntax, which match in any case; nil asks for nothing.
public struct ReplyCheck: Sendable, Hashable {
  /// What is checked, such as `greeting`.
  public let kind: String
  public let expect: String?
  public let reject: String?

  public init(kind: String, expect: String? = nil, reject: String? = nil) {
    self.kind = kind
    self.expect = expect
    self.reject = reject
  }

  /// Whether a reply contains a match of `expect` and none of `reject`.
  public func passes(_ reply: String) -> Bool {
    if let expect, !ReplyPattern.isFound(expect, in: reply) { return false }
    if let reject, ReplyPattern.isFound(reject, in: reply) { return false }
    return true
  }
}
