import RetNet

/// Lines of text in one buffer, the input format of the tokenizer's trainer.
package struct TrainingLines {
  /// Longest line in bytes; longer ones are split.
  package static let maximumLength = 8192

  package private(set) var text: [UInt8] = []
  /// End offset of each line in `text`; the next line starts there.
  package private(set) var ends: [Int] = []

  /// Adds a line of UTF-8, split if it is too long. Ignores an empty line.
  package mutating func append(_ line: some RandomAccessCollection<UInt8>) {
    var rest = line[...]
    while !rest.isEmpty {
      let part = rest.count <= Self.maximumLength ? rest : rest.prefix(Self.cut(rest))
      text.append(contentsOf: part)
      ends.append(text.count)
      rest = rest.dropFirst(part.count)
    }
  }

  /// At most `count` lines, sampled at even distances.
  package func sampled(_ count: Int) -> TrainingLines {
    guard ends.count > count else { return self }
    var chosen = TrainingLines()
    for i in 0..<count {
      let line = i * ends.count / count
      chosen.append(text[(line == 0 ? 0 : ends[line - 1])..<ends[line]])
    }
    return chosen
  }

  /// Where to split a line that is too long: before the last space that fits, else between two characters.
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
