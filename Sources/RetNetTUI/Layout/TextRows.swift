import TerminalKit

/// The rows of a text with a cursor, broken after spaces if possible.
struct TextRows: Sendable {
  /// The characters of each row, without line breaks; at least one row.
  private(set) var ranges: [Range<Int>] = []
  private var characters: [Character]

  /// - Parameter columns: the width of a row, 1 or more.
  init(_ characters: [Character], columns: Int) {
    self.characters = characters
    var (start, used) = (0, 0)
    /// The index after the last space of the row.
    var afterSpace: Int?
    func endRow(at end: Int, next: Int) {
      ranges.append(start..<end)
      (start, used, afterSpace) = (next, 0, nil)
    }
    for (index, character) in characters.enumerated() {
      if character == "\n" {
        endRow(at: index, next: index + 1)
        continue
      }
      let width = Self.width(character)
      if used + width > columns, index > start {
        if character.isWhitespace {
          // A space at the end of a row needs no column.
          endRow(at: index + 1, next: index + 1)
          continue
        }
        let end = afterSpace ?? index
        endRow(at: end, next: end)
        used = Self.width(characters[start..<index])
      }
      used += width
      if character.isWhitespace { afterSpace = index + 1 }
    }
    ranges.append(start..<characters.count)
  }

  static func width(_ character: Character) -> Int { character.isASCII ? 1 : TextWidth.width(of: String(character)) }

  static func width(_ characters: ArraySlice<Character>) -> Int { characters.reduce(0) { $0 + width($1) } }

  /// The row of an insertion point.
  func row(of position: Int) -> Int { ranges.lastIndex { $0.lowerBound <= position } ?? 0 }

  func column(of position: Int) -> Int {
    let range = ranges[row(of: position)]
    return Self.width(characters[range.lowerBound..<min(max(position, range.lowerBound), characters.count)])
  }

  /// The insertion point at a column of a row.
  func position(row: Int, column: Int) -> Int {
    let range = ranges[row]
    // The end of a row without a line break is the start of the next.
    let isBroken = row + 1 < ranges.count && ranges[row + 1].lowerBound == range.upperBound
    let last = isBroken ? max(range.upperBound - 1, range.lowerBound) : range.upperBound
    var used = 0
    for index in range.lowerBound..<last {
      used += Self.width(characters[index])
      if column < used { return index }
    }
    return last
  }

  func text(_ row: Int) -> String { String(characters[ranges[row]]) }
}
