/// Phrases to look for in text, in lower case.
struct Phrases: Sendable {
  private let phrases: [[UInt8]]

  init(_ phrases: [String]) {
    self.phrases = phrases.map { Array($0.utf8) }
  }

  func areIn(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { text in
      phrases.contains { phrase in phrase.withUnsafeBufferPointer { Self.isFound($0, in: text) } }
    }
  }

  private static func isFound(_ phrase: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let end = phrase.indices.last, text.count > end else { return false }
    let first = phrase[0]
    for start in 0..<text.count - end where text[start] == first {
      var index = 1
      while index <= end, text[start + index] == phrase[index] { index += 1 }
      if index > end { return true }
    }
    return false
  }

  func begin(_ text: [UInt8]) -> Bool {
    phrases.contains { text.starts(with: $0) }
  }
}

extension String {
  /// Its bytes in lower case without marks, a space before and after, so that phrases can ask for whole words.
  var searchable: [UInt8] {
    var bytes: [UInt8] = [0x20]
    bytes.reserveCapacity(utf8.count + 2)
    for byte in utf8 where byte > Mark.closeByte { bytes.append(byte.isUpper ? byte | 0x20 : byte) }
    bytes.append(0x20)
    return bytes
  }
}
