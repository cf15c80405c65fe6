import RetNet

/// Decodes UTF-8 that arrives in parts. A character is returned with the part that contains its last byte.
///
/// The concatenated results equal `String(decoding:as:)` of all bytes; invalid bytes become U+FFFD.
package struct UTF8Assembler: Sendable, Hashable {
  /// The bytes of an incomplete character, at most three.
  package private(set) var pending: [UInt8] = []

  package init() {}

  /// The characters that `bytes` complete.
  package mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    var all = pending
    all.append(contentsOf: bytes)
    pending = Array(all.suffix(Self.unfinishedLength(of: all)))
    return String(decoding: all.dropLast(pending.count), as: UTF8.self)
  }

  /// The remaining text: empty, or one U+FFFD for an incomplete character.
  package mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  private static func unfinishedLength(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let start = bytes.count - length
      if bytes[start] & 0xC0 == 0x80 { continue }  // not the first byte of a character
      return UTF8Scan.sequence(in: bytes, at: start) == .unfinished ? length : 0
    }
    return 0
  }
}
