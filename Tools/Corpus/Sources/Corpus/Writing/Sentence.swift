/// The finish of a sentence whose words are filled in.
enum Sentence {
  /// Single spaces, no space before a mark, `an` before a vowel, a capital at the start of each sentence.
  static func tidy(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var tidying = Tidying(bytes)
      return String(decoding: tidying.run(), as: UTF8.self)
    }
  }

  /// One pass over the bytes, as a corpus has several hundred million of them.
  private struct Tidying {
    private let text: UnsafeBufferPointer<UInt8>
    private var output: [UInt8] = []
    private var spaceIsDue = false
    private var isSentenceStart = true
    private var isAfterStop = false
    /// The index in `output` of the last capital that opens a sentence.
    private var capital = -1

    init(_ text: UnsafeBufferPointer<UInt8>) {
      self.text = text
      output.reserveCapacity(text.count + 8)
    }

    mutating func run() -> [UInt8] {
      for index in text.indices {
        let byte = text[index]
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"): spaceIsDue = true
        case Mark.closeByte: output.append(byte)
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
          spaceIsDue = false
          append(byte)
        default:
          if spaceIsDue, !output.isEmpty { appendSpace(before: index) }
          spaceIsDue = false
          if byte == Mark.openByte { output.append(byte) } else { append(byte) }
        }
      }
      return output
    }

    private mutating func append(_ byte: UInt8) {
      var byte = byte
      if isSentenceStart, byte.isLetter || byte.isDigit {
        if byte.isLetter, byte >= 0x61 { byte -= 0x20 }
        isSentenceStart = false
        capital = output.count
      }
      switch byte {
      case UInt8(ascii: "."): isAfterStop = !endsAbbreviation
      case UInt8(ascii: "!"), UInt8(ascii: "?"): isAfterStop = true
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"): break
      default: isAfterStop = false
      }
      output.append(byte)
    }

    /// Whether a full stop here ends "..." or "a.m", not a sentence.
    private var endsAbbreviation: Bool {
      guard let last = output.last else { return false }
      return last == UInt8(ascii: ".")
        || last.isLetter && output.count > 1 && output[output.count - 2] == UInt8(ascii: ".")
    }

    private mutating func appendSpace(before index: Int) {
      if endsWithArticle, Article.isAn(before: text[index...], opensSentence: capital == output.count - 1) {
        output.append(UInt8(ascii: "n"))
      }
      output.append(UInt8(ascii: " "))
      if isAfterStop { isSentenceStart = true }
      isAfterStop = false
    }

    private var endsWithArticle: Bool {
      guard let last = output.last, last == UInt8(ascii: "a") || last == UInt8(ascii: "A") else { return false }
      guard last == UInt8(ascii: "a") || capital == output.count - 1 else { return false }
      guard output.count > 1 else { return true }
      let previous = output[output.count - 2]
      return previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\"") || previous == UInt8(ascii: "(")
    }
  }
}

/// Whether the article before a word is "an".
private enum Article {
  static func isAn(before text: Slice<UnsafeBufferPointer<UInt8>>, opensSentence: Bool) -> Bool {
    var word: [UInt8] = []
    var rest = text.drop { !($0.isLetter || $0.isDigit) }
    guard let first = rest.first else { return false }
    if first.isDigit { return isAnBeforeDigits(rest.prefix { $0.isDigit || $0 == UInt8(ascii: ",") }) }
    while let byte = rest.first, byte.isLetter, word.count < 10 {
      word.append(byte | 0x20)
      rest = rest.dropFirst()
    }
    // Letters that are spoken one by one: "an IT consultant", "a TV".
    if first.isUpper, word.count == 1 { return "AEFHILMNORSX".utf8.contains(first) }
    if first.isUpper, let second = text.drop(while: { !$0.isLetter }).dropFirst().first, second.isUpper {
      return "AEFHILMNORSX".utf8.contains(first)
    }
    guard "aeiouh".utf8.contains(word[0]) else { return false }
    // The letter itself: "a is the first".
    if [
      "is", "and", "in", "or", "are", "it", "if", "on", "of", "at",
    ].contains(where: { word.elementsEqual($0.utf8) }) {
      return false
    }
    if word[0] == UInt8(ascii: "h") { return word.starts(with: ["hour", "honest", "honour", "honor", "heir"]) }
    if word[0] != UInt8(ascii: "u"), word[0] != UInt8(ascii: "o"), word[0] != UInt8(ascii: "e") { return true }
    if word.elementsEqual("us".utf8) || word.elementsEqual("uk".utf8) { return false }
    return !word.starts(with: [
      "unic", "unif", "uniq", "unio", "unit", "univ", "unis", "uku", "use", "usu", "usa", "uti", "uto", "ute", "ura",
      "euro", "eu", "ewe", "one", "once",
    ]) || word.starts(with: ["onero"])
  }

  private static func isAnBeforeDigits(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    if digits.first == UInt8(ascii: "8") { return true }
    let whole = digits.prefix { $0.isDigit }
    return whole.elementsEqual("11".utf8) || whole.elementsEqual("18".utf8)
  }
}

extension [UInt8] {
  fileprivate func starts(with beginnings: [String]) -> Bool {
    beginnings.contains { starts(with: $0.utf8) }
  }
}

extension UInt8 {
  /// Of ASCII.
  var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) && self < 0x80 }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isUpper: Bool { (0x41...0x5A).contains(self) }
}
