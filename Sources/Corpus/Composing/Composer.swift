import RetNet

/// Conversations for the chat model, composed of scenes, facts that are told and asked for, sums and other people's talk.
///
/// The same seed and files give the same conversations, one after the other.
public struct Composer: Sendable {
  /// What a share of the exchanges is given to.
  struct Group: Sendable {
    enum Content: Sendable {
      case scenes([Int])
      case sums, told, talk
    }

    let pattern: String
    let weight: Double
    let content: Content
    /// Its scenes tell something and ask for it later.
    let recalls: Bool
    /// Short and light enough to stand between telling and asking.
    let isLight: Bool
  }

  private struct Entry: Sendable {
    let file: Int
    let scene: Scene
    let traits: SceneTraits
    let isTyped: Bool
  }

  /// Some exchanges that stay together but for a split.
  private struct Block {
    var exchanges: [Exchange]
    var group: Int
    var opens = false
    var leaves = false
    var looksBack = false
    var standsAlone = false
    var isLong: Bool { exchanges.count >= 9 }
  }

  private let seed: UInt64
  private let files: [SceneFile]
  private var entries: [Entry] = []
  private(set) var groups: [Group] = []
  private let talks: [[[Turn]]]
  private let talkWeights: [Weighted<Int>]
  public private(set) var report: ComposerReport
  private var sums = SumTalk()
  private var index = 0
  private var evasive = 0

  /// - Parameter talks: files of dialogue, whose talk stands between.
  /// Throws `FileError`, `TextError`, `CorpusError` or `SceneError`.
  public init(seed: UInt64, scenes folder: String, talks paths: [String], weights: Weights = .even) throws {
    self.seed = seed
    files = try SceneFolder(path: folder).files
    talks = try paths.map { try Talks(files: [$0]).all }
    talkWeights = paths.indices.map { Weighted(paths[$0].contains("schema_guided") ? 0.3 : 1, $0) }
    report = ComposerReport(names: weights.lines.map(\.pattern) + [Self.greetingName, Self.goodbyeName])
    var random = Randomness(seed: ~seed)
    var scenes: [[Int]] = Array(repeating: [], count: weights.lines.count)
    for (number, file) in files.enumerated() where !file.scenes.isEmpty {
      guard let line = weights.line(for: file.name) else {
        throw CorpusError.broken(path: weights.path, reason: "no line of it fits the scene file '\(file.name)'")
      }
      for scene in file.scenes {
        scenes[line].append(entries.count)
        entries.append(
          Entry(
            file: number, scene: scene,
            traits: SceneTraits(scene, of: file, recalls: Self.recalls(file.name), &random),
            isTyped: file.name.hasPrefix("messy-typing")))
      }
    }
    let sum = weights.lines.enumerated().reduce(0.0) { sum, line in
      sum + (line.element.pattern.hasPrefix("@") || !scenes[line.offset].isEmpty ? line.element.weight : 0)
    }
    for (number, line) in weights.lines.enumerated() {
      let content: Group.Content
      switch line.pattern {
      case "@sums": content = .sums
      case "@told": content = .told
      case "@talk": content = .talk
      default: content = .scenes(scenes[number])
      }
      let isEmpty = if case .scenes(let all) = content { all.isEmpty } else { line.pattern == "@talk" && talks.isEmpty }
      groups.append(
        Group(
          pattern: line.pattern, weight: isEmpty ? 0 : line.weight / sum, content: content,
          recalls: Self.recalls(line.pattern),
          isLight: ["quick", "smalltalk", "food", "feelings", "facts", "animals", "@sums", "@talk", "*"].contains {
            line.pattern.hasPrefix($0)
          }))
    }
  }

  private static let greetingName = "(greetings)"
  private static let goodbyeName = "(goodbyes)"

  private static func recalls(_ name: String) -> Bool { name.hasPrefix("recall") || name.hasPrefix("track") }

  // MARK: A conversation

  /// Appends the next conversation, a line for each turn.
  public mutating func append(to output: inout [UInt8]) {
    var random = Randomness(seed: seed, index: index)
    index += 1
    var course = Course()
    plan(&course, &random)
    var segments = spliced(&course, &random)
    open(&segments, &course, &random)
    insertFacts(into: &segments, &course, &random)
    close(&segments, &course, &random)
    write(segments, course, to: &output, &random)
  }

  /// What is known of a conversation while it is made.
  private struct Course {
    var blocks: [Block] = []
    var facts: [Fact] = []
    var claims: Claims = []
    var words: [String: String] = [:]
    var used: Set<String> = []
    var scenes: Set<Int> = []
    /// The user's name, once a scene or a fact has told it.
    var name: String?
    var exchanges = 0
  }

