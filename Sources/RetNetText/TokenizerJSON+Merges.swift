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
  /// Pieces that no merge makes become `userDefined`.
  ///
  /// - Parameter dividesAtSpaces: whether texts are divided before each space, so that no piece has one inside.
  mutating func setScores(_ merges: [Merge], dividesAtSpaces: Bool) throws(TokenizerDamage) {
    let tokens = Dictionary(pieces.enumerated().map { (PieceText($1.text), $0) }) { first, _ in first }
    var ranks = [Int?](repeating: nil, count: pieces.count)
    var divisions: Set<Division> = []
    var current: Int?
    for (rank, merge) in merges.enumerated() {
      guard let left = tokens[PieceText(merge.left)], let right = tokens[PieceText(merge.right)],
        let token = tokens[PieceText(merge.left + merge.right)]
      else { throw TokenizerDamage("merge \(rank) has a part or a result that is no piece") }
      // Other pieces are found before, or never.
      guard [left, right, token].allSatisfy({ pieces[$0].type == .normal }),
        !dividesAtSpaces || !Self.hasSpaceInside(pieces[token].text)
      else { continue }
      if token != current {
        guard ranks[token] == nil else {
          throw TokenizerDamage("the merges of \(shown(token)) are not in a row, as SentencePiece needs them")
        }
        ranks[token] = rank
        current = token
      }
      divisions.insert(Division(token: token, characters: merge.left.unicodeScalars.count))
    }
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
      for characters in 1..<count where !divisions.contains(Division(token: token, characters: characters)) {
        let (left, right) = (scalars.prefix(characters), scalars.dropFirst(characters))
        guard !canOccur(left) || !canOccur(right) else {
          throw TokenizerDamage(
            "its merges are not those of SentencePiece: it has no merge of '\(ConfigurationObject.cut(String(left)))' and "
              + "'\(ConfigurationObject.cut(String(right)))', which make \(shown(token))")
        }
      }
    }
  }

  private func shown(_ token: Int) -> String { "piece \(token) ('\(ConfigurationObject.cut(pieces[token].text))')" }
}
