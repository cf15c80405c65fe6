/// What conversations are composed of.
struct Stock: Sendable {
  /// A scene, and what it needs to know of others.
  struct Entry: Sendable {
    let file: SceneFile
    let scene: Scene
    let traits: SceneTraits
    /// Its user turns are typed already, as typing is its subject.
    let isTyped: Bool
    /// Words are its subject, or verse, so that "it is" stays "it is".
    let isVerbatim: Bool
  }

  /// What one line of the weights gives a share of the exchanges to.
  struct Kind: Sendable {
    enum Content: Sendable {
      /// Numbers of entries.
      case scenes([Int])
      case sums
      /// Facts that are told and asked for.
      case told
      /// Parts of other people's talk.
      case talk
    }

    let name: String
    /// Of all, 1.
    let share: Double
    let content: Content
    /// Its scenes tell something and ask for it later.
    let recalls: Bool
    /// Short enough, as a rule, to stand between telling and asking.
    let isLight: Bool
  }

  private(set) var entries: [Entry] = []
  private(set) var kinds: [Kind] = []
  private let talks: [Talks]

  /// Throws `FileError`, `TextError`, `CorpusError` or `SceneError`.
  init(scenes folder: String, talks paths: [String], weights: Weights, seed: UInt64) throws {
    talks = try paths.map { try Talks(path: $0) }
    // Conversations are numbered from 0; their choices are others.
    var random = Randomness(seed: ~seed)
    var scenes: [[Int]] = Array(repeating: [], count: weights.lines.count)
    for file in try SceneFolder(path: folder).files where !file.scenes.isEmpty {
      guard let line = weights.line(for: file.name) else { throw weights.missing(file.name) }
      for scene in file.scenes {
        scenes[line].append(entries.count)
        entries.append(
          Entry(
            file: file, scene: scene,
            traits: SceneTraits(scene, of: file, recalls: Self.recalls(file.name), &random),
            isTyped: file.name.hasPrefix("messy-typing"),
            isVerbatim: Self.verbatim.contains { file.name.contains($0) }))
      }
    }
    let contents = weights.lines.enumerated().map { number, line -> Kind.Content in
      switch line.pattern {
      case "@sums": .sums
      case "@told": .told
      case "@talk": .talk
      default: .scenes(scenes[number])
      }
    }
    let weighted = zip(weights.lines, contents).map { line, content -> Double in
      switch content {
      case .scenes(let all) where all.isEmpty: return 0
      case .talk where talks.isEmpty: return 0
      default: return line.weight
      }
    }
    let whole = weighted.reduce(0, +)
    kinds = weights.lines.indices.map { number in
      let name = weights.lines[number].pattern
      return Kind(
        name: name, share: weighted[number] / whole, content: contents[number], recalls: Self.recalls(name),
        isLight: Self.light.contains { name.hasPrefix($0) })
    }
  }

  private static let verbatim = ["poems", "create-", "requests-say", "requests-messages", "spell", "words", "finish"]

  private static let light = [
    "quick", "smalltalk", "food", "feelings", "facts", "animals", "spell", "yesno", "choose", "jokes", "askme",
    "cando", "comfort", "count", "whatfor", "whichkind", "why", "weekend", "@sums", "@talk", "*",
  ]

  private static func recalls(_ name: String) -> Bool {
    ["recall", "track", "correct", "remember"].contains { name.hasPrefix($0) }
  }

  /// Exchanges of other people; nil where some tries find none that suit.
  func talk(isFirst: Bool, _ random: inout Randomness) -> [Exchange]? {
    for _ in 0..<30 {
      if let part = random.pick(talks).part(isFirst: isFirst, &random) { return part }
    }
    return nil
  }
}
