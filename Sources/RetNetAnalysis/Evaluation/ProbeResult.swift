import RetNet

/// A probe and what a model replied.
package struct ProbeResult: Sendable, Hashable {
  package var probe: Probe
  /// One for each message.
  package var replies: [String]

  /// Whether the last reply is as expected.
  package var matched: Bool { replies.last.map(probe.matches) ?? false }

  package var outcome: Score.Outcome { Score.Outcome(kind: probe.kind, matched: matched) }
}
