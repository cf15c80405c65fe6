import RetNet

/// The `precompiled_charsmap` of a normalizer: what replaces which characters.
///
///     size    UInt32, the bytes of the units
///     units   UInt32 each, a trie of the replaced characters as a double array (darts-clone)
///     texts   the replacements in UTF-8, each followed by a zero
///
/// A unit holds a label (bits 0 to 7), whether a value follows (8), and an offset (10 to 30, times 256 if bit 9 is set).
/// The children of unit `i` are at `i ^ offset ^ label`, and its value at `i ^ offset`: a unit with bit 31 set, whose
/// other bits are an offset in the texts. The library reads the child of every label before it compares labels, and
/// checks no bounds.
enum CharacterMap {
  /// The library has room for so many replaced texts that begin alike.
  static let mostNestedKeys = 32
  static let longestKey = 256
  /// The most bytes that replace one byte. Unicode's normalization needs 13.
  static let largestGrowth = 32

  /// Throws unless the library can search the map for every text.
  ///
  /// - Parameter escapesSpaces: whether a space becomes a character of 3 bytes.
  static func check(_ map: UnsafeRawBufferPointer, escapesSpaces: Bool) throws(TokenizerDamage) {
    guard map.count > 4 else { throw TokenizerDamage("it has \(map.count) bytes, expected at least 5") }
    let size = Int(UInt32(littleEndian: map.loadUnaligned(as: UInt32.self)))
    guard size % 4 == 0, size >= 1024 else {
      throw TokenizerDamage("its units have \(size) bytes, expected a multiple of 4, and at least 1024")
    }
    guard size < map.count - 4 else {
      throw TokenizerDamage("its units have \(size) bytes, but \(map.count - 4) bytes follow, expected more")
    }
    let units = (0..<size / 4).map {
      UInt32(littleEndian: map.loadUnaligned(fromByteOffset: 4 + 4 * $0, as: UInt32.self))
    }
    let texts = UnsafeRawBufferPointer(rebasing: map[(4 + size)...])
    guard UTF8Scan.firstInvalid(in: texts) == nil else { throw TokenizerDamage("its texts are not UTF-8") }
    guard texts.last == 0 else { throw TokenizerDamage("its last text does not end with a zero") }
    try Walk(units: units, texts: texts, escapesSpaces: escapesSpaces).check()
  }

  private struct Walk {
    let units: [UInt32]
    let texts: UnsafeRawBufferPointer
    let escapesSpaces: Bool

    /// The unit that the children and the value of unit `i` are next to.
    func base(_ i: Int) -> Int {
      let unit = units[i]
      return i ^ Int((unit >> 10) << ((unit & 0x200) >> 6))
    }

    func check() throws(TokenizerDamage) {
      // A unit whose bit 31 is clear is the child, at its label, of each unit with one base.
      var starts = [Int](repeating: 0, count: units.count + 1)
      func parentBase(_ i: Int) -> Int? {
        let base = i ^ Int(units[i] & 0xFF)
        return units[i] >> 31 == 0 && base < units.count ? base : nil
      }
      for i in units.indices { if let base = parentBase(i) { starts[base + 1] += 1 } }
      for base in units.indices { starts[base + 1] += starts[base] }
      var children = [Int](repeating: 0, count: starts[units.count])
      var filled = starts
      for i in units.indices {
        guard let base = parentBase(i) else { continue }
        children[filled[base]] = i
        filled[base] += 1
      }

      // Breadth first: the length of the shortest key that leads to each unit.
      var shortest = [Int](repeating: -1, count: units.count)
      var order = [0]
      shortest[0] = 0
      var next = 0
      while next < order.count {
        let i = order[next]
        next += 1
        let base = base(i)
        guard base | 0xFF < units.count else {
          throw TokenizerDamage("unit \(i) points to unit \(base | 0xFF), but there are \(units.count)")
        }
        // The search looks for a value only after a label.
        if i != 0, hasValue(i) { try checkValue(i, base, keyLength: shortest[i]) }
        for child in children[starts[base]..<starts[base + 1]] {
          guard child != 0 else { throw TokenizerDamage("unit \(i) points back to unit 0") }
          guard shortest[child] < 0 else { continue }
          shortest[child] = shortest[i] + 1
          order.append(child)
        }
      }
      try checkPaths(children, starts)
    }

    func hasValue(_ i: Int) -> Bool { units[i] & 0x100 != 0 }

    func checkValue(_ i: Int, _ base: Int, keyLength: Int) throws(TokenizerDamage) {
      guard units[base] >> 31 == 1 else { throw TokenizerDamage("unit \(base), the value of unit \(i), is no value") }
      let value = Int(units[base] & 0x7FFF_FFFF)
      guard value < texts.count else {
        throw TokenizerDamage("unit \(base) points to byte \(value) of the texts, which have \(texts.count)")
      }
      guard texts[value] & 0xC0 != 0x80 else {
        throw TokenizerDamage("unit \(base) points into a character, at byte \(value) of the texts")
      }
      let limit = CharacterMap.largestGrowth * keyLength
      var length = 0
      for byte in texts[value...] {
        if byte == 0 { return }
        length += escapesSpaces && byte == UInt8(ascii: " ") ? 3 : 1
        guard length <= limit else {
          throw TokenizerDamage(
            "the text at byte \(value) replaces a key of \(keyLength) bytes, but has more than \(limit)")
        }
      }
    }

    /// Throws if a unit leads back to itself, or a key is too long or has too many prefixes with a value.
    ///
    /// Depth first, without recursion. A unit can have several parents, but is finished once.
    func checkPaths(_ children: [Int], _ starts: [Int]) throws(TokenizerDamage) {
      // Of the longest path from each finished unit: its length, and the values on it.
      var lengths = [Int](repeating: -1, count: units.count)
      var values = [Int](repeating: 0, count: units.count)
      var isOpen = [Bool](repeating: false, count: units.count)
      var path = [(unit: 0, next: starts[base(0)])]
      isOpen[0] = true
      while let (i, next) = path.last {
        let end = starts[base(i) + 1]
        guard next < end else {
          let below = children[starts[base(i)]..<end]
          lengths[i] = below.reduce(0) { max($0, lengths[$1] + 1) }
          values[i] = below.reduce(0) { max($0, values[$1]) } + (i != 0 && hasValue(i) ? 1 : 0)
          guard lengths[i] <= CharacterMap.longestKey else {
            throw TokenizerDamage("a key has more than \(CharacterMap.longestKey) bytes")
          }
          guard values[i] <= CharacterMap.mostNestedKeys else {
            throw TokenizerDamage("more than \(CharacterMap.mostNestedKeys) keys are prefixes of one another")
          }
          isOpen[i] = false
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let child = children[next]
        guard !isOpen[child] else { throw TokenizerDamage("unit \(child) leads back to itself") }
        guard lengths[child] < 0 else { continue }
        isOpen[child] = true
        path.append((child, starts[base(child)]))
      }
    }
  }
}
