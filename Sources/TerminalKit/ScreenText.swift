/// Makes text from outside (a model, a file, a paste) displayable.
///
/// Removes what terminals measure differently: control and escape characters, invisible format characters (bidi marks
/// and overrides, joiners, tags, zero-width spaces), variation selectors, and emoji modifiers after an emoji. Replaces
/// a tab, a newline or another separator by one space, a regional indicator by its Latin letter (a flag by its
/// two-letter code), and an unassigned code point by U+FFFD. The result cannot move the cursor, reorder a line, or
/// differ from its measured width.
package enum ScreenText {
  /// The glyphs that are shown, each 1 or 2 columns wide.
  package static func glyphs(_ text: String) -> [Glyph] {
    if text.unicodeScalars.allSatisfy(isPlain) {
      return text.unicodeScalars.map { Glyph($0, width: 1) }
    }
    return glyphsOfCharacters(text)
  }

  /// Whether a scalar is shown unchanged in one column and never combines with another plain scalar. A fast test for
  /// most of a screen, without grapheme breaking.
  package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F, 0xA1...0xAC, 0xAE...0x2FF, 0x3B1...0x3C9, 0x2010...0x2027, 0x2500...0x25FC: true
    default: false
    }
  }

  /// Whether a scalar is a tag character, which is invisible and belongs only to the flags of regions.
  package static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0000...0xE007F).contains(scalar.value) }

  /// The text with its line breaks and tabs, for any output that may reach a terminal. Removes control and format
  /// characters; a carriage return or another separator of lines becomes a space.
  ///
  /// Each scalar is treated separately, so a text may come in pieces.
  package static func printable(_ text: String) -> String {
    // Most output is ASCII.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A: result.append(scalar)
      case 0x0B...0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
      default: if !isControl(scalar) { result.append(scalar) }
      }
    }
    return String(result)
  }

  /// Whether a scalar can control a terminal or reorder its text: control characters, bidirectional controls and other
  /// format characters.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate: true
    default: false
    }
  }

  /// `glyphs` for any text.
  static func glyphsOfCharacters(_ text: String) -> [Glyph] {
    var glyphs: [Glyph] = []
    glyphs.reserveCapacity(text.utf8.count)
    for character in text {
      if let ascii = character.asciiValue {
        // "\r\n" is also one character, with the ASCII value of a newline.
        if ascii >= 0x20 && ascii < 0x7F {
          glyphs.append(Glyph(Unicode.Scalar(ascii), width: 1))
        } else if ascii >= 0x09 && ascii <= 0x0D {
          glyphs.append(.space)
        }
      } else {
        append(character, to: &glyphs)
      }
    }
    return glyphs
  }

  package static func cleaned(_ text: String) -> String { String(glyphs(text)) }

  /// A user-perceived character may have several bases (a joined emoji, a conjunct). Each has its own columns, but only
  /// the first of an emoji sequence is shown.
  private static func append(_ character: Character, to glyphs: inout [Glyph]) {
    var base: Unicode.Scalar?
    var marks: [Unicode.Scalar] = []
    var joined = false
    func finish(_ glyphs: inout [Glyph]) {
      guard let base else { return }
      var scalars = String.UnicodeScalarView([base])
      scalars.append(contentsOf: marks)
      let isOne = String(scalars).count == 1
      glyphs.append(Glyph(base, marks: isOne ? marks : [], width: TextWidth.width(of: base)))
    }
    for scalar in character.unicodeScalars {
      switch kind(of: scalar) {
      case .removed: joined = joined || scalar == "\u{200D}"
      case .mark: if base != nil && marks.count < Glyph.maximumMarks { marks.append(scalar) }
      case .base(let shown):
        if let base, base.properties.isEmojiPresentation || joined && base.properties.isEmoji {
          continue  // a modifier or a joined emoji
        }
        finish(&glyphs)
        base = shown
        marks = []
      }
    }
    finish(&glyphs)
  }

  private enum Kind {
    case removed
    case mark
    case base(Unicode.Scalar)
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.value {
    case 0x09...0x0D, 0x85: return .base(" ")
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF: return .removed
    // Regional indicators have emoji presentation, but their letters are shown separately.
    case 0x1F1E6...0x1F1FF:
      return Unicode.Scalar(scalar.value - 0x1F1E6 + 0x41).map(Kind.base) ?? .removed
    default: break
    }
    if isControl(scalar) { return .removed }
    switch scalar.properties.generalCategory {
    case .lineSeparator, .paragraphSeparator, .spaceSeparator: return .base(scalar.value == 0x3000 ? scalar : " ")
    case .nonspacingMark, .enclosingMark: return .mark
    case .unassigned: return .base("\u{FFFD}")
    default: return TextWidth.width(of: scalar) == 0 ? .mark : .base(scalar)
    }
  }
}
