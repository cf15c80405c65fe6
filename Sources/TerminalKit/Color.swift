/// A colour by its meaning, so that one grid can be shown in 256, 16, 8 and no colours.
///
/// `Palette` decides what each becomes at a `ColorDepth`.
package enum Color: Hashable, Sendable {
  /// The terminal's own text or background.
  case standard
  /// The one accent: focus, selection, titles.
  case accent
  /// Less important text.
  case muted
  case warning
  /// A level of the signed ramp, `-Ramp.steps ... Ramp.steps`; values beyond are held at the ends.
  case ramp(Int8)
  /// An index of the terminal's palette; 0–15 are the terminal's own, 16–255 those of xterm.
  case indexed(UInt8)
  /// The nearest palette entry is shown.
  case rgb(UInt8, UInt8, UInt8)
}

/// How many colours a terminal shows.
package enum ColorDepth: Int, Hashable, Sendable, CaseIterable, Comparable {
  case monochrome = 0
  case colors8 = 8
  case colors16 = 16
  case colors256 = 256

  /// The richest depth within what the terminal claims.
  package init(colors: Int) {
    self = Self.allCases.last { $0.rawValue <= colors } ?? .monochrome
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a screen can show. Views that draw heatmaps choose between half blocks and glyphs by it.
package struct ScreenTraits: Hashable, Sendable {
  package var depth: ColorDepth
  /// False where the locale's codeset is not UTF-8; only ASCII is shown then.
  package var unicode: Bool

  package init(depth: ColorDepth = .colors256, unicode: Bool = true) {
    self.depth = depth
    self.unicode = unicode
  }
}
