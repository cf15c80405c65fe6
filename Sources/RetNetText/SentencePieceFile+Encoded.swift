extension SentencePieceFile {
  /// A model file of what was checked, and nothing else, for the library.
  ///
  /// The library gets no symbols, denormalizer and self-tests: this package resolves symbols and decodes tokens itself.
  /// A control piece gets a name that is not UTF-8, so no text encodes to it.
  ///
  /// - Parameter hidesUserDefined: whether user-defined pieces become control pieces.
  func encoded(hidesUserDefined: Bool = false) -> [UInt8] {
    var result = ProtobufWriter(capacity: content.count + 16 * pieces.count)
    for (token, piece) in pieces.enumerated() {
      var message = ProtobufWriter(capacity: piece.text.count + 16)
      let isHidden = piece.type == .control || hidesUserDefined && piece.type == .userDefined
      if isHidden {
        ([0xFF] + Array("\(token)".utf8)).withUnsafeBytes { message.add(1, $0) }
      } else {
        message.add(1, bytes(piece.text))
      }
      message.add(2, piece.score)
      message.add(3, (isHidden ? PieceType.control : piece.type).rawValue)
      result.add(1, message)
    }
    var trainer = ProtobufWriter(capacity: 16)
    trainer.add(3, modelType.rawValue)
    trainer.add(24, spaceIsSuffix)
    trainer.add(35, hasByteFallback)
    result.add(2, trainer)
    let map = normalizer.characterMap.map(bytes)
    var message = ProtobufWriter(capacity: (map?.count ?? 0) + 16)
    if let map { message.add(2, map) }
    message.add(3, normalizer.addsSpace)
    message.add(4, normalizer.removesExtraSpaces)
    message.add(5, normalizer.escapesSpaces)
    result.add(3, message)
    return result.bytes
  }
}

/// Writes the fields of a protobuf message.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func add(_ field: Int, _ value: UInt64) {
    varint(UInt64(field << 3))
    varint(value)
  }

  mutating func add(_ field: Int, _ value: Bool) { add(field, UInt64(value ? 1 : 0)) }

  mutating func add(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ value: UnsafeRawBufferPointer) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func add(_ field: Int, _ text: String) {
    var text = text
    text.withUTF8 { add(field, UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ field: Int, _ message: ProtobufWriter) {
    message.bytes.withUnsafeBytes { add(field, $0) }
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
