import RetNetSession
import TerminalKit

/// Tokens as lines of a given width, broken at spaces if possible.
struct TokenLines: Sendable {
  struct Part: Sendable, Hashable {
    var glyph: Glyph
    /// The index of the token among those given.
    var token: Int
  }

  private(set) var lines: [[Part]] = []

  init(_ tokens: [SessionTree.Token], columns: Int) {
    let columns = max(columns, 2)
    var (line, word) = ([Part](), [Part]())
    func width(_ parts: [Part]) -> Int { parts.reduce(0) { $0 + $1.glyph.width } }
    func breakLine() {
      while line.last?.glyph == .space { line.removeLast() }
      lines.append(line)
      line = []
    }
    func endWord() {
      if width(line) + width(word) > columns, !line.isEmpty { breakLine() }
      for part in word {
        if width(line) + part.glyph.width > columns { breakLine() }
        line.append(part)
      }
      word = []
    }
    for (index, token) in tokens.enumerated() {
      let text = token.shown
      for glyph in ScreenText.glyphs(text) {
        guard glyph == .space else {
          word.append(Part(glyph: glyph, token: index))
          continue
        }
        endWord()
        if !line.isEmpty, width(line) < columns { line.append(Part(glyph: .space, token: index)) }
      }
    }
    endWord()
    if !line.isEmpty { breakLine() }
  }

  func draw(_ line: Int, in grid: inout Grid, row: Int, column: Int, area: Rectangle, style: (Int) -> Style) {
    var column = column
    for part in lines[line] {
      grid.put(Cell(part.glyph, style: style(part.token)), row, column, in: area)
      column += part.glyph.width
    }
  }
}

extension SessionTree.Token {
  /// The text on one line. A control symbol has its name.
  var shown: String {
    role == .control ? " \(PieceText.shown(text)) " : text.replacing("\n", with: " ").replacing("\t", with: " ")
  }
}