  private static let budgets = [Weighted(0.22, 2...4), Weighted(0.43, 5...8), Weighted(0.35, 9...15)]
  private static let mostExchanges = 20

  private mutating func plan(_ course: inout Course, _ random: inout Randomness) {
    let budget = random.number(random.pick(Self.budgets))
    for _ in 0..<24 where course.exchanges < budget && course.blocks.count < 6 {
      let group = pickGroup(&random)
      if case .told = groups[group].content {
        guard course.facts.count < 3, let fact = pickFact(course, &random) else { continue }
        course.facts.append(fact)
        course.claims.formUnion(Claims(fact))
        course.exchanges += 2
      } else if let block = block(of: group, within: budget - course.exchanges, &course, &random) {
        course.exchanges += block.exchanges.count
        report.count(group, block.exchanges.count)
        course.blocks.append(block)
        if block.standsAlone { break }
      }
    }
    while course.blocks.isEmpty {
      let group = pickGroup(light: true, &random)
      guard let block = block(of: group, within: 6, &course, &random) else { continue }
      report.count(group, block.exchanges.count)
      course.blocks.append(block)
    }
    let order = { (block: Block) in block.opens || block.looksBack ? 0 : block.leaves ? 2 : 1 }
    course.blocks = course.blocks.enumerated().sorted { (order($0.element), $0.offset) < (order($1.element), $1.offset) }
      .map(\.element)
  }

  /// A group whose share of the exchanges so far is below its weight, mostly.
  private func pickGroup(light: Bool = false, _ random: inout Randomness) -> Int {
    var rest = 0.0
    let due = groups.indices.map { index -> Double in
      let group = groups[index]
      if light, !group.isLight { return 0 }
      let wanted = group.weight * Double(report.exchanges + 2000)
      return group.weight == 0 ? 0 : max(0.02 * group.weight * 2000, wanted - Double(report.groups[index].exchanges))
    }
    rest = random.share() * due.reduce(0, +)
    for (index, share) in due.enumerated() {
      rest -= share
      if rest < 0 { return index }
    }
    return due.lastIndex { $0 > 0 } ?? 0
  }

  /// Exchanges of the group that suit the conversation so far; nil where some tries find none.
  private mutating func block(
    of group: Int, within space: Int, _ course: inout Course, _ random: inout Randomness
  ) -> Block? {
    switch groups[group].content {
    case .told: return nil
    case .sums: return Block(exchanges: sums.exchanges(&random), group: group)
    case .talk:
      for _ in 0..<20 {
        let talk = random.pick(talks[random.pick(talkWeights)])
        let count = random.number(1...min(5, talk.count / 2))
        // A talk begins with a greeting of its own.
        let start = course.blocks.isEmpty ? 0 : random.number(0...talk.count / 2 - count)
        let exchanges = (start..<start + count).map { Exchange(user: talk[2 * $0].text, reply: talk[2 * $0 + 1].text) }
        if let block = block(ofTalk: exchanges, group: group, isFirst: course.blocks.isEmpty) { return block }
      }
      return nil
    case .scenes(let all):
      for _ in 0..<8 {
        let number = random.pick(all)
        let entry = entries[number]
        let traits = entry.traits
        let isFirst = course.blocks.isEmpty
        guard !course.scenes.contains(number), traits.claims.isDisjoint(with: course.claims) else { continue }
        guard isFirst || entry.scene.exchanges <= space + 2 else { continue }
        guard !traits.standsAlone || isFirst && course.facts.isEmpty else { continue }
        if traits.opens || traits.looksBack, course.blocks.contains(where: { $0.opens || $0.looksBack }) { continue }
        if traits.leaves, course.blocks.contains(where: \.leaves) { continue }
        if entry.scene.exchanges >= 9, course.blocks.count > 1 { continue }
        let played = files[entry.file].play(entry.scene, avoiding: course.used, &random)
        let evasions = played.exchanges.count { ComposerReport.evasions.areIn($0.reply.searchable) }
        if evasions > 0, Double(evasive + evasions) > 0.017 * Double(report.exchanges + 200) { continue }
        evasive += evasions
        course.scenes.insert(number)
        course.claims.formUnion(traits.claims)
        for value in played.values { course.used.formUnion(value.value) }
        if let slot = traits.ownName { course.name = played.values.first { $0.slot == slot }?.value[0] }
        return Block(
          exchanges: played.exchanges, group: group, opens: traits.opens, leaves: traits.leaves, looksBack: traits.looksBack,
          standsAlone: traits.standsAlone)
      }
      return nil
    }
  }

