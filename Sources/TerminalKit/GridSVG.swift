extension Grid {
  private static let cellWidth = 10.0
  private static let cellHeight = 20.0

  /// The grid as an SVG document with the colours of a depth and theme, and xterm's palette.
  ///
  /// Blocks and lines are drawn as shapes. Other text is positioned word by word, so that a font with another width
  /// does not shift a row.
  package func svg(depth: ColorDepth = .direct, theme: Theme = Theme()) -> String {
    let palette = Palette(depth: depth, theme: theme)
    let width = Self.number(Double(columns) * Self.cellWidth)
    let height = Self.number(Double(rows) * Self.cellHeight)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\">",
      "<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(theme.background.hex)\"/>",
      "<g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"16\" shape-rendering=\"crispEdges\">",
    ]
    for row in 0..<rows {
      let styles = (0..<columns).map { ResolvedStyle(self[row, $0].style, palette) }
      lines += backgrounds(row, styles, theme)
      lines += glyphs(row, styles)
    }
    if let cursor, bounds.contains(row: cursor.row, column: cursor.column) {
      lines.append(
        Self.rectangle(
          x: Double(cursor.column), y: Double(cursor.row), width: 1, height: 1, fill: theme.foreground.hex,
          extra: " fill-opacity=\"0.5\""))
    }
    return (lines + ["</g>", "</svg>", ""]).joined(separator: "\n")
  }

  /// The displayed colours, with reverse applied.
  private struct ResolvedStyle: Hashable {
    var foreground: RGB
    var background: RGB
    var attributes: String
    var opacity: Double

    init(_ style: Style, _ palette: Palette) {
      let appearance = Appearance(style, palette)
      foreground = appearance.foreground.map(palette.rgb) ?? palette.theme.foreground
      background = appearance.background.map(palette.rgb) ?? palette.theme.background
      if appearance.reverse { swap(&foreground, &background) }
      attributes =
        (appearance.bold ? " font-weight=\"bold\"" : "")
        + (appearance.underline ? " text-decoration=\"underline\"" : "")
      opacity = appearance.dim ? 0.6 : 1
    }
  }

  /// One rectangle per run of equal backgrounds.
  private func backgrounds(_ row: Int, _ styles: [ResolvedStyle], _ theme: Theme) -> [String] {
    var lines: [String] = []
    var start = 0
    while start < columns {
      let color = styles[start].background
      let end = styles[start...].firstIndex { $0.background != color } ?? columns
      if color != theme.background {
        lines.append(
          Self.rectangle(x: Double(start), y: Double(row), width: Double(end - start), height: 1, fill: color.hex))
      }
      start = end
    }
    return lines
  }

  private func glyphs(_ row: Int, _ styles: [ResolvedStyle]) -> [String] {
    var lines: [String] = []
    var column = 0
    while column < columns {
      let cell = self[row, column]
      let style = styles[column]
      if cell.isContinuation || cell.glyph == .space {
        column += 1
      } else if let shapes = BlockShapes.shapes(cell.glyph) {
        for shape in shapes {
          let opacity = shape.opacity * style.opacity
          lines.append(
            Self.rectangle(
              x: Double(column) + shape.x, y: Double(row) + shape.y, width: shape.width, height: shape.height,
              fill: style.foreground.hex, extra: opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : ""))
        }
        column += 1
      } else {
        let start = column
        var word = ""
        // A wide character is a word of its own, as its width differs from the font's.
        repeat {
          word.append(self[row, column].glyph)
          column += self[row, column].width
        } while column < columns && isWordPart(row, column) && self[row, start].width == 1 && styles[column] == style
        lines.append(text(word, row: row, column: start, columns: column - start, style))
      }
    }
    return lines
  }

  private func isWordPart(_ row: Int, _ column: Int) -> Bool {
    let cell = self[row, column]
    return cell.width == 1 && cell.glyph != .space && BlockShapes.shapes(cell.glyph) == nil
  }

  private func text(_ word: String, row: Int, column: Int, columns: Int, _ style: ResolvedStyle) -> String {
    let x = Self.number(Double(column) * Self.cellWidth)
    let y = Self.number((Double(row) + 0.76) * Self.cellHeight)
    let length = Self.number(Double(columns) * Self.cellWidth)
    let opacity = style.opacity < 1 ? " fill-opacity=\"\(Self.number(style.opacity))\"" : ""
    return "<text x=\"\(x)\" y=\"\(y)\" textLength=\"\(length)\" lengthAdjust=\"spacingAndGlyphs\""
      + " fill=\"\(style.foreground.hex)\"\(opacity)\(style.attributes)>\(Self.escaped(word))</text>"
  }

  private static func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String, extra: String = ""
  ) -> String {
    "<rect x=\"\(number(x * cellWidth))\" y=\"\(number(y * cellHeight))\" width=\"\(number(width * cellWidth))\""
      + " height=\"\(number(height * cellHeight))\" fill=\"\(fill)\"\(extra)/>"
  }

  /// At most two decimals, with a point in any locale.
  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    let fraction = abs(hundredths % 100)
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  /// Escapes by scalar: `<` with a combining mark is one character.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
