@testable import RetNet

/// Random changes to bytes. The same generator gives the same changes.
struct Mutation {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func element<Element>(_ list: [Element]) -> Element { list[number(0..<list.count)] }

  private static let bytes: [UInt8] = [0, 1, 0x0A, 0x0D, 0x1B, 0x22, 0x2D, 0x30, 0x39, 0x5B, 0x7B, 0x7F, 0x80, 0xFF]

  /// Texts that readers of numbers, strings, JSON and YAML may handle wrongly.
  private static let words = [
    "-1", "0", "1", "2", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
    "4294967296", "1e308", "1e309", "-0.0", "1e-320", "NaN", "Infinity", "null", "true", "[]", "{}", "\"\"", "[[[[[[[[",
    "{\"a\":{\"a\":{", "\\u0000", "\\ud800", "\u{202E}", "\u{1B}[2J", "\u{1B}]52;c;aGk=\u{7}", "../", "&a *a",
    "!!binary",
    "%s%n", "😀", "e\u{301}", "\u{FEFF}", "\n", "\r\n", "\t", ": ", "- ", "#", "'",
  ]

  /// `bytes` with one to four changes.
  ///
  /// - Parameter other: bytes to splice in.
  mutating func changed(_ bytes: [UInt8], other: [UInt8] = []) -> [UInt8] {
    var result = bytes
    for _ in 0..<number(1..<5) { change(&result, other) }
    return result
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(UInt8(number(0..<256))) }
    let place = number(0..<bytes.count)
    let length = min(number(1..<9) << number(0..<6), bytes.count - place)
    switch number(0..<10) {
    case 0: bytes[place] ^= 1 << UInt8(number(0..<8))
    case 1: bytes[place] = element(Self.bytes)
    case 2: bytes[place] = UInt8(number(0..<256))
    case 3: bytes.removeSubrange(place..<place + length)
    case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: number(0..<bytes.count))
    case 5: bytes.insert(contentsOf: Array(element(Self.words).utf8), at: place)
    case 6: bytes.removeLast(bytes.count - place)
    case 7: replaceNumber(&bytes, from: place)
    case 8 where !other.isEmpty:
      let start = number(0..<other.count)
      bytes.insert(contentsOf: other[start..<min(start + length, other.count)], at: place)
    default:
      // An integer of 1, 2, 4 or 8 bytes with an extreme value.
      let value = element([0, 1, -1, Int.max, Int.min, 1 << 31, 1 << 32, bytes.count, bytes.count + 1])
      for i in 0..<min(1 << number(0..<4), bytes.count - place) {
        bytes[place + i] = UInt8(truncatingIfNeeded: value >> (8 * i))
      }
    }
  }

  /// Replaces the first decimal number after an offset.
  private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(element(Self.words).utf8))
  }
}
