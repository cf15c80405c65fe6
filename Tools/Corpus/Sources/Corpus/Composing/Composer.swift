/// Composes conversations for the chat model from scenes, stated facts and questions about them, sums, and other people's
/// dialogues.
///
/// The same seed and files give the same conversations in the same order.
package struct Composer: Sendable {
  private let seed: UInt64
  let stock: Stock
  var balance: Balance
  var sums = SumTalk()
  /// The counts of the written conversations.
  var written = ComposerReport()
  private var index = 0
  /// The number of evasive replies so far.
  var evasions = 0

  /// - Parameters:
  ///   - folder: the folder of scene files.
  ///   - talks: files of dialogue, parts of which are used beside scenes.
  /// Throws `FileError`, `TextError`, `CorpusError` or `SceneError`.
  package init(seed: UInt64, scenes folder: String, talks: [String], weights: Weights = .even) throws {
    self.seed = seed
    stock = try Stock(scenes: folder, talks: talks, weights: weights, seed: seed)
    balance = Balance(stock.kinds)
  }

  /// The report on the conversations so far.
  package var report: ComposerReport {
    var report = written
    report.kinds = zip(stock.kinds, balance.exchanges).map { ComposerReport.Kind(name: $0.name, exchanges: $1) }
    report.sums = sums.tally
    return report
  }

  /// Appends the next conversation, one line per turn.
  package mutating func append(to output: inout [UInt8]) {
    var random = Randomness(seed: seed, index: index)
    index += 1
    var course = Course()
    plan(&course, &random)
    splice(&course, &random)
    open(&course, &random)
    tell(&course, &random)
    close(&course, &random)
    write(course, to: &output, &random)
  }

  // MARK: Blocks

  /// The approximate number of exchanges of a conversation.
  private static let lengths = [Weighted(0.22, 2...4), Weighted(0.43, 5...8), Weighted(0.35, 9...15)]
  private static let mostBlocks = 6
  private static let mostFacts = 3
  /// A scene of this many exchanges is combined with at most one other scene.
  private static let long = 9

  /// Chooses scenes and facts.
  private mutating func plan(_ course: inout Course, _ random: inout Randomness) {
    let length = random.number(random.pick(Self.lengths))
    for _ in 0..<24 where course.exchanges < length && course.blocks.count < Self.mostBlocks {
      let kind = balance.pick(&random)
      if case .told = stock.kinds[kind].content {
        guard course.facts.count < Self.mostFacts, let fact = fact(for: course, &random) else { continue }
        course.plan(fact)
        course.exchanges += 2
      } else if let block = block(of: kind, within: length - course.exchanges, &course, &random) {
        add(block, to: &course)
        if block.traits.standsAlone { break }
      }
    }
    // A conversation needs more than facts.
    while course.blocks.isEmpty {
      if let block = block(of: balance.pick(light: true, &random), within: 6, &course, &random) {
        add(block, to: &course)
      }
    }
    course.order()
  }

  private mutating func add(_ block: Course.Block, to course: inout Course) {
    count(block, &course)
    course.blocks.append(block)
  }

  private mutating func count(_ block: Course.Block, _ course: inout Course) {
    course.exchanges += block.exchanges.count
    balance.count(block.kind, block.exchanges.count)
    evasions += block.exchanges.count { ComposerReport.isEvasive($0.reply) }
  }

  /// Exchanges that fit the conversation so far; nil if several tries find none.
  private mutating func block(
    of kind: Int, within space: Int, _ course: inout Course, _ random: inout Randomness
  ) -> Course.Block? {
    switch stock.kinds[kind].content {
    case .told: return nil
    case .sums: return Course.Block(exchanges: sums.exchanges(&random), kind: kind)
    case .talk:
      guard let exchanges = stock.talk(isFirst: course.blocks.isEmpty, &random) else { return nil }
      var traits = SceneTraits()
      traits.opens = SceneTraits.greetings.begin(exchanges[0].user.searchable)
      return traits.opens && !course.suits(-1, traits)
        ? nil : Course.Block(exchanges: exchanges, kind: kind, traits: traits)
    case .scenes(let all):
      for _ in 0..<8 {
        let number = random.pick(all)
        let entry = stock.entries[number]
        let length = entry.scene.exchanges
        guard course.suits(number, entry.traits) else { continue }
        guard course.blocks.isEmpty || length <= space + 2, length < Self.long || course.blocks.count < 2 else {
          continue
        }
        let played = entry.file.play(entry.scene, avoiding: course.used, &random)
        if isTooEvasive(played.exchanges) { continue }
        course.use(number, entry.traits, played)
        return Course.Block(
          exchanges: played.exchanges, kind: kind, traits: entry.traits, isTyped: entry.isTyped,
          isVerbatim: entry.isVerbatim)
      }
      return nil
    }
  }

  /// The largest share of evasive replies. The report counts the written replies.
  private static let mostEvasive = 0.015

  private func isTooEvasive(_ exchanges: [Exchange]) -> Bool {
    let count = exchanges.count { ComposerReport.isEvasive($0.reply) }
    return count > 0 && Double(evasions + count) > Self.mostEvasive * Double(written.exchanges + 200)
  }

  // MARK: Splicing

  /// Conversations with more exchanges get no further dialogue between.
  private static let mostExchanges = 20

  /// Joins the blocks. A block with a fact and a question about it may be split by other dialogue.
  private mutating func splice(_ course: inout Course, _ random: inout Randomness) {
    var blocks = course.blocks[...]
    while let block = blocks.popFirst() {
      var segment = Course.Segment(block)
      if stock.kinds[block.kind].recalls, !block.traits.looksBack, random.chance(0.65) {
        let places = Splice.places(in: block.exchanges)
        if !places.isEmpty, let between = between(&blocks, &course, &random) {
          let place = random.pick(places)
          segment.leaves = false
          segment.exchanges = Array(block.exchanges[..<place])
          course.segments.append(segment)
          course.segments.append(Course.Segment(between))
          segment.opens = false
          segment.leaves = block.traits.leaves
          segment.exchanges = Array(block.exchanges[place...])
          segment.exchanges[0].user = Splice.resumed(segment.exchanges[0].user, &random)
        }
      }
      course.segments.append(segment)
    }
  }

  /// One to five exchanges of other dialogue: the next block, or a new one.
  private mutating func between(
    _ blocks: inout ArraySlice<Course.Block>, _ course: inout Course, _ random: inout Randomness
  ) -> Course.Block? {
    if let next = blocks.first, isLight(next), !stock.kinds[next.kind].recalls { return blocks.popFirst() }
    guard course.exchanges < Self.mostExchanges, random.chance(0.7) else { return nil }
    for _ in 0..<6 {
      guard let block = block(of: balance.pick(light: true, &random), within: 5, &course, &random), isLight(block)
      else {
        continue
      }
      count(block, &course)
      return block
    }
    return nil
  }

  private func isLight(_ block: Course.Block) -> Bool {
    let traits = block.traits
    return block.exchanges.count <= 6 && !traits.opens && !traits.leaves && !traits.looksBack && !traits.standsAlone
  }

  // MARK: Beginning and end

  private mutating func open(_ course: inout Course, _ random: inout Randomness) {
    guard !course.segments[0].opens, random.chance(0.47) else { return }
    let planned = course.facts.firstIndex { $0.fact.slot == Fact.myName.slot }
    let introduces = planned != nil ? random.chance(0.5) : course.canTell(.myName) && random.chance(0.25)
    var scripts = Greetings.scripts
    if introduces {
      scripts = Introductions.scripts
      if let planned {
        course.facts[planned].isTold = true
      } else if random.chance(0.6) {
        course.plan(.myName, isTold: true)
      }
    } else if course.name == nil, planned == nil, random.chance(0.12) {
      scripts = Introductions.unanswered
    }
    let exchanges = FactTalk.exchanges(random.pick(scripts), &course.words, &random)
    if introduces { course.name = course.words[Fact.myName.slot] }
    course.segments.insert(Course.Segment(exchanges, opens: true), at: 0)
  }

  private mutating func close(_ course: inout Course, _ random: inout Randomness) {
    guard let last = course.segments.last, !last.leaves, random.chance(0.24) else { return }
    var scripts = Goodbyes.scripts
    var words: [String: String] = [:]
    if let name = course.name, random.chance(0.5) {
      scripts = Goodbyes.byName
      words[Fact.myName.slot] = name
    }
    let exchanges = FactTalk.exchanges(random.pick(scripts), &words, &random)
    course.segments.append(Course.Segment(exchanges, leaves: true))
  }
}
