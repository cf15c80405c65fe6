/// What is known of a conversation while it is composed.
struct Course {
  /// Exchanges of one kind, in order.
  struct Block {
    var exchanges: [Exchange]
    var kind: Int
    var traits = SceneTraits()
    var isTyped = false
    var isVerbatim = false
  }

  /// Exchanges between two places where something else may stand.
  struct Segment {
    var exchanges: [Exchange]
    var opens = false
    var leaves = false
    /// Its user turns are typed already.
    var isTyped = false
    /// Its replies have no contractions but their own.
    var isVerbatim = false

    init(_ exchanges: [Exchange], opens: Bool = false, leaves: Bool = false) {
      self.exchanges = exchanges
      self.opens = opens
      self.leaves = leaves
    }

    init(_ block: Block) {
      self.init(block.exchanges, opens: block.traits.opens, leaves: block.traits.leaves)
      isTyped = block.isTyped
      isVerbatim = block.isVerbatim
    }
  }

  /// A fact that the user tells and asks for.
  struct Plan {
    let fact: Fact
    /// The greeting has told it.
    var isTold = false
  }

  var blocks: [Block] = []
  var facts: [Plan] = []
  var segments: [Segment] = []
  /// What the user tells and may ask for: nothing else may mention it.
  private(set) var claims: Claims = []
  /// What is mentioned of the user: nothing else may tell it.
  private(set) var mentions: Claims = []
  /// The words of facts.
  var words: [String: String] = [:]
  /// Words of scenes so far.
  private(set) var used: Set<String> = []
  private var scenes: Set<Int> = []
  /// The user's name, once a scene or a fact has it.
  var name: String?
  var exchanges = 0

  mutating func plan(_ fact: Fact, isTold: Bool = false) {
    facts.append(Plan(fact: fact, isTold: isTold))
    claims.formUnion(Claims(fact))
    mentions.formUnion(Claims(fact))
  }

  func canTell(_ fact: Fact) -> Bool { Claims(fact).isDisjoint(with: mentions) }

  /// Whether a scene contradicts nothing, and has a place left.
  func suits(_ number: Int, _ traits: SceneTraits) -> Bool {
    guard !scenes.contains(number), traits.claims.isDisjoint(with: mentions), traits.mentions.isDisjoint(with: claims)
    else {
      return false
    }
    if traits.standsAlone { return blocks.isEmpty && facts.isEmpty }
    if traits.opens || traits.looksBack, blocks.contains(where: { $0.traits.opens || $0.traits.looksBack }) {
      return false
    }
    return !(traits.leaves && blocks.contains(where: \.traits.leaves))
  }

  mutating func use(_ number: Int, _ traits: SceneTraits, _ played: PlayedScene) {
    scenes.insert(number)
    claims.formUnion(traits.claims)
    mentions.formUnion(traits.mentions)
    for value in played.values { used.formUnion(value.value) }
    if let slot = traits.ownName { name = played.values.first { $0.slot == slot }?.value[0] }
  }

  /// What opens or looks back comes first, what takes leave last.
  mutating func order() {
    func place(_ block: Block) -> Int { block.traits.opens || block.traits.looksBack ? 0 : block.traits.leaves ? 2 : 1 }
    blocks = [0, 1, 2].flatMap { rank in blocks.filter { place($0) == rank } }
  }
}
