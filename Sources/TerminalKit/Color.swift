/// A colour by meaning, so that a grid can be shown in 256, 16, 8 or no colours.
///
/// `Palette` maps it to a palette index for a `ColorDepth`.
package enum Color: Hashable, Sendable {
  /// The terminal's default text or background colour.
  case standard
  /// The accent colour: focus, selection, titles.
  case accent
  /// Less important text.
  case muted
  case warning
  /// A level of the signed ramp, `-Ramp.steps ... Ramp.steps`; values outside are clamped.
  case ramp(Int8)
  /// An index of the terminal's palette: 0–15 are configurable, 16–255 are xterm's.
  case indexed(UInt8)
  /// Shown as the nearest palette entry.
  case rgb(UInt8, UInt8, UInt8)
}

/// The number of colours of a terminal.
package enum ColorDepth: Int, Hashable, Sendable, CaseIterable, Comparable {
  case monochrome = 0
  case colors8 = 8
  case colors16 = 16
  case colors256 = 256

  /// The largest depth that the terminal supports.
  package init(colors: Int) {
    self = Self.allCases.last { $0.rawValue <= colors } ?? .monochrome
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The capabilities of a screen. Heatmaps choose between half blocks and glyphs by them.
package struct ScreenTraits: Hashable, Sendable {
  package var depth: ColorDepth
  /// False if the locale's codeset is not UTF-8; only ASCII is then shown.
  package var unicode: Bool

  package init(depth: ColorDepth = .colors256, unicode: Bool = true) {
    self.depth = depth
    self.unicode = unicode
  }
}
