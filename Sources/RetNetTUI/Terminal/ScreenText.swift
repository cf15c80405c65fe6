/// Text from outside (a model, a file, a paste) made fit for a screen.
///
/// Removed: control and escape characters, every invisible format character (bidi marks and overrides, joiners, tags,
/// zero-width spaces), variation selectors, and emoji modifiers after an emoji, all of which terminals measure
/// differently. A tab, a newline or another separator becomes one space; a regional indicator its Latin letter (a flag
/// its two-letter code); an unassigned code point U+FFFD. So no text can move the cursor, reorder a line, or be wider
/// than it was measured.
enum ScreenText {
  /// A base character with its combining marks, and the columns it takes: 1 or 2.
  struct Unit: Hashable, Sendable {
    var character: Character
    var width: Int
  }

  /// Marks kept on one base: a terminal cell has room for no more.
  static let maximumMarks = 4

  static func units(_ text: String) -> [Unit] {
    if text.unicodeScalars.allSatisfy(isPlain) {
      return text.unicodeScalars.map { Unit(character: Character($0), width: 1) }
    }
    return unitsOfCharacters(text)
  }

  /// A character of one plain scalar as it is shown; nil of any other.
  static func plainUnit(_ character: Character) -> Unit? {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, isPlain(first), scalars.index(after: scalars.startIndex) == scalars.endIndex else {
      return nil
    }
    return Unit(character: character, width: 1)
  }

  /// Whether a scalar is shown as it is, in one column, and is never part of a larger character beside others of its kind:
  /// most of what a screen holds, told without finding out what makes one character.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F, 0xA1...0xAC, 0xAE...0x2FF, 0x3B1...0x3C9, 0x2010...0x2027, 0x2500...0x25FC: true
    default: false
    }
  }

  /// `units` of any text.
  static func unitsOfCharacters(_ text: String) -> [Unit] {
    var units: [Unit] = []
    units.reserveCapacity(text.utf8.count)
    for character in text {
      if let ascii = character.asciiValue {
        // "\r\n" is one character too, with the value of a newline.
        if ascii >= 0x20 && ascii < 0x7F {
          units.append(Unit(character: character, width: 1))
        } else if ascii >= 0x09 && ascii <= 0x0D {
          units.append(Unit(character: " ", width: 1))
        }
      } else {
        append(character, to: &units)
      }
    }
    return units
  }

  /// The text as it will be shown.
  static func cleaned(_ text: String) -> String { String(units(text).map(\.character)) }

  /// One user-perceived character may hold several bases (a joined emoji, a conjunct): each takes its own columns, but of
  /// an emoji sequence only the first is shown.
  private static func append(_ character: Character, to units: inout [Unit]) {
    var base: Unicode.Scalar?
    var marks = String.UnicodeScalarView()
    var joined = false
    func finish(_ units: inout [Unit]) {
      guard let base else { return }
      var scalars = String.UnicodeScalarView([base])
      scalars.append(contentsOf: marks)
      let text = String(scalars)
      units.append(
        Unit(character: text.count == 1 ? Character(text) : Character(base), width: TextWidth.width(of: base)))
    }
    for scalar in character.unicodeScalars {
      switch kind(of: scalar) {
      case .removed: joined = joined || scalar == "\u{200D}"
      case .mark: if base != nil && marks.count < maximumMarks { marks.append(scalar) }
      case .base(let shown):
        if let base, base.properties.isEmojiPresentation || joined && base.properties.isEmoji {
          continue  // a modifier or a joined emoji
        }
        finish(&units)
        base = shown
        marks = String.UnicodeScalarView()
      }
    }
    finish(&units)
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
