import RetNet

/// The words of a text, separated by spaces, in lower case and without punctuation at their ends.
struct WordSequence {
  let words: [String]

  init(_ text: String) {
    words = text.split(whereSeparator: \.isWhitespace).compactMap { part in
      func isPunctuation(_ character: Character) -> Bool { !character.isLetter && !character.isNumber }
      guard let first = part.firstIndex(where: { !isPunctuation($0) }),
        let last = part.lastIndex(where: { !isPunctuation($0) })
      else { return nil }
      return part[first...last].lowercased()
    }
  }

  /// Whether some `length` consecutive words occur `times` times; occurrences may overlap.
  func repeats(_ length: Int, times: Int) -> Bool {
    guard words.count >= length else { return false }
    var counts: [ArraySlice<String>: Int] = [:]
    for start in 0...words.count - length {
      counts[words[start..<start + length], default: 0] += 1
    }
    return counts.values.contains { $0 >= times }
  }
}
