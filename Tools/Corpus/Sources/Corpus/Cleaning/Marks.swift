/// A fast search for ASCII words in UTF-8, before slow expressions that seldom match.
struct Marks: Sendable {
  private let words: [[UInt8]]
  /// For each byte, whether a word begins with it.
  private let opens: [Bool]
  private let ignoresCase: Bool

  /// - Parameter words: in lower case if case is ignored.
  init(_ words: [String], ignoringCase ignoresCase: Bool = false) {
    self.words = words.map { Array($0.utf8) }
    self.ignoresCase = ignoresCase
    var opens = Array(repeating: false, count: 256)
    for word in self.words where !word.isEmpty { opens[Int(word[0])] = true }
    self.opens = opens
  }

  /// Whether the text contains one of the words.
  func areIn(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      opens.withUnsafeBufferPointer { opens in
        for start in bytes.indices where opens[Int(folded(bytes[start]))] {
          if words.contains(where: { isAt(start, bytes, $0) }) { return true }
        }
        return false
      }
    }
  }

  private func isAt(_ start: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ word: [UInt8]) -> Bool {
    guard start + word.count <= bytes.count else { return false }
    for i in word.indices where folded(bytes[start + i]) != word[i] { return false }
    return true
  }

  private func folded(_ byte: UInt8) -> UInt8 {
    ignoresCase && (65...90).contains(byte) ? byte | 0x20 : byte
  }
}

extension String {
  /// Whether each byte is one character, except "\r\n", which `Tidying` removes.
  var isASCII: Bool {
    var text = self
    return text.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } }
  }
}
