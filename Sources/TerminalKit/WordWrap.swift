/// Breaks text into lines of a given width, at spaces if possible.
package enum WordWrap {
  /// - Parameters:
  ///   - columns: the width, at least 1. A wide character in a single column still takes two.
  ///   - hangingIndent: spaces before every line except the first of each paragraph, at most half of `columns`.
  /// - Returns: at least one line. A newline in the text starts a new line, spaces at a break are dropped, and a word
  ///   that is longer than a line is split. A paragraph that begins with spaces, such as a formula, keeps its indentation,
  ///   and breaks at wide gaps if its parts fit.
  package static func lines(_ text: String, columns: Int, hangingIndent: Int = 0) -> [String] {
    let columns = max(1, columns)
    let indent = String(repeating: " ", count: min(max(0, hangingIndent), columns / 2))
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).flatMap { paragraph in
      let glyphs = ScreenText.glyphs(String(paragraph))
      let leading = glyphs.prefix { $0 == .space }.count
      guard leading > 0, leading < glyphs.count else { return wrap(glyphs, columns: columns, indent: indent) }
      let own = String(repeating: " ", count: min(leading, columns / 2))
      return wrap(glyphs, columns: columns, indent: own, breaksAtGaps: true)
    }
  }

  /// The width up to the next gap of two or more spaces.
  private static func partWidth(_ glyphs: ArraySlice<Glyph>) -> Int {
    var (width, gap) = (0, 0)
    for glyph in glyphs {
      if glyph == .space {
        gap += 1
        if gap > 1 { break }
      } else {
        width += gap + glyph.width
        gap = 0
      }
    }
    return width
  }

  private static func wrap(_ glyphs: [Glyph], columns: Int, indent: String, breaksAtGaps: Bool = false) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var gap = 0  // pending spaces, dropped if the line ends here
    var lineIsEmpty = true
    func breakLine() {
      lines.append(line)
      line = indent
      used = indent.count
      gap = 0
      lineIsEmpty = true
    }
    var rest = glyphs[...]
    while let first = rest.first {
      if first == .space {
        gap += 1
        rest.removeFirst()
        continue
      }
      if breaksAtGaps, gap > 1, !lineIsEmpty {
        let part = partWidth(rest)
        if used + gap + part > columns, indent.count + part <= columns { breakLine() }
      }
      let word = rest.prefix { $0 != .space }
      rest.removeFirst(word.count)
      let width = word.reduce(0) { $0 + $1.width }
      if used + gap + width > columns && !lineIsEmpty { breakLine() }
      // Leading spaces of a paragraph are kept as far as they fit.
      let spaces = min(gap, max(0, columns - used - 1))
      line += String(repeating: " ", count: spaces)
      used += spaces
      gap = 0
      for glyph in word {
        if used + glyph.width > columns && !lineIsEmpty { breakLine() }
        line.append(glyph)
        used += glyph.width
        lineIsEmpty = false
      }
    }
    lines.append(line)
    return lines
  }
}
