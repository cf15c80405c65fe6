/// A scripted conversation, and a pattern that its last reply must contain, in the format of `retnet evaluate --suite`.
package struct Probe: Codable, Hashable, Sendable {
  /// The user's messages, in order; the model replies to each.
  package let messages: [String]
  /// A regular expression in ICU's syntax that the last reply must contain.
  package let expect: String
  /// The kind of question: a slot of the facts, or `greeting`, `goodbye` or `identity`.
  package let kind: String
}

/// The content of a file such as `Models/chat/probes.json`.
package struct Probes: Codable, Hashable, Sendable {
  /// The user states a fact, sends other messages, and then asks for the fact.
  package let recall: [Probe]
  /// Greetings, goodbyes, and the model's own name.
  package let manners: [Probe]
}
