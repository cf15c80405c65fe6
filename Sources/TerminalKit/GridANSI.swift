extension Grid {
  /// The grid as text with SGR sequences, reset at the end of each row; rows are joined by newlines.
  ///
  /// Without colours and attributes this equals `fullText`. It contains no escape sequences other than `ESC [ … m`.
  package func ansi(depth: ColorDepth = .colors256, unicode: Bool = true, theme: Theme = Theme()) -> String {
    let palette = Palette(depth: depth, theme: theme)
    return (0..<rows).map { row in
      var line = ""
      var current = Appearance(.plain, palette)
      let plain = current
      for cell in cells[row * columns..<(row + 1) * columns] where !cell.isContinuation {
        let appearance = Appearance(cell.style, palette)
        if appearance != current {
          line += appearance.sgr(depth)
          current = appearance
        }
        if unicode || cell.glyph.isASCII {
          line.append(cell.glyph)
        } else {
          line.append(AsciiFallback.character(cell.glyph.character))
          if cell.width == 2 { line.append(" ") }
        }
      }
      return current == plain ? line : line + plain.sgr(depth)
    }.joined(separator: "\n")
  }
}

extension Appearance {
  /// The SGR sequence that resets all attributes and sets this appearance.
  func sgr(_ depth: ColorDepth) -> String {
    var codes = ["0"]
    if bold { codes.append("1") }
    if dim { codes.append("2") }
    if underline { codes.append("4") }
    if reverse { codes.append("7") }
    if let foreground { codes.append(Self.code(foreground, base: 30, bright: 90, depth)) }
    if let background { codes.append(Self.code(background, base: 40, bright: 100, depth)) }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }

  private static func code(_ index: Int, base: Int, bright: Int, _ depth: ColorDepth) -> String {
    switch index {
    case Palette.firstDirect... where depth == .direct:
      "\(base + 8);2;\(index >> 16);\(index >> 8 & 0xFF);\(index & 0xFF)"
    case 0..<8: "\(base + index)"
    case 8..<16: "\(bright + index - 8)"
    default: "\(base + 8);5;\(index)"
    }
  }
}
