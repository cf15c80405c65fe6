/// Finds the texts that end a reply while it is generated.
///
/// A reply ends before the stop string that is complete first. Of several that end with the same byte, the longest counts.
package struct StopStrings: Sendable, Hashable {
  private let texts: [[UInt8]]

  package init(_ texts: [String]) { self.texts = texts.map { Array($0.utf8) } }

  var isEmpty: Bool { texts.isEmpty }

  /// Bytes of the longest text.
  var longest: Int { texts.map(\.count).max() ?? 0 }

  /// A stop string in some bytes.
  struct Match: Hashable {
    var start: Int
    /// Its index in the list.
    var text: Int
  }

  /// The first match that ends after `old` bytes.
  func match(in bytes: [UInt8], endingAfter old: Int) -> Match? {
    for end in stride(from: old + 1, through: bytes.count, by: 1) {
      let ending = texts.indices.filter { ends(bytes[..<end], with: texts[$0]) }
      guard let text = ending.max(by: { texts[$0].count < texts[$1].count }) else { continue }
      return Match(start: end - texts[text].count, text: text)
    }
    return nil
  }

  /// The number of bytes at the end that may be the beginning of a stop string.
  func heldCount(of bytes: some BidirectionalCollection<UInt8>) -> Int {
    for count in stride(from: min(longest - 1, bytes.count), to: 0, by: -1) {
      let end = bytes.suffix(count)
      if texts.contains(where: { $0.count > count && end.elementsEqual($0.prefix(count)) }) { return count }
    }
    return 0
  }

  /// The part of an unfinished reply that certainly precedes every stop string.
  package func settled(_ text: String) -> String {
    guard !isEmpty else { return text }
    let held = heldCount(of: text.utf8)
    return held == 0 ? text : String(decoding: text.utf8.dropLast(held), as: UTF8.self)
  }

  private func ends(_ bytes: ArraySlice<UInt8>, with text: [UInt8]) -> Bool {
    bytes.count >= text.count && bytes.suffix(text.count).elementsEqual(text)
  }
}

extension StopStrings {
  /// The text of an option or a command, in which `\n` stands for a line feed, `\t` for a tab and `\\` for a backslash.
  package static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let next = rest.first, let meant = escapes[next] else {
        result.append(scalar)
        continue
      }
      result.append(meant)
      rest.removeFirst()
    }
    return String(result)
  }

  /// The text on one line, as `unescaped` reads it.
  package static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "t": "\t", "\\": "\\"]
}
