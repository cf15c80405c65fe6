/// Control characters around the word of a slot, which protect it from changes to the sentence.
enum Mark {
  static let open = "\u{1}"
  static let close = "\u{2}"
  static let openByte: UInt8 = 1
  static let closeByte: UInt8 = 2

  /// Removes the marks at and after `start`.
  static func remove(from bytes: inout [UInt8], after start: Int) {
    var end = start
    for index in start..<bytes.count where bytes[index] > closeByte {
      bytes[end] = bytes[index]
      end += 1
    }
    bytes.removeLast(bytes.count - end)
  }
}
