/// Control characters around the word of a slot, so that what changes a sentence can leave the word alone.
enum Mark {
  static let open = "\u{1}"
  static let close = "\u{2}"
  static let openByte: UInt8 = 1
  static let closeByte: UInt8 = 2

  static func removed(from text: String) -> String {
    text.filter { $0 != "\u{1}" && $0 != "\u{2}" }
  }

  /// Applies `change` to what lies between the marked words.
  static func outside(_ text: String, _ change: (Substring) -> String) -> String {
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "\u{1}") {
      result += change(rest[..<start])
      let end = rest[start...].firstIndex(of: "\u{2}") ?? rest.index(before: rest.endIndex)
      result += rest[start...end]
      rest = rest[rest.index(after: end)...]
    }
    return result + change(rest)
  }
}
