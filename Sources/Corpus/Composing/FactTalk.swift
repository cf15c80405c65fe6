/// Exchanges in which facts are told, corrected and asked for.
enum FactTalk {
  static func exchanges(
    _ script: Script, _ words: inout [String: String], _ random: inout Randomness
  ) -> [Exchange] {
    let sentences = script.sentences(words: &words, &random)
    return stride(from: 0, to: sentences.count, by: 2).map {
      Exchange(user: sentences[$0], reply: Sentence.contracted(sentences[$0 + 1], &random))
    }
  }

  static func play(_ script: Script, _ words: inout [String: String], _ random: inout Randomness) -> Exchange {
    exchanges(script, &words, &random)[0]
  }

  /// - Parameter opens: whether a greeting may stand before it.
  static func tell(
    _ fact: Fact, opens: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    for _ in 0..<20 {
      let exchange = play(fact.tell, &words, &random)
      if opens || !SceneTraits.greetings.begin(exchange.user.searchable) { return exchange }
    }
    return play(fact.tell, &words, &random)
  }

  /// Two facts in one message.
  static func tellBoth(
    _ first: Fact, _ second: Fact, opens: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    let telling = tellPlainly(first, opens: opens, &words, &random)
    let further = tellPlainly(second, opens: false, &words, &random)
    let reply = play(second.tell, &words, &random).reply
    return Exchange(
      user: "\(telling.user) \(random.chance(0.3) ? "And " + Splice.lowered(further.user) : further.user)",
      reply: random.chance(0.6) ? "\(telling.reply) \(reply)" : reply)
  }

  /// Without a question from either side.
  private static func tellPlainly(
    _ fact: Fact, opens: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    var exchange = tell(fact, opens: opens, &words, &random)
    for _ in 0..<20 where exchange.user.contains("?") || exchange.reply.contains("?") {
      exchange = tell(fact, opens: opens, &words, &random)
    }
    return exchange
  }

  static func askBoth(
    _ first: Fact, _ second: Fact, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    let (one, two) = (play(first.ask, &words, &random), play(second.ask, &words, &random))
    let question = one.user.hasSuffix("?") ? String(one.user.dropLast()) : one.user
    return Exchange(
      user: random.chance(0.7) ? "\(question), and \(Splice.lowered(two.user))" : "\(one.user) \(two.user)",
      reply: "\(one.reply) \(two.reply)")
  }
}
