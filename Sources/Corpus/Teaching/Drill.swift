/// Conversations that are little else than copying: a small network finds out how to copy only where much depends on it.
enum Drill {
  static let all = [Weighted(0.5, repeating), Weighted(0.5, facts)]

  /// Words that are said again, once or more often.
  static let repeating = Plot { draft in
    for _ in 0..<draft.random.number(1...4) {
      let words = (0..<draft.random.number(1...8)).map { _ in word(&draft.random) }
      // Each word is marked by itself, so that none is typed wrongly.
      let separator = Mark.close + (draft.random.chance(0.5) ? " " : ", ") + Mark.open
      let joined = words.joined(separator: separator)
      draft.play(draft.random.chance(0.3) ? twice : once, words: ["words": joined])
    }
  }

  /// Facts that are asked for again and again.
  static let facts = Plot { draft in
    let facts = Array(draft.random.shuffled(Fact.all).prefix(draft.random.number(1...3)))
    for fact in facts { draft.tell(fact) }
    for _ in 0..<draft.random.number(1...3) {
      for fact in draft.random.shuffled(facts) { draft.play(fact.ask) }
    }
  }

  private static let kinds = ["name", "name", "pet", "town", "town", "number", "code", "food", "animal", "object"]

  private static func word(_ random: inout Randomness) -> String {
    Lexicon.word(for: random.pick(kinds), avoiding: [], &random)
  }

  private static let wish = "U: (Please |Now |)(repeat|say|repeat after me|say after me|copy|write)(: | ){words}"
  private static let once = Script(
    """
    \(wish)
     | {words}. (Repeat|Say) (that|this|it)(, please|).
    B: {words}.
    """)
  private static let twice = Script(
    """
    \(wish)
    B: {words}.
    U: (Again|Once more|And again|One more time|Say it again)(, please|)(.|!|)
     | What (did I say|was it)?
    B: {words}.
    """)
}
