import RetNet
import RetNetText
import TerminalKit

extension Grid {
  /// Writes text at a row and a column, clipped to an area.
  ///
  /// - Returns: the column after the text.
  @discardableResult
  mutating func put(_ text: String, _ row: Int, _ column: Int, _ style: Style = .plain, in area: Rectangle? = nil)
    -> Int
  {
    put(text, row: row, column: column, style: style, clippedTo: area)
  }

  mutating func put(_ cell: Cell, _ row: Int, _ column: Int, in area: Rectangle? = nil) {
    put(cell, row: row, column: column, clippedTo: area)
  }

  /// Writes lines of text below each other.
  mutating func put(
    lines: some Sequence<String>, _ row: Int, _ column: Int, _ style: Style = .plain, in area: Rectangle? = nil
  ) {
    for (offset, line) in lines.enumerated() { put(line, row + offset, column, style, in: area) }
  }

  /// Draws a bar to the right.
  mutating func putBar(
    _ share: Double, _ row: Int, _ column: Int, cells: Int, _ style: Style, in area: Rectangle? = nil
  ) {
    for (x, glyph) in EighthBars.level(share, cells: cells).enumerated() {
      put(Cell(glyph, style: style), row, column + x, in: area)
    }
  }

  /// A candidate for the next token at the left of `area`: its text, its probability and a bar.
  mutating func putCandidate(_ name: String, _ probability: Double, _ row: Int, in area: Rectangle) {
    let text = TextWidth.pad(TextWidth.truncate(name, to: 13), to: 13) + " \(Numbers.percent(probability))"
    put(text, row, area.column + 1, in: area)
    putBar(probability, row, area.column + 22, cells: max(area.columns - 23, 0), .muted, in: area)
  }
}

extension String {
  /// The text without spaces at its ends.
  var trimmed: String { CommandTable.trimmed(self) }
}

/// Names of vocabulary pieces on the screen.
enum PieceText {
  /// The piece's name. A symbol that opens a turn becomes the speaker. A byte piece that is a character becomes it: `a`
  /// for `<0x61>`, but `<0xE2>` stays.
  static func shown(_ piece: String) -> String {
    if piece == ChatFormat.userSymbol { return "⏎ you" }
    if piece == ChatFormat.replySymbol { return "⏎ bot" }
    guard let byte = Tokenizer.byte(named: piece), (0x21...0x7E).contains(byte) else { return piece }
    return String(Unicode.Scalar(byte))
  }

  /// The name of a possible next token. A symbol that opens or closes a turn ends the one before.
  static func candidate(_ piece: String) -> String { ending(of: piece) ?? shown(piece) }

  /// What a symbol ends if it comes next in a reply; nil for any other piece.
  static func ending(of piece: String) -> String? {
    switch piece {
    case ChatFormat.userSymbol: "⏎ end of turn"
    case "</s>": "⏎ end of text"
    default: nil
    }
  }

  /// The name in at most 14 columns, or a dot if it has no width.
  static func short(_ piece: String) -> String {
    let text = TextWidth.truncate(shown(piece), to: 14)
    return TextWidth.width(of: text) == 0 ? "·" : text
  }
}
