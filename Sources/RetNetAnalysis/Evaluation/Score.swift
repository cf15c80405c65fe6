import RetNet

/// How many of some answers were as expected.
public struct Score: Sendable, Hashable {
  /// Whether one answer was as expected, and what kind of answer it was.
  public struct Outcome: Sendable, Hashable {
    public var kind: String
    public var matched: Bool

    public init(kind: String, matched: Bool) {
      self.kind = kind
      self.matched = matched
    }
  }

  public var matched: Int
  public var count: Int

  public init(_ outcomes: some Collection<Outcome>) {
    matched = outcomes.count(where: \.matched)
    count = outcomes.count
  }

  /// Of each kind, in the order in which the kinds come first.
  public static func byKind(_ outcomes: [Outcome]) -> [(kind: String, score: Score)] {
    var kinds: [String] = []
    for outcome in outcomes where !kinds.contains(outcome.kind) { kinds.append(outcome.kind) }
    return kinds.map { kind in (kind, Score(outcomes.filter { $0.kind == kind })) }
  }
}
