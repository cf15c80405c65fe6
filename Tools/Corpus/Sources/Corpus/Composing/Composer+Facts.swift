extension Composer {
  /// People state their own name most often.
  private static let weights = Fact.all.map { fact in
    Weighted(["myName": 26.0, "myTown": 6, "myJob": 4, "myAge": 3, "fullName": 0.5][fact.slot] ?? 1, fact)
  }

  /// A fact that does not contradict the conversation; nil if several tries find none.
  func fact(for course: Course, _ random: inout Randomness) -> Fact? {
    for _ in 0..<5 {
      let fact = random.pick(Self.weights)
      if course.canTell(fact) { return fact }
    }
    return nil
  }

  /// Inserts exchanges between the segments that state the planned facts and ask for them.
  mutating func tell(_ course: inout Course, _ random: inout Randomness) {
    guard !course.facts.isEmpty,
      let kind = stock.kinds.firstIndex(where: { if case .told = $0.content { true } else { false } })
    else { return }
    var telling = FactPlacement(course.segments)
    askForSceneName(&telling, &course, &random)
    var pending = course.facts
    while let plan = pending.popLast() {
      let fact = plan.fact
      let start = plan.isTold ? telling.first : telling.start(&random)
      let end = telling.end(after: start, &random)
      if !plan.isTold, let other = pending.last, !other.isTold, random.chance(0.3) {
        pending.removeLast()
        let both = [other.fact, fact]
        telling.place([FactTalk.tell(both, opens: start == 0, &course.words, &random)], at: start)
        telling.place(
          random.chance(0.5)
            ? [FactTalk.ask(random.shuffled(both), &course.words, &random)]
            : random.shuffled(both).map { FactTalk.ask($0, &course.words, &random) }, at: end)
        continue
      }
      if !plan.isTold {
        if random.chance(0.04), !(fact.slot == Fact.myName.slot && course.name != nil) {
          telling.place([FactTalk.play(fact.askInVain, &course.words, &random)], at: start)
          if random.chance(0.4) { continue }
        }
        telling.place([FactTalk.tell(fact, opens: start == 0, &course.words, &random)], at: start)
      }
      if random.chance(0.15) {
        let isNext = start == end || random.chance(0.6)
        telling.place([FactTalk.correct(fact, isNext: isNext, &course.words, &random)], at: isNext ? start : end)
      }
      telling.place([FactTalk.ask(fact, &course.words, &random)], at: end)
      if end < telling.last, random.chance(0.15) {
        telling.place([FactTalk.ask(fact, &course.words, &random)], at: random.number(end + 1...telling.last))
      }
    }
    evasions += telling.exchanges.count { ComposerReport.isEvasive($0.reply) }
    balance.count(kind, telling.exchanges.count)
    course.segments = telling.segments(around: course.segments)
    // The corrected name, if there is one.
    course.name = course.words[Fact.myName.slot] ?? course.name
  }

  /// Sometimes asks for the user's name that a scene stated.
  private func askForSceneName(_ telling: inout FactPlacement, _ course: inout Course, _ random: inout Randomness) {
    guard let name = course.name, course.words[Fact.myName.slot] == nil, random.chance(0.3) else { return }
    let told = course.segments.firstIndex { $0.exchanges.contains { $0.user.contains(name) } }
    guard let told, told + 1 <= telling.last else { return }
    course.words[Fact.myName.slot] = name
    telling.place([FactTalk.ask(.myName, &course.words, &random)], at: random.number(told + 1...telling.last))
  }
}

/// The exchanges before, between and after the segments of a conversation.
private struct FactPlacement {
  /// The first and the last gap that may be filled: not before a greeting, not after a goodbye.
  let first: Int
  let last: Int
  private var gaps: [[Exchange]]

  init(_ segments: [Course.Segment]) {
    first = segments.first?.opens == true ? 1 : 0
    last = segments.count - (segments.last?.leaves == true ? 1 : 0)
    gaps = Array(repeating: [], count: segments.count + 1)
  }

  var exchanges: [Exchange] { gaps.flatMap { $0 } }

  /// A gap that is followed by another one, if there is one.
  func start(_ random: inout Randomness) -> Int { first < last ? random.number(first...last - 1) : last }

  /// A gap after `start`, mostly the next one.
  func end(after start: Int, _ random: inout Randomness) -> Int {
    if start >= last { return last }
    return random.chance(0.6) ? start + 1 : random.number(start + 1...last)
  }

  mutating func place(_ exchanges: [Exchange], at gap: Int) { gaps[max(gap, min(first, last))] += exchanges }

  func segments(around segments: [Course.Segment]) -> [Course.Segment] {
    gaps.enumerated().flatMap { gap, exchanges in
      (exchanges.isEmpty ? [] : [Course.Segment(exchanges)]) + segments[gap...].prefix(1)
    }
  }
}
