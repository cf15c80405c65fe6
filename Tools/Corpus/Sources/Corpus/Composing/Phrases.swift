/// Phrases to find in text, in lower case.
struct Phrases: Sendable {
  private let sets: PhraseSets

  init(_ phrases: [String]) {
    sets = PhraseSets([phrases])
  }

  func areIn(_ text: [UInt8]) -> Bool { sets.found(in: text) != 0 }

  /// Whether the text begins with a phrase.
  func begin(_ text: [UInt8]) -> Bool { sets.found(in: text, from: 0..<1) != 0 }
}

/// A simultaneous search for up to 64 sets of phrases: a trie that is followed from each position of the text.
struct PhraseSets: Sendable {
  /// The successor of each node for each byte; 0 if no phrase continues with that byte.
  private var next: [Int32] = []
  /// For each node, the sets of the phrases that end there.
  private var ends: [UInt64] = []

  /// - Precondition: ASCII, and at most 64 sets.
  init(_ sets: [[String]]) {
    precondition(sets.count <= 64, "There are \(sets.count) sets of phrases, at most 64 are possible.")
    addNode()
    for (number, phrases) in sets.enumerated() {
      for phrase in phrases {
        var node = 0
        for byte in phrase.utf8 {
          let place = node << 7 | Int(byte & 0x7F)
          if next[place] == 0 {
            next[place] = Int32(ends.count)
            addNode()
          }
          node = Int(next[place])
        }
        ends[node] |= 1 << UInt64(number)
      }
    }
  }

  private mutating func addNode() {
    next += repeatElement(0, count: 128)
    ends.append(0)
  }

  /// The sets with a phrase in the text, one bit each.
  ///
  /// - Parameter starts: the positions where a phrase may begin; nil means anywhere.
  func found(in text: [UInt8], from starts: Range<Int>? = nil) -> UInt64 {
    var found: UInt64 = 0
    text.withUnsafeBufferPointer { text in
      next.withUnsafeBufferPointer { next in
        for start in starts?.clamped(to: text.indices) ?? text.indices {
          var node = 0
          var index = start
          while index < text.count, text[index] < 0x80 {
            node = Int(next[node << 7 | Int(text[index])])
            if node == 0 { break }
            found |= ends[node]
            index += 1
          }
        }
      }
    }
    return found
  }
}

extension String {
  /// Its bytes in lower case without marks, with a space before and after, so that phrases can match whole words.
  var searchable: [UInt8] {
    var bytes: [UInt8] = [0x20]
    bytes.reserveCapacity(utf8.count + 2)
    for byte in utf8 where byte > Mark.closeByte { bytes.append(byte.isUpper ? byte | 0x20 : byte) }
    bytes.append(0x20)
    return bytes
  }
}
