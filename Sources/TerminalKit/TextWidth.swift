/// The width of text in terminal columns, independent of the C library and its locale.
///
/// Scalars with East Asian Width W or F in Unicode 14.0 have 2 columns, including emoji with emoji presentation. The
/// categories Mn, Me, Cf and Cc and the conjoining vowels and finals of Hangul have 0. Everything else has 1, including
/// East Asian *ambiguous* (block and line-drawing characters).
package enum TextWidth {
  package static func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0xAD ? 0 : 1 }
    if isHangulVowelOrFinal(value) { return 0 }
    if (0x2500...0x25FC).contains(value) { return 1 }  // lines and blocks, the most frequent
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return isWide(value) ? 2 : 1
    }
  }

  /// The columns that `Grid.put` uses for the text.
  package static func width(of text: String) -> Int {
    ScreenText.glyphs(text).reduce(0) { $0 + $1.width }
  }

  /// The longest prefix that fits. If text is cut off, the result ends in `ellipsis`, if that fits too.
  package static func truncate(_ text: String, to columns: Int, ellipsis: String = "…") -> String {
    let glyphs = ScreenText.glyphs(text)
    guard glyphs.reduce(0, { $0 + $1.width }) > columns else { return String(glyphs) }
    let mark = ScreenText.glyphs(ellipsis)
    let markWidth = mark.reduce(0) { $0 + $1.width }
    let ending = markWidth <= columns ? mark : []
    var room = columns - (ending.isEmpty ? 0 : markWidth)
    var kept: [Glyph] = []
    for glyph in glyphs {
      guard glyph.width <= room else { break }
      room -= glyph.width
      kept.append(glyph)
    }
    return String(kept + ending)
  }

  /// The text padded with spaces to a width; longer text is truncated.
  package static func pad(_ text: String, to columns: Int, alignment: Alignment = .left) -> String {
    let shown = truncate(text, to: columns)
    let spaces = String(repeating: " ", count: max(0, columns - width(of: shown)))
    return alignment == .left ? shown + spaces : spaces + shown
  }

  package enum Alignment { case left, right }

  private static func isHangulVowelOrFinal(_ value: UInt32) -> Bool {
    (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value)
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    if (0x4E00...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value) { return true }
    var low = 0
    var high = wideRanges.count
    while low < high {
      let middle = (low + high) / 2
      let range = wideRanges[middle]
      if value > range.upperBound {
        low = middle + 1
      } else if value < range.lowerBound {
        high = middle
      } else {
        return true
      }
    }
    return false
  }
}
