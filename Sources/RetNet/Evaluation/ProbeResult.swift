/// A probe and what a model replied.
public struct ProbeResult: Sendable, Hashable {
  public var probe: Probe
  /// One for each message.
  public var replies: [String]

  /// Whether the last reply is as expected.
  public var matched: Bool { replies.last.map(probe.matches) ?? false }
}

/// How many of some probes were answered as expected.
public struct ProbeScore: Sendable, Hashable {
  public var matched: Int
  public var count: Int

  public init(_ results: some Collection<ProbeResult>) {
    matched = results.count(where: \.matched)
    count = results.count
  }

  /// Of each kind, in the order in which the kinds come first.
  public static func byKind(_ results: [ProbeResult]) -> [(kind: String, score: ProbeScore)] {
    var kinds: [String] = []
    for result in results where !kinds.contains(result.probe.kind) { kinds.append(result.probe.kind) }
    return kinds.map { kind in (kind, ProbeScore(results.filter { $0.probe.kind == kind })) }
  }
}
