import RetNet

extension SentencePieceFile {
  /// Throws unless the library can load the pieces and encode every text with them.
  func checkPieces() throws(TokenizerDamage) {
    guard !pieces.isEmpty else { throw TokenizerDamage("it has no pieces") }
    var unknown: Int?
    var bytePieces = 0
    for (token, piece) in pieces.enumerated() {
      try checkText(piece, token)
      guard piece.score.isFinite else {
        throw TokenizerDamage("the score of piece \(token) is \(piece.score), expected a finite number")
      }
      switch piece.type {
      case .unknown:
        if let unknown {
          throw TokenizerDamage("pieces \(unknown) and \(token) are both the unknown piece, expected one")
        }
        unknown = token
      case .byte:
        guard hasByteFallback else {
          throw TokenizerDamage("piece \(token) is a byte, but byte_fallback is false")
        }
        guard isByteName(bytes(piece.text)) else {
          throw TokenizerDamage("piece \(token) is a byte, but its text is none of <0x00> to <0xFF>")
        }
        bytePieces += 1
      case .normal, .control, .userDefined, .unused: break
      }
    }
    guard unknown != nil else { throw TokenizerDamage("it has no unknown piece, expected one") }
    // Their names are distinct, so 256 are all of them.
    try checkDistinct()
    guard !hasByteFallback || bytePieces == 256 else {
      throw TokenizerDamage("byte_fallback is true, but there are \(bytePieces) pieces for bytes, expected 256")
    }
    guard pieces.contains(where: { $0.type == .normal || $0.type == .userDefined || $0.type == .unused }) else {
      throw TokenizerDamage("it has no piece of text, expected at least one")
    }
    try checkNesting()
  }

  private func checkText(_ piece: Piece, _ token: Int) throws(TokenizerDamage) {
    let text = bytes(piece.text)
    guard !text.isEmpty else { throw TokenizerDamage("piece \(token) has no text") }
    guard text.count <= Self.longestPiece else {
      throw TokenizerDamage("piece \(token) has \(text.count) bytes, but the limit is \(Self.longestPiece)")
    }
    guard UTF8Scan.firstInvalid(in: text) == nil else { throw TokenizerDamage("piece \(token) is not UTF-8 text") }
    guard !text.contains(0) else { throw TokenizerDamage("piece \(token) contains the character U+0000") }
  }

  private func isByteName(_ name: UnsafeRawBufferPointer) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) }
    return name.count == 6 && name.starts(with: "<0x".utf8) && name[5] == UInt8(ascii: ">") && isDigit(name[3])
      && isDigit(name[4])
  }

  /// Throws if two pieces have the same text, or too many the same hash in the library's tables.
  private func checkDistinct() throws(TokenizerDamage) {
    let hashes = pieces.map { piece in bytes(piece.text).reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) } }
    let order = pieces.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    var start = 0
    for n in order.indices.dropFirst() {
      guard hashes[order[n]] == hashes[order[start]] else {
        start = n
        continue
      }
      guard n - start < Self.mostEqualHashes else {
        throw TokenizerDamage("more than \(Self.mostEqualHashes) of its pieces have one hash value")
      }
      for other in order[start..<n] where bytes(pieces[other].text).elementsEqual(bytes(pieces[order[n]].text)) {
        throw TokenizerDamage("pieces \(other) and \(order[n]) have the same text")
      }
    }
  }

  /// Throws if too many user-defined pieces are prefixes of one another.
  private func checkNesting() throws(TokenizerDamage) {
    let texts = pieces.filter { $0.type == .userDefined }.map { bytes($0.text) }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    var prefixes: [UnsafeRawBufferPointer] = []
    for text in texts {
      while let last = prefixes.last, !text.starts(with: last) { prefixes.removeLast() }
      prefixes.append(text)
      guard prefixes.count <= Self.mostNestedPieces else {
        throw TokenizerDamage(
          "more than \(Self.mostNestedPieces) of its user-defined pieces are prefixes of one another")
      }
    }
  }

  /// Throws unless the training options name the pieces that they number.
  func checkSymbols() throws(TokenizerDamage) {
    for (key, symbol) in [("unk", unknown), ("bos", bos), ("eos", eos), ("pad", padding)] {
      guard let stated = symbol.statedID, stated != -1 else { continue }
      guard pieces.indices.contains(Int(stated)) else {
        throw TokenizerDamage("\(key)_id is \(stated), expected -1 to \(pieces.count - 1)")
      }
      guard key != "unk" || pieces[Int(stated)].type == .unknown else {
        throw TokenizerDamage("unk_id is \(stated), but that piece is not the unknown piece")
      }
    }
  }

  func checkMap(_ normalizer: Normalizer, _ name: String) throws(TokenizerDamage) {
    guard let range = normalizer.characterMap else { return }
    do {
      try CharacterMap.check(bytes(range), escapesSpaces: normalizer.escapesSpaces)
    } catch {
      throw TokenizerDamage("the character map of its \(name) is damaged: \(error.reason)")
    }
  }
}
