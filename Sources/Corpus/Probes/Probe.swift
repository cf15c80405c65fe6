/// A scripted conversation and what its last reply has to match.
public struct Probe: Codable, Hashable, Sendable {
  /// What the user says, one message after the other; the model replies to each.
  public let messages: [String]
  /// A regular expression that the reply to the last message has to contain.
  public let expect: String
  /// What is asked for: a slot of the facts, or `greeting`, `goodbye` or `identity`.
  public let kind: String
}

/// The probes of the bundled chat model, the content of `Models/chat/probes.json`.
public struct Probes: Codable, Hashable, Sendable {
  /// Something with a held-out word is told, two unrelated messages follow, then it is asked for.
  public let recall: [Probe]
  public let manners: [Probe]

  public init(seed: UInt64) {
    recall = RecallProbes.make(seed: seed)
    manners = MannersProbes.all
  }
}
