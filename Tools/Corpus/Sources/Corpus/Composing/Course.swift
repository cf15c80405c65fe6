/// The state of a conversation during composition.
struct Course {
  /// Consecutive exchanges of one kind.
  struct Block {
    var exchanges: [Exchange]
    var kind: Int
    var traits = SceneTraits()
    var isTyped = false
    var isVerbatim = false
  }

  /// Exchanges between two places where others can be inserted.
  struct Segment {
    var exchanges: [Exchange]
    var opens = false
    var leaves = false
    /// Whether its user turns already have a typing style.
    var isTyped = false
    /// Whether its replies keep their words without added contractions.
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

  /// A fact that the user states and asks for.
  struct Plan {
    let fact: Fact
    /// Whether the greeting has stated it.
    var isTold = false
  }

  var blocks: [Block] = []
  var facts: [Plan] = []
  var segments: [Segment] = []
  /// Facts that the user states and may ask for. Other parts must not mention them.
  private(set) var claims: Claims = []
  /// Facts about the user that are mentioned. Other parts must not state them.
  private(set) var mentions: Claims = []
  /// The words of the facts, by slot.
  var words: [String: String] = [:]
  /// Words of the scenes so far.
  private(set) var used: Set<String> = []
  private var scenes: Set<Int> = []
  /// The user's name, once a scene or a fact states it.
  var name: String?
  var exchanges = 0

  mutating func plan(_ fact: Fact, isTold: Bool = false) {
    facts.append(Plan(fact: fact, isTold: isTold))
    claims.formUnion(Claims(fact))
    mentions.formUnion(Claims(fact))
  }

  func canTell(_ fact: Fact) -> Bool { Claims(fact).isDisjoint(with: mentions) }

  /// Whether a scene contradicts nothing and still has a place.
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

  /// Puts openings and scenes that look back first, and goodbyes last.
  mutating func order() {
    func place(_ block: Block) -> Int { block.traits.opens || block.traits.looksBack ? 0 : block.traits.leaves ? 2 : 1 }
    blocks = [0, 1, 2].flatMap { rank in blocks.filter { place($0) == rank } }
  }
}
