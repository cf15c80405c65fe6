/// The material of conversations.
struct Stock: Sendable {
  /// A scene with its file and traits.
  struct Entry: Sendable {
    let file: SceneFile
    let scene: Scene
    let traits: SceneTraits
    /// Its user turns already have a typing style, as typing is its subject.
    let isTyped: Bool
    /// Its subject is words or verse, so "it is" stays "it is".
    let isVerbatim: Bool
  }

  /// A kind of text with a share of the exchanges: one line of the weights.
  struct Kind: Sendable {
    enum Content: Sendable {
      /// Indices of entries.
      case scenes([Int])
      case sums
      /// Facts that are stated and asked for.
      case told
      /// Parts of other people's dialogues.
      case talk
    }

    let name: String
    /// The shares sum to 1.
    let share: Double
    let content: Content
    /// Its scenes state something and ask for it later.
    let recalls: Bool
    /// Usually short enough to stand between a fact and the question about it.
    let isLight: Bool
  }

  private(set) var entries: [Entry] = []
  private(set) var kinds: [Kind] = []
  private let talks: [Talks]

  /// Throws `FileError`, `TextError`, `CorpusError` or `SceneError`.
  init(scenes folder: String, talks paths: [String], weights: Weights, seed: UInt64) throws {
    talks = try paths.map { try Talks(path: $0) }
    // Conversations have indices from 0, so this index gives other choices.
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

  /// Exchanges of other people; nil if several tries find none that fit.
  func talk(isFirst: Bool, _ random: inout Randomness) -> [Exchange]? {
    for _ in 0..<30 {
      if let part = random.pick(talks).part(isFirst: isFirst, &random) { return part }
    }
    return nil
  }
}
