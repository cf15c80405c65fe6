extension Grid {
  private static let cellWidth = 10.0
  private static let cellHeight = 20.0

  /// The grid as an SVG document with the colours of a depth and theme, and xterm's palette.
  ///
  /// Blocks and lines are drawn as shapes, with one path for each colour of a row. Other text is positioned word by
  /// word, so that a font with another width does not shift a row.
  package func svg(depth: ColorDepth = .direct, theme: Theme = Theme()) -> String {
    let picture = svgParts(depth: depth, theme: theme)
    return (picture.head + picture.rows.flatMap(\.self) + picture.tail).joined(separator: "\n")
  }

  /// The lines of the document: those of each row draw that row alone.
  func svgParts(depth: ColorDepth, theme: Theme) -> (head: [String], rows: [[String]], tail: [String]) {
    let palette = Palette(depth: depth, theme: theme)
    let width = Self.number(Double(columns) * Self.cellWidth)
    let height = Self.number(Double(rows) * Self.cellHeight)
    let head = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\">",
      "<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(theme.background.hex)\"/>",
      "<g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"16\" shape-rendering=\"crispEdges\">",
    ]
    return (head, (0..<rows).map { svgRow($0, palette, theme) }, ["</g>", "</svg>", ""])
  }

  /// Backgrounds, then shapes and words, then the cursor.
  private func svgRow(_ row: Int, _ palette: Palette, _ theme: Theme) -> [String] {
    let styles = (0..<columns).map { ResolvedStyle(self[row, $0].style, palette) }
    var (shapes, words) = (Fills(), [String]())
    var column = 0
    while column < columns {
      let (cell, style) = (self[row, column], styles[column])
      if cell.isContinuation || cell.glyph == .space {
        column += 1
      } else if let parts = BlockShapes.shapes(cell.glyph) {
        for part in parts {
          shapes.add(part, row: row, column: column, style.foreground, opacity: part.opacity * style.opacity)
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
        words.append(text(word, row: row, column: start, columns: column - start, style))
      }
    }
    var cursors = Fills()
    if let cursor, cursor.row == row, bounds.contains(row: cursor.row, column: cursor.column) {
      cursors.add(Self.wholeCell, row: row, column: cursor.column, theme.foreground, opacity: 0.5)
    }
    return backgrounds(row, styles, theme).lines + shapes.lines + words + cursors.lines
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

  private static let wholeCell = BlockShapes.Shape(x: 0, y: 0, width: 1, height: 1)

  private func backgrounds(_ row: Int, _ styles: [ResolvedStyle], _ theme: Theme) -> Fills {
    var fills = Fills()
    for (column, style) in styles.enumerated() where style.background != theme.background {
      fills.add(Self.wholeCell, row: row, column: column, style.background, opacity: 1)
    }
    return fills
  }

  /// Rectangles of one row, as one path for each fill. Neighbours of the same fill and height are one rectangle.
  private struct Fills {
    private struct Run {
      var start: Double
      var end: Double
      var top: Double
      var height: Double

      var path: String {
        let width = Grid.number((end - start) * Grid.cellWidth)
        return "M\(Grid.number(start * Grid.cellWidth)) \(Grid.number(top * Grid.cellHeight))"
          + "h\(width)v\(Grid.number(height * Grid.cellHeight))h-\(width)z"
      }
    }

    private var order: [String] = []
    private var runs: [String: [Run]] = [:]

    mutating func add(_ shape: BlockShapes.Shape, row: Int, column: Int, _ color: RGB, opacity: Double) {
      let fill = "fill=\"\(color.hex)\"" + (opacity < 1 ? " fill-opacity=\"\(Grid.number(opacity))\"" : "")
      let start = Double(column) + shape.x
      let run = Run(start: start, end: start + shape.width, top: Double(row) + shape.y, height: shape.height)
      guard let known = runs[fill], let last = known.last else {
        order.append(fill)
        runs[fill] = [run]
        return
      }
      if last.end == run.start, last.top == run.top, last.height == run.height {
        runs[fill]?[known.count - 1].end = run.end
      } else {
        runs[fill]?.append(run)
      }
    }

    var lines: [String] {
      order.map { fill in "<path \(fill) d=\"\((runs[fill] ?? []).map(\.path).joined())\"/>" }
    }
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
      + " fill=\"\(style.foreground.hex)\"\(opacity)\(style.attributes)>\(XMLText.escaped(word))</text>"
  }

  /// At most two decimals, with a point in any locale.
  fileprivate static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    let fraction = abs(hundredths % 100)
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}

package enum XMLText {
  /// Escapes by scalar: `<` with a combining mark is one character.
  package static func escaped(_ text: String) -> String {
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
