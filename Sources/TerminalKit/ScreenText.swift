/// Text from outside (a model, a file, a paste) made fit for a screen.
///
/// Removed: control and escape characters, every invisible format character (bidi marks and overrides, joiners, tags,
/// zero-width spaces), variation selectors, and emoji modifiers after an emoji, all of which terminals measure
/// differently. A tab, a newline or another separator becomes one space; a regional indicator its Latin letter (a flag
/// its two-letter code); an unassigned code point U+FFFD. So no text can move the cursor, reorder a line, or be wider
/// than it was measured.
package enum ScreenText {
  /// The text as it will be shown, each glyph 1 or 2 columns wide.
  package static func glyphs(_ text: String) -> [Glyph] {
    if text.unicodeScalars.allSatisfy(isPlain) {
      return text.unicodeScalars.map { Glyph($0, width: 1) }
    }
    return glyphsOfCharacters(text)
  }

  /// Whether a scalar is shown as it is, in one column, and is never part of a larger character beside others of its kind:
  /// most of what a screen holds, told without finding out what makes one character.
  package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F, 0xA1...0xAC, 0xAE...0x2FF, 0x3B1...0x3C9, 0x2010...0x2027, 0x2500...0x25FC: true
    default: false
    }
  }

  /// `glyphs` of any text.
  static func glyphsOfCharacters(_ text: String) -> [Glyph] {
    var glyphs: [Glyph] = []
    glyphs.reserveCapacity(text.utf8.count)
    for character in text {
      if let ascii = character.asciiValue {
        // "\r\n" is one character too, with the value of a newline.
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

  /// One user-perceived character may hold several bases (a joined emoji, a conjunct): each takes its own columns, but of
  /// an emoji sequence only the first is shown.
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
    // Regional indicators: isEmojiPresentation holds for them, but their letters are shown one by one.
    case 0x1F1E6...0x1F1FF:
      return Unicode.Scalar(scalar.value - 0x1F1E6 + 0x41).map(Kind.base) ?? .removed
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate: return .removed
    case .lineSeparator, .paragraphSeparator, .spaceSeparator: return .base(scalar.value == 0x3000 ? scalar : " ")
    case .nonspacingMark, .enclosingMark: return .mark
    case .unassigned: return .base("\u{FFFD}")
    default: return TextWidth.width(of: scalar) == 0 ? .mark : .base(scalar)
    }
  }
}
