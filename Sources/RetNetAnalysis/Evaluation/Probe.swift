import RetNet

/// A scripted conversation and what its last reply has to match.
package struct Probe: Codable, Hashable, Sendable {
  /// What the user says, one message after the other; the model replies to each.
  package let messages: [String]
  /// A regular expression, in ICU's syntax, that the reply to the last message has to contain.
  package let expect: String
  /// What is asked for: a slot of the facts, or `greeting`, `goodbye` or `identity`.
  package let kind: String

  package init(messages: [String], expect: String, kind: String) {
    self.messages = messages
    self.expect = expect
    self.kind = kind
  }

  /// Whether a reply contains what is expected, in capitals or not.
  package func matches(_ reply: String) -> Bool { ReplyPattern.isFound(expect, in: reply) }
}

/// The probes of a chat model, the content of a file such as `Models/chat/probes.json`.
package struct Probes: Codable, Hashable, Sendable {
  /// Something is told, other messages follow, then it is asked for.
  package let recall: [Probe]
  /// Greeting, taking leave, and the model's own name.
  package let manners: [Probe]

  package init(recall: [Probe], manners: [Probe]) {
    self.recall = recall
    self.manners = manners
  }
}
