import RetNet

/// Turns bytes that come in parts into text: a character is given out once all its bytes are there.
///
/// The parts together give what `String(decoding:as:)` gives for all bytes at once: invalid ones become U+FFFD.
package struct UTF8Assembler: Sendable, Hashable {
  /// The start of a character whose end has not come yet, at most three bytes.
  package private(set) var held: [UInt8] = []

  package init() {}

  /// The text that `bytes` complete.
  package mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    var all = held
    all.append(contentsOf: bytes)
    held = Array(all.suffix(Self.unfinishedLength(of: all)))
    return String(decoding: all.dropLast(held.count), as: UTF8.self)
  }

  /// What is left at the end: nothing, or one U+FFFD for a character that was never finished.
  package mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
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
