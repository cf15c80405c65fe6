import RetNet

/// A probe and what a model replied.
public struct ProbeResult: Sendable, Hashable {
  public var probe: Probe
  /// One for each message.
  public var replies: [String]

  /// Whether the last reply is as expected.
  public var matched: Bool { replies.last.map(probe.matches) ?? false }

  public var outcome: Score.Outcome { Score.Outcome(kind: probe.kind, matched: matched) }
}
