/// The structure of a file, which a change may keep.
enum FileStructure: Sendable {
  case plain
  /// A Protocol Buffers message.
  case protobuf
  /// A header of JSON after its length, and the tensors' bytes.
  case safetensors
}

extension Mutation {
  /// `bytes` with changes. Most keep the file's structure, so that they reach the code after its first checks.
  ///
  /// - Parameter other: bytes to splice in.
  mutating func changed(_ bytes: [UInt8], _ structure: FileStructure, other: [UInt8] = []) -> [UInt8] {
    guard number(0..<8) != 0 else { return changed(bytes, other: other) }
    switch structure {
    case .plain: return changed(bytes, other: other)
    case .protobuf: return ProtobufMutation.changed(bytes, &self) ?? changed(bytes, other: other)
    case .safetensors: return changedHeader(bytes) ?? changed(bytes, other: other)
    }
  }

  /// A safetensors file with a changed header of the right length; nil for another file.
  private mutating func changedHeader(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 8 else { return nil }
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { return nil }
    let header = changed(Array(bytes[8..<8 + Int(length)]))
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + bytes[(8 + Int(length))...]
  }
}
