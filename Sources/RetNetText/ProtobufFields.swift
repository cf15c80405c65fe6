import RetNet

/// The fields of one protobuf message, in the order of the file.
///
/// SentencePiece models have no groups, so a group is an error here.
struct ProtobufFields {
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64
    /// Offsets in the file.
    case bytes(Range<Int>)

    var name: String {
      switch self {
      case .varint: "a number"
      case .fixed32: "4 bytes"
      case .fixed64: "8 bytes"
      case .bytes: "a sequence of bytes"
      }
    }
  }

  struct Field {
    var number: Int
    var value: Value
    /// Where the field starts in the file.
    var offset: Int
  }

  private let content: UnsafeRawBufferPointer
  private var offset: Int
  private let end: Int

  /// - Parameter range: the message's offsets in `content`.
  init(_ content: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.content = content
    (offset, end) = (range.lowerBound, range.upperBound)
  }

  /// The next field; nil at the end of the message.
  mutating func next() throws(TokenizerDamage) -> Field? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try varint()
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw .format("a field numbered \(tag >> 3)", start) }
    let value: Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1:
      _ = try take(8)
      value = .fixed64
    case 2:
      let lengthOffset = offset
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        throw .format("a length of \(length), but only \(end - offset) bytes follow", lengthOffset)
      }
      value = .bytes(try take(Int(length)))
    case 3, 4: throw .format("a group", start)
    case 5:
      value = .fixed32(content.loadUnaligned(fromByteOffset: try take(4).lowerBound, as: UInt32.self).littleEndian)
    default: throw .format("an unknown kind of field, \(tag & 7)", start)
    }
    return Field(number: Int(tag >> 3), value: value, offset: start)
  }

  private mutating func take(_ count: Int) throws(TokenizerDamage) -> Range<Int> {
    guard count <= end - offset else { throw .format("a field of \(count) bytes that is cut off", offset) }
    defer { offset += count }
    return offset..<offset + count
  }

  /// A number of 7 bits per byte, the lowest first.
  private mutating func varint() throws(TokenizerDamage) -> UInt64 {
    let start = offset
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard offset < end else { throw .format("a number that is cut off", start) }
      let byte = UInt64(content[offset])
      offset += 1
      guard shift < 63 || byte <= 1 else { break }
      result |= (byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw .format("a number of more than 64 bits", start)
  }
}

/// What is wrong with a `tokenizer.model`, as a clause without a final full stop.
struct TokenizerDamage: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }

  /// Bytes that are not protobuf.
  static func format(_ found: String, _ offset: Int) -> TokenizerDamage {
    TokenizerDamage("its bytes are not of that format: byte \(offset) starts \(found)")
  }
}

extension ProtobufFields.Field {
  /// - Parameter owner: the field's name for errors, such as `the type of piece 7`.
  func varint(_ owner: @autoclosure () -> String) throws(TokenizerDamage) -> UInt64 {
    guard case .varint(let value) = value else { throw mismatch(owner(), "a number") }
    return value
  }

  func float(_ owner: @autoclosure () -> String) throws(TokenizerDamage) -> Float {
    guard case .fixed32(let bits) = value else { throw mismatch(owner(), "4 bytes") }
    return Float(bitPattern: bits)
  }

  func bytes(_ owner: @autoclosure () -> String) throws(TokenizerDamage) -> Range<Int> {
    guard case .bytes(let range) = value else { throw mismatch(owner(), "a sequence of bytes") }
    return range
  }

  private func mismatch(_ owner: String, _ expected: String) -> TokenizerDamage {
    TokenizerDamage("\(owner), at byte \(offset), is \(value.name), expected \(expected)")
  }
}
