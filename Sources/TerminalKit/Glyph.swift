/// A character on the screen: a visible base, its combining marks, and its width in columns.
///
/// A trivial type of 16 bytes: a screen has 12,000 glyphs that are created, compared and copied 30 times a second, and
/// reference counting would dominate that work.
package struct Glyph: Hashable, Sendable {
  /// Maximum number of marks per base, the limit of a terminal cell.
  static let maximumMarks = 4
  package static var space: Glyph { Glyph(" ", width: 1) }

  // 21 bits per scalar: base and two marks, then two marks and the width. 0 means no mark.
  private var lower: UInt64
  private var upper: UInt64

  /// - Parameter width: 1 or 2 columns; 0 in the second column of a wide glyph.
  package init(_ base: Unicode.Scalar, width: Int) {
    precondition((0...2).contains(width), "a glyph of \(width) columns")
    lower = UInt64(base.value)
    upper = UInt64(width) << 42
  }

  /// Marks beyond `maximumMarks` are dropped.
  package init(_ base: Unicode.Scalar, marks: [Unicode.Scalar], width: Int) {
    self.init(base, width: width)
    for (index, mark) in marks.prefix(Self.maximumMarks).enumerated() {
      if index < 2 {
        lower |= UInt64(mark.value) << (21 * UInt64(index + 1))
      } else {
        upper |= UInt64(mark.value) << (21 * UInt64(index - 2))
      }
    }
  }

  package var width: Int { Int(upper >> 42) }

  package var base: Unicode.Scalar { Self.scalar(lower) ?? " " }

  package var marks: [Unicode.Scalar] {
    hasMarks
      ? [lower >> 21, lower >> 42, upper, upper >> 21].map(Self.scalar).prefix { $0 != "\0" }.compactMap(\.self) : []
  }

  var hasMarks: Bool { lower >> 21 != 0 }

  package var isASCII: Bool { lower < 0x80 }

  private static func scalar(_ part: UInt64) -> Unicode.Scalar? {
    Unicode.Scalar(UInt32(truncatingIfNeeded: part & 0x1F_FFFF))
  }

  /// Base and marks as one character.
  package var character: Character {
    hasMarks ? Character(String(self)) : Character(base)
  }
}

extension Glyph: ExpressibleByUnicodeScalarLiteral {
  /// A scalar of one or two columns.
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) {
    self.init(scalar, width: TextWidth.width(of: scalar))
  }
}

extension String {
  package mutating func append(_ glyph: Glyph) {
    unicodeScalars.append(glyph.base)
    if glyph.hasMarks { unicodeScalars.append(contentsOf: glyph.marks) }
  }

  package init(_ glyph: Glyph) {
    self.init()
    append(glyph)
  }

  package init(_ glyphs: [Glyph]) {
    self.init()
    for glyph in glyphs { append(glyph) }
  }
}
