/// Changes to a Protocol Buffers message that keep it well-formed: lengths stay correct, so that the changes reach the
/// code after the parser.
struct ProtobufMutation {
  /// A field: its number, wire type, and content without the length.
  private struct Field {
    var number: Int
    var wire: Int
    var content: [UInt8]
  }

  /// The bytes after a change to one field of `message`, or of a message inside it; nil if it is no message.
  static func changed(_ message: [UInt8], _ mutation: inout Mutation, depth: Int = 0) -> [UInt8]? {
    guard depth < 4, var fields = fields(message), !fields.isEmpty else { return nil }
    // Most fields are pieces; the last ones are the options and the character map.
    let place =
      mutation.number(0..<2) == 0
      ? mutation.number(0..<fields.count) : fields.count - 1 - mutation.number(0..<min(4, fields.count))
    switch mutation.number(0..<8) {
    case 0: fields.remove(at: place)
    case 1: fields.insert(fields[place], at: mutation.number(0..<fields.count))
    case 2: fields.swapAt(place, mutation.number(0..<fields.count))
    case 3: fields[place].number = mutation.number(1..<50)
    default: change(&fields[place], &mutation, depth)
    }
    return fields.flatMap(bytes)
  }

  private static func change(_ field: inout Field, _ mutation: inout Mutation, _ depth: Int) {
    if field.wire == 2, mutation.number(0..<8) != 0, let inner = changed(field.content, &mutation, depth: depth + 1) {
      field.content = inner
    } else if field.wire == 0 {
      field.content = varint(
        mutation.element([0, 1, 2, 255, 1 << 31, 1 << 32, .max, UInt64(mutation.number(0..<1000))]))
    } else {
      let count = field.content.count
      field.content = mutation.changed(field.content)
      // Numbers of a fixed width keep it.
      if field.wire != 2 { field.content = Array((field.content + [UInt8](repeating: 0, count: count)).prefix(count)) }
    }
  }

  private static func fields(_ message: [UInt8]) -> [Field]? {
    var fields: [Field] = []
    var rest = message[...]
    while !rest.isEmpty {
      guard let key = readVarint(&rest), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
      var field = Field(number: Int(key >> 3), wire: Int(key & 7), content: [])
      let count: Int
      switch field.wire {
      case 0:
        guard let value = readVarint(&rest) else { return nil }
        field.content = varint(value)
        count = 0
      case 1: count = 8
      case 2:
        guard let length = readVarint(&rest), length <= UInt64(rest.count) else { return nil }
        count = Int(length)
      case 5: count = 4
      default: return nil
      }
      guard count <= rest.count else { return nil }
      if field.wire != 0 { field.content = Array(rest.prefix(count)) }
      rest = rest.dropFirst(count)
      fields.append(field)
    }
    return fields
  }

  private static func bytes(_ field: Field) -> [UInt8] {
    let key = varint(UInt64(field.number) << 3 | UInt64(field.wire))
    return key + (field.wire == 2 ? varint(UInt64(field.content.count)) : []) + field.content
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func readVarint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while shift < 64, let byte = rest.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
