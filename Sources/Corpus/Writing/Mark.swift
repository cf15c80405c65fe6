/// Private characters around the word of a slot, so that what changes a sentence can leave the word alone.
enum Mark {
  static let open = "\u{E000}"
  static let close = "\u{E001}"

  static func removed(from text: String) -> String {
    text.filter { $0 != "\u{E000}" && $0 != "\u{E001}" }
  }

  /// Applies `change` to what lies between the marked words.
  static func outside(_ text: String, _ change: (Substring) -> String) -> String {
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "\u{E000}") {
      result += change(rest[..<start])
      let end = rest[start...].firstIndex(of: "\u{E001}") ?? rest.index(before: rest.endIndex)
      result += rest[start...end]
      rest = rest[rest.index(after: end)...]
    }
    return result + change(rest)
  }
}
