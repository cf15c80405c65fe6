/// Safetensors bytes built by hand: the length, the given JSON, the data.
enum HandMadeSafetensors {
  static func file(_ json: String, _ data: [UInt8] = []) -> [UInt8] {
    let length = UInt64(json.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(json.utf8) + data
  }

  /// One tensor's entry.
  static func entry(_ name: String, _ type: String, _ shape: [Int], _ start: Int, _ end: Int) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
  }

  /// A file with one tensor `t`.
  static func tensor(_ type: String, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    file("{" + entry("t", type, shape, 0, data.count) + "}", data)
  }

  static func littleEndian<Integer: FixedWidthInteger>(_ values: [Integer]) -> [UInt8] {
    values.flatMap { value in (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }
}
