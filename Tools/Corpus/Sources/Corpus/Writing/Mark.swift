/// Control characters around the word of a slot, so that what changes a sentence can leave the word alone.
enum Mark {
  static let open = "\u{1}"
  static let close = "\u{2}"
  static let openByte: UInt8 = 1
  static let closeByte: UInt8 = 2

  /// Takes the marks out of what stands at `start` or behind it.
  static func remove(from bytes: inout [UInt8], after start: Int) {
    var end = start
    for index in start..<bytes.count where bytes[index] > closeByte {
      bytes[end] = bytes[index]
      end += 1
    }
    bytes.removeLast(bytes.count - end)
  }
}
