/// The course of a conversation between its greeting and its goodbye.
struct Plot: Sendable {
  let play: @Sendable (inout Draft) -> Void

  static let all = [
    Weighted(0.29, recall), Weighted(0.07, recallOfSeveral), Weighted(0.05, correction), Weighted(0.05, neverTold),
    Weighted(0.15, acquaintance), Weighted(0.17, aboutItself), Weighted(0.12, chat), Weighted(0.08, brief),
    Weighted(0.02, nothing),
  ]

  /// Behind the first plot of a conversation: what was told long ago may be asked for as well.
  static let later = all + [Weighted(0.3, reminder)]

  /// One fact, told, then other talk, then asked for.
  static let recall = Plot { draft in
    let fact = draft.random.pick(draft.untold)
    draft.tell(fact)
    draft.pass(exchanges: draft.random.pick(gaps))
    draft.play(fact.ask)
    if draft.random.chance(0.2) { draft.pass(exchanges: 1) }
  }

  /// Two or three facts, of which one or two are asked for.
  static let recallOfSeveral = Plot { draft in
    let facts = draft.random.shuffled(draft.untold).prefix(draft.random.number(2...3))
    for fact in facts {
      draft.tell(fact)
      if draft.random.chance(0.2) { draft.pass(exchanges: 1) }
    }
    draft.pass(exchanges: draft.random.number(0...1))
    for fact in draft.random.shuffled(Array(facts)).prefix(draft.random.number(1...2)) { draft.play(fact.ask) }
  }

  /// A fact that is told wrong first: the later telling counts.
  static let correction = Plot { draft in
    let fact = draft.random.pick(draft.untold)
    draft.tell(fact)
    draft.pass(exchanges: draft.random.number(0...1))
    draft.learn(fact)
    draft.play(fact.correct)
    draft.pass(exchanges: draft.random.number(0...2))
    draft.play(fact.ask)
  }

  /// Asked for what was not told, sometimes told then.
  static let neverTold = Plot { draft in
    let facts = draft.random.shuffled(draft.untold).prefix(2)
    if draft.random.chance(0.5) { draft.tell(facts[1]) }
    draft.pass(exchanges: draft.random.number(0...1))
    draft.play(facts[0].askInVain)
    guard draft.random.chance(0.4) else { return }
    draft.tell(facts[0])
    draft.pass(exchanges: draft.random.number(0...1))
    draft.play(facts[0].ask)
  }

  /// The user's name first; then talk, in which both names are asked for.
  static let acquaintance = Plot { draft in
    if draft.facts[Fact.myName.slot] == nil { draft.introduceUser() }
    draft.pass(exchanges: draft.random.number(0...2))
    if draft.random.chance(0.3) { draft.tell(draft.random.pick(draft.untold)) }
    for isUser in draft.random.shuffled([true, false]) {
      draft.pass(exchanges: draft.random.number(0...2))
      if isUser { draft.askForUser() } else { draft.askForModel() }
    }
  }

  /// Something that was told before, however long ago.
  static let reminder = Plot { draft in
    let told = Fact.all.filter { draft.facts[$0.slot] != nil }
    if let fact = told.isEmpty ? nil : draft.random.pick(told) { draft.play(fact.ask) }
  }

  static let aboutItself = Plot { draft in
    for _ in 0..<draft.random.number(1...3) { draft.random.pick(itself).play(&draft, 3) }
    if draft.random.chance(0.3) { draft.pass(exchanges: 1) }
  }

  static let chat = Plot { draft in
    for _ in 0..<draft.random.number(1...3) { draft.random.pick(others).play(&draft, 3) }
  }

  /// The model asks for a name and gets none: the user takes leave, or speaks of something else.
  static let brief = Plot { draft in
    Topic.nameQuestions.play(&draft, 1)
    if draft.random.chance(0.4) { draft.pass(exchanges: 1) } else { Topic.goodbye.play(&draft, 1) }
  }

  static let nothing = Plot { _ in }

  /// How many exchanges lie between telling and asking.
  private static let gaps = [Weighted(1, 0), Weighted(3, 1), Weighted(3, 2), Weighted(2, 3), Weighted(1, 4)]

  static let itself = [
    Weighted(5, Topic.identity), Weighted(1.5, .origin), Weighted(1.5, .memory), Weighted(1.5, .feelings),
    Weighted(1.5, .abilities), Weighted(3, .life),
  ]
  static let others = [
    Weighted(4, Everyday.smallTalk), Weighted(2, .manners), Weighted(1.2, .moods), Weighted(0.8, .jokes),
    Weighted(0.6, .stories), Weighted(0.8, .unknown), Weighted(1.5, .sums), Weighted(0.5, .comparisons),
    Weighted(0.5, .counting), Weighted(0.5, .calendar),
  ]
}

extension Draft {
  /// What the user can still tell.
  var untold: [Fact] { Fact.all.filter { facts[$0.slot] == nil } }

  /// Gives the fact a new word.
  mutating func learn(_ fact: Fact) {
    facts[fact.slot] = Lexicon.word(for: fact.slot, avoiding: facts.values, &random)
  }

  mutating func tell(_ fact: Fact) {
    learn(fact)
    play(fact.tell)
  }

  /// The user tells its name, at the start of a conversation mostly with a greeting.
  mutating func introduceUser() {
    guard exchanges == 0, random.chance(0.9) else { return tell(.myName) }
    learn(.myName)
    Topic.introductions.play(&self, 2)
  }

  /// The user asks for its own name, once told.
  mutating func askForUser() {
    if random.chance(0.85) { play(Fact.myName.ask) } else { Topic.nameChecks.play(&self, 1) }
  }

  /// The user asks who or what the model is.
  mutating func askForModel() {
    let scene = random.pick([Weighted(0.5, Topic.ownName), Weighted(0.3, .identity), Weighted(0.2, .life)])
    scene.play(&self, 1)
  }

  /// Talk of other things.
  mutating func pass(exchanges count: Int) {
    let end = exchanges + count
    for _ in 0..<20 where exchanges < end {
      let scene = random.chance(0.85) ? random.pick(Plot.others) : random.pick(Plot.itself)
      scene.play(&self, end - exchanges)
    }
  }
}