  /// Nil where the replies speak as a person would of itself, or where the talk opens in the midst of something.
  private func block(ofTalk exchanges: [Exchange], group: Int, isFirst: Bool) -> Block? {
    let opening = exchanges[0].user.searchable
    guard !exchanges.contains(where: { Self.human.areIn($0.reply.searchable) }) else { return nil }
    guard isFirst || Splice.opensSubject(opening) else { return nil }
    return Block(exchanges: exchanges, group: group, opens: SceneTraits.greetings.begin(opening))
  }

  private static let human = Phrases([
    " my ", " i live", " i work", " i'm a ", " i am a ", "married", " i went", " i was ", " i saw", " i've been", " i have been", " i grew", " i had ",
    " i ate", " i'm from", " i am from", " i watched", " i used to", " we ", " i drive", " i own", " i'm in ", " me and", " i have a ", " i have two",
    " i have three", "lol", "haha",
  ])

  // MARK: Splicing

  /// Exchanges between two places where something else may stand.
  private struct Segment {
    var exchanges: [Exchange]
    var opens = false
    var leaves = false
  }

  /// The blocks one after the other; a block that tells and asks may have another in its midst.
  private mutating func spliced(_ course: inout Course, _ random: inout Randomness) -> [Segment] {
    var segments: [Segment] = []
    var blocks = course.blocks[...]
    while let block = blocks.popFirst() {
      if groups[block.group].recalls, !block.looksBack, random.chance(0.65),
        let place = Splice.places(in: block.exchanges).randomElement(&random),
        let between = between(&blocks, &course, &random)
      {
        segments.append(Segment(exchanges: Array(block.exchanges[..<place]), opens: block.opens))
        segments.append(Segment(exchanges: between))
        var rest = Array(block.exchanges[place...])
        rest[0].user = Splice.resumed(rest[0].user, &random)
        segments.append(Segment(exchanges: rest, leaves: block.leaves))
      } else {
        segments.append(Segment(exchanges: block.exchanges, opens: block.opens, leaves: block.leaves))
      }
    }
    return segments
  }

  /// One to five exchanges of other talk: the block that is next, or a new one.
  private mutating func between(
    _ blocks: inout ArraySlice<Block>, _ course: inout Course, _ random: inout Randomness
  ) -> [Exchange]? {
    if let next = blocks.first, !next.leaves, !next.opens, !groups[next.group].recalls, next.exchanges.count <= 5 {
      blocks.removeFirst()
      return next.exchanges
    }
    guard course.exchanges < Self.mostExchanges, random.chance(0.7) else { return nil }
    for _ in 0..<6 {
      let group = pickGroup(light: true, &random)
      guard let block = block(of: group, within: 5, &course, &random) else { continue }
      guard !block.opens, !block.leaves, !block.looksBack, block.exchanges.count <= 6 else { continue }
      report.count(group, block.exchanges.count)
      course.exchanges += block.exchanges.count
      return block.exchanges
    }
    return nil
  }

  // MARK: Facts

  private static let factWeights = Fact.all.map { fact in
    Weighted(["myName": 9.0, "myTown": 4, "myJob": 3, "myAge": 3, "fullName": 0.5][fact.slot] ?? 1, fact)
  }

  private func pickFact(_ course: Course, _ random: inout Randomness) -> Fact? {
    for _ in 0..<5 {
      let fact = random.pick(Self.factWeights)
      if Claims(fact).isDisjoint(with: course.claims) { return fact }
    }
    return nil
  }

