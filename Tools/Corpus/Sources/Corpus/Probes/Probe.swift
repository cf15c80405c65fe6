/// A scripted conversation and what its last reply has to match, as `retnet evaluate --suite` reads it.
package struct Probe: Codable, Hashable, Sendable {
  /// What the user says, one message after the other; the model replies to each.
  package let messages: [String]
  /// A regular expression, in ICU's syntax, that the reply to the last message has to contain.
  package let expect: String
  /// What is asked for: a slot of the facts, or `greeting`, `goodbye` or `identity`.
  package let kind: String
}

/// The content of a file such as `Models/chat/probes.json`.
package struct Probes: Codable, Hashable, Sendable {
  /// Something is told, other messages follow, then it is asked for.
  package let recall: [Probe]
  /// Greeting, taking leave, and the model's own name.
  package let manners: [Probe]
}
