import RetNet

/// A probe, and a model's replies.
package struct ProbeResult: Sendable, Hashable {
  package var probe: Probe
  /// One for each message.
  package var replies: [String]

  /// Whether the last reply contains the expected pattern.
  package var matched: Bool { replies.last.map(probe.matches) ?? false }

  package var outcome: Score.Outcome { Score.Outcome(kind: probe.kind, matched: matched) }
}
