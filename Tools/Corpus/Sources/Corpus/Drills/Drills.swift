import RetNetText

/// Conversations that consist mostly of copying: a small network learns to copy only if much of the loss depends on it.
/// Each one depends only on the seed and its index.
package struct Drills: Sendable {
  package let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// Words to repeat, facts that are asked for repeatedly, or small stories with questions about their details.
  package func conversation(_ index: Int) -> [Turn] {
    var random = Randomness(seed: seed, index: index)
    let kind = random.share()
    let exchanges = kind < 0.2 ? repeating(&random) : kind < 0.45 ? facts(&random) : stories(&random)
    let typist = Typist(&random)
    return exchanges.flatMap { exchange in
      var (user, reply): ([UInt8], [UInt8]) = ([], [])
      typist.type(exchange.user, into: &user, &random)
      Contractions.append(exchange.reply, to: &reply)
      Mark.remove(from: &reply, after: 0)
      return [Turn(.user, String(decoding: user, as: UTF8.self)), Turn(.reply, String(decoding: reply, as: UTF8.self))]
    }
  }

  private func repeating(_ random: inout Randomness) -> [Exchange] {
    (0..<random.number(1...4)).flatMap { _ in
      let words = (0..<random.number(1...8)).map { _ in
        Lexicon.word(for: random.pick(Self.kinds), avoiding: [], &random)
      }
      // Each word is marked, so that none gets a typing error.
      let separator = Mark.close + (random.chance(0.5) ? " " : ", ") + Mark.open
      var slots = ["words": words.joined(separator: separator)]
      return FactTalk.exchanges(random.chance(0.3) ? Self.twice : Self.once, &slots, &random)
    }
  }

  private func facts(_ random: inout Randomness) -> [Exchange] {
    let facts = Array(random.shuffled(Fact.all).prefix(random.number(1...3)))
    var words: [String: String] = [:]
    let told = facts.map { FactTalk.play($0.tell, &words, &random) }
    return told
      + (0..<random.number(1...3)).flatMap { _ in
        random.shuffled(facts).map { FactTalk.play($0.ask, &words, &random) }
      }
  }

  private func stories(_ random: inout Randomness) -> [Exchange] {
    // Different ones, so that a question has one answer.
    let chosen = random.shuffled(Array(Self.stories[0].indices)).prefix(random.number(1...3))
    let stories = chosen.enumerated().map { Self.stories[$0][$1] }
    var words: [String: String] = [:]
    var exchanges: [Exchange] = []
    for story in stories {
      exchanges.append(FactTalk.play(story.tell, &words, &random))
      if random.chance(0.25), let correction = story.correction(&words, &random) { exchanges.append(correction) }
    }
    let questions = random.shuffled(stories.flatMap(\.questions))
    for question in questions.prefix(random.number(2...6)) {
      exchanges.append(FactTalk.play(question, &words, &random))
    }
    return exchanges
  }

  private static let stories = (1...3).map { Story.all($0) }

  private static let kinds = ["name", "name", "pet", "town", "town", "number", "code", "food", "animal", "object"]

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
