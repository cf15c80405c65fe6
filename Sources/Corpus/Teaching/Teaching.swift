import RetNet

/// Conversations that teach a small model what public dialogue does not: who it is, to greet and take leave, to recall
/// what it was told, and small sums. Each is made from a seed and its number alone.
public struct Teaching: Sendable {
  public enum Kind: Sendable {
    /// Greeting, plots, goodbye.
    case talk
    /// Copying, and little else.
    case drills
    /// Parts of these conversations, with questions for names and told facts in between.
    case amid(Talks)
  }

  public let seed: UInt64
  public let kind: Kind
  /// Plots in a conversation at most, or questions amid other talk; each number up to it is as likely. Drills have none.
  public let plots: Int

  /// So many can be told apart: a plot tells up to three facts, and none is told twice.
  public static let mostPlots = Fact.all.count / 3 - 1

  public init(seed: UInt64, kind: Kind = .talk, plots: Int = 1) {
    precondition((1...Self.mostPlots).contains(plots), "a conversation of \(plots) plots")
    self.seed = seed
    self.kind = kind
    self.plots = plots
  }

  /// The conversation of that number: an even number of turns, for one plot mostly 2 to 14, one exchange after the other.
  public func conversation(_ index: Int) -> [Turn] {
    var draft = Draft(Randomness(seed: seed, index: index))
    switch kind {
    case .talk: play(&draft)
    case .drills: draft.random.pick(Drill.all).play(&draft)
    case .amid(let talks): Plot.amid(draft.random.pick(talks.all), questions: count(&draft)).play(&draft)
    }
    return draft.turns
  }

  private func count(_ draft: inout Draft) -> Int { plots == 1 ? 1 : draft.random.number(1...plots) }

  private func play(_ draft: inout Draft) {
    if draft.random.chance(0.4) { Topic.greeting.play(&draft, 2) }
    let further = count(&draft) - 1
    draft.random.pick(Plot.all).play(&draft)
    for _ in 0..<further { draft.random.pick(Plot.later).play(&draft) }
    if draft.facts["myName"] != nil, draft.random.chance(0.1) { Topic.politenessByName.play(&draft, 1) }
    if draft.exchanges == 0 || draft.random.chance(0.3) {
      let byName = draft.facts["myName"] != nil && draft.random.chance(0.6)
      (byName ? Topic.goodbyeByName : .goodbye).play(&draft, 1)
    }
  }
}
