/// Finds invalid UTF-8.
package enum UTF8Scan {
  package enum Sequence: Equatable {
    /// A complete character of this many bytes.
    case whole(Int)
    /// A character whose last bytes are missing.
    case unfinished
    case invalid
  }

  /// The sequence at `offset`, by the table of well-formed sequences of the Unicode standard (3-7).
  package static func sequence(in bytes: some RandomAccessCollection<UInt8>, at offset: Int) -> Sequence {
    func byte(_ step: Int) -> UInt8? {
      offset + step < bytes.count ? bytes[bytes.index(bytes.startIndex, offsetBy: offset + step)] : nil
    }
    guard let lead = byte(0) else { return .unfinished }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return .whole(1)
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)  // overlong forms are invalid
    case 0xED: (length, second) = (3, 0x80...0x9F)  // surrogates are not characters
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)  // the last character is U+10FFFF
    default: return .invalid
    }
    for step in 1..<length {
      guard let next = byte(step) else { return .unfinished }
      guard (step == 1 ? second : 0x80...0xBF).contains(next) else { return .invalid }
    }
    return .whole(length)
  }

  /// The offset of the first byte that is not part of a complete character; nil if there is none.
  package static func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
    var offset = 0
    while offset < bytes.count {
      // Most files are mostly ASCII: skip eight bytes of it at a time.
      if offset + 8 <= bytes.count,
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        offset += 8
        continue
      }
      guard case .whole(let length) = sequence(in: bytes, at: offset) else { return offset }
      offset += length
    }
    return nil
  }

  package static func firstInvalid(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { firstInvalid(in: $0) }
  }
}
