import RetNet

/// Lines of text in one piece of memory, as the tokenizer's trainer takes them.
package struct TrainingLines {
  /// Longest line; longer ones are cut in parts.
  package static let maximumLength = 8192

  package private(set) var text: [UInt8] = []
  /// Where each line ends in `text`; the next begins there.
  package private(set) var ends: [Int] = []

  /// Adds a line of UTF-8, or several where it is too long; nothing where it is empty.
  package mutating func append(_ line: some RandomAccessCollection<UInt8>) {
    var rest = line[...]
    while !rest.isEmpty {
      let part = rest.count <= Self.maximumLength ? rest : rest.prefix(Self.cut(rest))
      text.append(contentsOf: part)
      ends.append(text.count)
      rest = rest.dropFirst(part.count)
    }
  }

  /// At most `count` of the lines, spread evenly over all.
  package func evenly(_ count: Int) -> TrainingLines {
    guard ends.count > count else { return self }
    var chosen = TrainingLines()
    for i in 0..<count {
      let line = i * ends.count / count
      chosen.append(text[(line == 0 ? 0 : ends[line - 1])..<ends[line]])
    }
    return chosen
  }

  /// Where a line that is too long is cut: before its last space that fits, else between two characters.
  private static func cut(_ line: some RandomAccessCollection<UInt8>) -> Int {
    let head = line.prefix(maximumLength)
    if let space = head.lastIndex(of: UInt8(ascii: " ")), space > head.startIndex {
      return head.distance(from: head.startIndex, to: space)
    }
    var length = maximumLength
    while length > 1, line[line.index(line.startIndex, offsetBy: length)] & 0xC0 == 0x80 { length -= 1 }
    return length
  }
}
