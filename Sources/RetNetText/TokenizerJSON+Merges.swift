import RetNet

extension TokenizerJSON {
  /// Two neighbouring pieces that become one.
  struct Merge {
    var left: String
    var right: String

    /// - Parameter value: a list of two texts, or one text with a space between the two.
    init?(_ value: JSONValue) {
      switch value {
      case .array(let pair):
        guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1] else { return nil }
        (self.left, self.right) = (left, right)
      case .string(let text):
        let pair = text.split(separator: " ", omittingEmptySubsequences: false)
        guard pair.count == 2 else { return nil }
        (left, right) = (String(pair[0]), String(pair[1]))
      case .null, .boolean, .number, .object: return nil
      }
    }
  }

  /// Where a merge divides the piece that it makes.
  private struct Division: Hashable {
    var token: Int
    /// Characters of the left part.
    var characters: Int
  }

  /// Gives each piece −r as its score, r being the number of its first merge.
  ///
  /// SentencePiece merges any two neighbours whose text is a piece, the piece with the highest score first and equal ones
  /// from the left on. So each pair of pieces that makes a piece must be a merge, and those of one piece must be in a row.
  /// Only the merges of runs of one character may be mixed, as those of pieces with equal scores are in some files.
  /// Pieces that no merge makes become `userDefined`.
  ///
  /// - Parameter dividesAtSpaces: whether texts are divided before each space, so that no piece has one inside.
  mutating func setScores(_ merges: [Merge], dividesAtSpaces: Bool) throws(TokenizerDamage) {
    let tokens = Dictionary(pieces.enumerated().map { (PieceText($1.text), $0) }) { first, _ in first }
    var order = MergeOrder(count: pieces.count)
    var divisions: [Division: Int] = [:]
    for (rank, merge) in merges.enumerated() {
      guard let left = tokens[PieceText(merge.left)], let right = tokens[PieceText(merge.right)],
        let token = tokens[PieceText(merge.left + merge.right)]
      else { throw TokenizerDamage("merge \(rank) has a part or a result that is no piece") }
      // Other pieces are found before, or never.
      guard [left, right, token].allSatisfy({ pieces[$0].type == .normal }),
        !dividesAtSpaces || !Self.hasSpaceInside(pieces[token].text)
      else { continue }
      guard order.add(token, rank: rank) else { throw notInARow(token) }
      divisions[Division(token: token, characters: merge.left.unicodeScalars.count)] = rank
    }
    let ranks = order.ranks
    try checkMixed(order, divisions)
    func canOccur(_ text: Substring.UnicodeScalarView) -> Bool {
      text.count == 1 || tokens[PieceText(Substring(text))].flatMap { ranks[$0] } != nil
    }
    for (token, piece) in pieces.enumerated() where piece.type == .normal {
      let scalars = Substring(piece.text).unicodeScalars
      let count = scalars.count
      guard count > 1 else { continue }
      guard let rank = ranks[token] else {
        guard !makesWholePieces else {
          throw TokenizerDamage("no merge makes \(shown(token)), but 'ignore_merges' allows it")
        }
        pieces[token].type = .userDefined
        continue
      }
      pieces[token].score = -Float(rank)
      for characters in 1..<count where divisions[Division(token: token, characters: characters)] == nil {
        let (left, right) = (scalars.prefix(characters), scalars.dropFirst(characters))
        guard !canOccur(left) || !canOccur(right) else {
          throw TokenizerDamage(
            "its merges are not those of SentencePiece: it has no merge of '\(ConfigurationObject.cut(String(left)))' and "
              + "'\(ConfigurationObject.cut(String(right)))', which make \(shown(token))")
        }
      }
    }
  }

  /// Throws unless pieces whose merges are mixed are runs of one character that both orders merge alike.
  private func checkMixed(_ order: MergeOrder, _ divisions: [Division: Int]) throws(TokenizerDamage) {
    let mixed = order.groups.filter { $0.count > 1 }
    guard let first = mixed.first?.first else { return }
    guard mixed.count <= MergeOrder.mostMixed else { throw notInARow(first) }
    let texts = pieces.map { Array($0.text.unicodeScalars) }
    for group in mixed {
      let character = texts[group[0]][0]
      guard group.allSatisfy({ texts[$0].allSatisfy { $0 == character } }) else { throw notInARow(group[0]) }
      let runs = texts.indices.filter { order.ranks[$0] != nil && texts[$0].allSatisfy { $0 == character } }
      let merges = RunMerges(
        lengths: Dictionary(runs.map { (texts[$0].count, $0) }) { first, _ in first }, scores: order.ranks,
        ranks: divisions)
      guard merges.agree else {
        throw TokenizerDamage("the merges of \(shown(group[0])) are in another order than SentencePiece's")
      }
    }
  }

  private func notInARow(_ token: Int) -> TokenizerDamage {
    TokenizerDamage("the merges of \(shown(token)) are not in a row, as SentencePiece needs them")
  }

  /// The number of each piece's first merge, and which pieces have mixed merges.
  private struct MergeOrder {
    /// The most groups of mixed pieces, and the most pieces of one.
    static let mostMixed = 64

    /// Of the first merge in the piece's group.
    private(set) var ranks: [Int?]
    /// Pieces whose merges are mixed, in the order of their first merges.
    private(set) var groups: [[Int]] = []
    private var groupOf: [Int?]

    init(count: Int) {
      ranks = [Int?](repeating: nil, count: count)
      groupOf = ranks
    }

    /// Adds the piece of the next merge. Returns whether its group has at most `mostMixed` pieces.
    mutating func add(_ token: Int, rank: Int) -> Bool {
      guard let group = groupOf[token] else {
        (ranks[token], groupOf[token]) = (rank, groups.count)
        groups.append([token])
        return true
      }
      guard group < groups.count - 1 else { return true }
      guard groups.count - group <= Self.mostMixed else { return false }
      // All that began since belong to the group.
      let start = ranks[token]
      for later in groups[(group + 1)...].joined() { (ranks[later], groupOf[later]) = (start, group) }
      groups[group] += groups[(group + 1)...].joined()
      groups.removeSubrange((group + 1)...)
      return groups[group].count <= Self.mostMixed
    }
  }

  /// The merges of runs of one character: in the order of the file, and in that of SentencePiece.
  private struct RunMerges {
    /// The piece of each length.
    let lengths: [Int: Int]
    /// The number of each piece's first merge.
    let scores: [Int?]
    let ranks: [Division: Int]

    /// Whether both orders give the same pieces for every run up to twice the longest piece.
    var agree: Bool {
      guard let longest = lengths.keys.max(), longest <= 64 else { return false }
      return (1...2 * longest + 2).allSatisfy { length in
        let file = pieces(length) { left, right in
          lengths[left + right].flatMap { ranks[Division(token: $0, characters: left)] }
        }
        return file == pieces(length) { left, right in lengths[left + right].flatMap { scores[$0] } }
      }
    }

    /// Merges the pair with the lowest number, the first one of several, until there is none.
    private func pieces(_ length: Int, number: (Int, Int) -> Int?) -> [Int] {
      var pieces = [Int](repeating: 1, count: length)
      while let pair = (0..<pieces.count - 1).min(by: { a, b in
        (number(pieces[a], pieces[a + 1]) ?? .max) < (number(pieces[b], pieces[b + 1]) ?? .max)
      }), number(pieces[pair], pieces[pair + 1]) != nil {
        pieces[pair] += pieces.remove(at: pair + 1)
      }
      return pieces
    }
  }

  private func shown(_ token: Int) -> String { "piece \(token) ('\(ConfigurationObject.cut(pieces[token].text))')" }
}
