import RetNet

/// How many answers matched the expectation.
package struct Score: Sendable, Hashable {
  /// Whether one answer matched, and its kind.
  package struct Outcome: Sendable, Hashable {
    package var kind: String
    package var matched: Bool

    package init(kind: String, matched: Bool) {
      self.kind = kind
      self.matched = matched
    }
  }

  package var matched: Int
  package var count: Int

  package init(_ outcomes: some Collection<Outcome>) {
    matched = outcomes.count(where: \.matched)
    count = outcomes.count
  }

  /// The score of each kind, in the order of first occurrence.
  package static func byKind(_ outcomes: [Outcome]) -> [(kind: String, score: Score)] {
    var kinds: [String] = []
    for outcome in outcomes where !kinds.contains(outcome.kind) { kinds.append(outcome.kind) }
    return kinds.map { kind in (kind, Score(outcomes.filter { $0.kind == kind })) }
  }
}
