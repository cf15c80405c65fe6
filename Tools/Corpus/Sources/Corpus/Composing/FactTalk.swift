/// Exchanges in which facts are stated, corrected and asked for.
enum FactTalk {
  static func exchanges(
    _ script: Script, _ words: inout [String: String], _ random: inout Randomness
  ) -> [Exchange] {
    let sentences = script.sentences(words: &words, &random)
    return stride(from: 0, to: sentences.count, by: 2).map { Exchange(user: sentences[$0], reply: sentences[$0 + 1]) }
  }

  static func play(_ script: Script, _ words: inout [String: String], _ random: inout Randomness) -> Exchange {
    exchanges(script, &words, &random)[0]
  }

  /// - Parameter opens: whether a greeting may precede it.
  static func tell(
    _ fact: Fact, opens: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    for _ in 0..<20 {
      let exchange = play(fact.tell, &words, &random)
      if opens || !SceneTraits.greetings.begin(exchange.user.searchable) { return exchange }
    }
    return play(fact.tell, &words, &random)
  }

  /// Several facts in one message.
  static func tell(
    _ facts: [Fact], opens: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    var result = Exchange(user: "", reply: "")
    for (index, fact) in facts.enumerated() {
      let isLast = index == facts.count - 1
      var exchange = tell(fact, opens: opens && index == 0, &words, &random)
      for _ in 0..<20 where exchange.user.contains("?") || !isLast && exchange.reply.contains("?") {
        exchange = tell(fact, opens: opens && index == 0, &words, &random)
      }
      if index == 0 {
        result = exchange
      } else {
        result.user += random.chance(0.3) ? " And " + Splice.lowered(exchange.user) : " " + exchange.user
        result.reply = random.chance(0.6) ? "\(result.reply) \(exchange.reply)" : exchange.reply
      }
    }
    return result
  }

  static func ask(_ fact: Fact, _ words: inout [String: String], _ random: inout Randomness) -> Exchange {
    let checks = fact.slot == Fact.myName.slot && random.chance(0.1)
    return play(checks ? random.pick(Introductions.checks) : fact.ask, &words, &random)
  }

  /// Both facts in one message.
  static func ask(_ facts: [Fact], _ words: inout [String: String], _ random: inout Randomness) -> Exchange {
    let exchanges = facts.map { fact in
      // "It is Rex." could answer either question.
      var exchange = play(fact.ask, &words, &random)
      for _ in 0..<20 where !exchange.reply.hasPrefix("You") {
        exchange = play(fact.ask, &words, &random)
      }
      return exchange
    }
    var result = exchanges[0]
    for exchange in exchanges.dropFirst() {
      if result.user.hasSuffix("?"), !exchange.user.hasPrefix("And "), random.chance(0.7) {
        result.user = "\(result.user.dropLast()), and \(Splice.lowered(exchange.user))"
      } else {
        result.user += " " + exchange.user
      }
      result.reply += " " + exchange.reply
    }
    return result
  }

  /// A correction: the later statement holds.
  ///
  /// - Parameter isNext: whether it directly follows the statement, which "No, it is Jonas" refers to.
  static func correct(
    _ fact: Fact, isNext: Bool, _ words: inout [String: String], _ random: inout Randomness
  ) -> Exchange {
    words["was"] = words[fact.slot]
    let word = Lexicon.word(for: fact.slot, avoiding: words.values, &random)
    words[fact.slot] = word
    words["initial"] = word.first.map { $0.uppercased() } ?? ""
    var exchange = play(fact.correct, &words, &random)
    for _ in 0..<20 where !isNext && pointingBack.begin(exchange.user.searchable) {
      exchange = play(fact.correct, &words, &random)
    }
    return exchange
  }

  private static let pointingBack = Phrases([
    " no,", " not ", " it is ", " sorry, typo", " that was", " oops", " wait", " (sorry",
  ])
}
