/// Limits the length of messages, whose values may come from a file of any size.
enum MessageLimit {
  static let lines = 10
  /// Of all lines together.
  static let characters = 2000
  /// Of a value in quotation marks.
  static let value = 160

  /// The text with at most 10 lines and 2,000 characters. What is left out is marked by "…".
  static func limited(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count > Self.lines {
      let first = Self.lines / 2
      lines = lines.prefix(first) + ["…"] + lines.suffix(Self.lines - first - 1)
    }
    let share = characters / max(lines.count, 1)
    return lines.map { shortened(shortenedValues($0), to: share) }.joined(separator: "\n")
  }

  /// The line with values of at most 160 characters. A value begins with ' after a character that is not a letter, and
  /// ends with ' before one, which excludes apostrophes.
  private static func shortenedValues(_ line: Substring) -> Substring {
    guard line.utf8.count > value else { return line }
    var result = ""
    var rest = line
    var before: Character = " "
    while let quote = rest.firstIndex(of: "'") {
      let start = rest.index(after: quote)
      result += rest[..<start]
      if quote > rest.startIndex { before = rest[rest.index(before: quote)] }
      rest = rest[start...]
      guard !isWord(before), let end = closingQuote(rest) else {
        before = "'"
        continue
      }
      result += shortened(rest[..<end], to: value)
      rest = rest[end...]
      before = "a"  // the next ' ends the value
    }
    return Substring(result + rest)
  }

  private static func closingQuote(_ text: Substring) -> Substring.Index? {
    var rest = text
    while let quote = rest.firstIndex(of: "'") {
      let next = text.index(after: quote)
      if next == text.endIndex || !isWord(text[next]) { return quote }
      rest = text[next...]
    }
    return nil
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// The text without its middle if it is longer than `count`.
  private static func shortened(_ text: Substring, to count: Int) -> Substring {
    // A character may have many scalars.
    let scalars = text.unicodeScalars
    guard scalars.count > count else { return text }
    let first = (count - 1) / 2
    return Substring(scalars.prefix(first)) + "…" + Substring(scalars.suffix(count - 1 - first))
  }
}