  private mutating func insertFacts(into segments: inout [Segment], _ course: inout Course, _ random: inout Randomness) {
    guard !course.facts.isEmpty else { return }
    let told = groups.firstIndex { if case .told = $0.content { true } else { false } } ?? 0
    let first = segments[0].opens ? 1 : 0
    let last = segments.count - (segments[segments.count - 1].leaves ? 1 : 0)
    var inserted: [[Exchange]] = Array(repeating: [], count: segments.count + 1)
    func place(_ exchanges: [Exchange], at gap: Int) { inserted[gap] += exchanges }
    var pending = course.facts
    while let fact = pending.popLast() {
      let gap = first >= last ? last : random.number(first...last - 1)
      let end = gap >= last ? last : random.chance(0.6) ? gap + 1 : random.number(gap + 1...last)
      if let other = pending.last, random.chance(0.3), fact.slot != "fullName", other.slot != "fullName" {
        pending.removeLast()
        let telling = FactTalk.tellBoth(other, fact, opens: gap == 0, &course.words, &random)
        place([telling], at: gap)
        let asking =
          random.chance(0.5)
          ? [FactTalk.askBoth(fact, other, &course.words, &random)]
          : random.shuffled([fact, other]).map { FactTalk.play($0.ask, &course.words, &random) }
        place(asking, at: end)
        report.count(told, 1 + asking.count)
        continue
      }
      if random.chance(0.04), fact.slot != "myName" || course.name == nil {
        let asking = FactTalk.play(fact.askInVain, &course.words, &random)
        evasive += ComposerReport.evasions.areIn(asking.reply.searchable) ? 1 : 0
        place([asking], at: gap)
        report.count(told, 1)
        if random.chance(0.5) { continue }
      }
      place([FactTalk.tell(fact, opens: gap == 0, &course.words, &random)], at: gap)
      var count = 2
      if random.chance(0.15) {
        course.words[fact.slot] = Lexicon.word(for: fact.slot, avoiding: course.words.values, &random)
        place([FactTalk.play(fact.correct, &course.words, &random)], at: random.chance(0.6) ? gap : end)
        count += 1
      }
      place([FactTalk.play(fact.ask, &course.words, &random)], at: end)
      if end < last, random.chance(0.15) {
        place([FactTalk.play(fact.ask, &course.words, &random)], at: random.number(end + 1...last))
        count += 1
      }
      report.count(told, count)
    }
    var result: [Segment] = []
    for (gap, exchanges) in inserted.enumerated() {
      if !exchanges.isEmpty { result.append(Segment(exchanges: exchanges)) }
      if gap < segments.count { result.append(segments[gap]) }
    }
    segments = result
    course.name = course.name ?? course.words["myName"]
  }

  // MARK: Beginning and end

  private static let greetings = Topic.greeting.scripts
  private static let introductions = Topic.introductions.scripts
  private static let goodbyes = Topic.goodbye.scripts
  private static let goodbyesByName = Topic.goodbyeByName.scripts

  private mutating func open(_ segments: inout [Segment], _ course: inout Course, _ random: inout Randomness) {
    guard !segments[0].opens, random.chance(0.38) else { return }
    var scripts = Self.greetings
    if let index = course.facts.firstIndex(where: { $0.slot == Fact.myName.slot }) {
      if random.chance(0.5) { scripts = Self.introductions }
      _ = index
    } else if course.name == nil, course.claims.isDisjoint(with: .name), random.chance(0.25) {
      scripts = Self.introductions
      course.claims.insert(.name)
    }
    let exchanges = FactTalk.exchanges(random.pick(scripts), &course.words, &random)
    if let name = course.words[Fact.myName.slot] {
      course.name = name
    }
    report.count(groups.count, exchanges.count)
    segments.insert(Segment(exchanges: exchanges, opens: true), at: 0)
  }

  private mutating func close(_ segments: inout [Segment], _ course: inout Course, _ random: inout Randomness) {
    guard !segments[segments.count - 1].leaves, random.chance(0.2) else { return }
    var words = course.words
    words[Fact.myName.slot] = course.name
    let byName = course.name != nil && random.chance(0.5)
    let script = random.pick(byName ? Self.goodbyesByName : Self.goodbyes)
    let exchanges = FactTalk.exchanges(script, &words, &random)
    report.count(groups.count + 1, exchanges.count)
    segments.append(Segment(exchanges: exchanges, leaves: true))
  }

  // MARK: Writing

  private mutating func write(
    _ segments: [Segment], _ course: Course, to output: inout [UInt8], _ random: inout Randomness
  ) {
    let typist = Typist(&random)
    var knowsName = false
    for (index, segment) in segments.enumerated() {
      for (number, exchange) in segment.exchanges.enumerated() {
        var reply = exchange.reply
        if number == segment.exchanges.count - 1, index < segments.count - 1 { reply = Splice.withoutLastQuestion(reply) }
        if let name = course.name {
          if knowsName, random.chance(0.12) { reply = Address.by(name, in: reply) }
          if !knowsName { knowsName = exchange.user.contains(name) }
        }
        output.append(contentsOf: "U: ".utf8)
        typist.type(exchange.user, into: &output, &random)
        output.append(contentsOf: "\nB: ".utf8)
        let start = output.count
        for byte in reply.utf8 where byte > Mark.closeByte { output.append(byte) }
        report.read(reply: output[start...])
        output.append(UInt8(ascii: "\n"))
      }
    }
    report.finishConversation(bytes: output.count)
  }
}

extension Array {
  fileprivate func randomElement(_ random: inout Randomness) -> Element? {
    isEmpty ? nil : random.pick(self)
  }
}
