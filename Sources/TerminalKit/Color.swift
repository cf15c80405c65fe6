/// A colour by meaning, so that a grid can be shown in 24 bits, 256, 16, 8 or no colours, dark or light.
///
/// `Palette` maps it to a terminal's colour.
package enum Color: Hashable, Sendable {
  /// The terminal's default text or background colour.
  case standard
  /// The accent colour: focus, selection, titles.
  case accent
  /// Less important text.
  case muted
  case warning
  /// A level of the signed ramp, `-Ramp.steps ... Ramp.steps`; values outside are clamped. Level 0 is the default
  /// background.
  case ramp(Int8)
  /// An index of the terminal's palette: 0–15 are configurable, 16–255 are xterm's.
  case indexed(UInt8)
  /// Shown as the nearest palette entry without 24-bit colours.
  case rgb(UInt8, UInt8, UInt8)
}

/// The number of colours of a terminal.
package enum ColorDepth: Int, Hashable, Sendable, CaseIterable, Comparable {
  case monochrome = 0
  case colors8 = 8
  case colors16 = 16
  case colors256 = 256
  /// Every 24-bit colour.
  case direct = 0x100_0000

  /// The largest depth that the terminal supports.
  package init(colors: Int) {
    self = Self.allCases.last { $0.rawValue <= colors } ?? .monochrome
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The capabilities of a screen and its theme. Heatmaps choose between half blocks and glyphs by them.
package struct ScreenTraits: Hashable, Sendable {
  /// The depth of the terminal.
  package var availableDepth: ColorDepth
  /// False if the locale's codeset is not UTF-8; only ASCII is then shown.
  package var unicode: Bool
  package var theme: Theme

  package init(depth: ColorDepth = .colors256, unicode: Bool = true, theme: Theme = Theme()) {
    (availableDepth, self.unicode, self.theme) = (depth, unicode, theme)
  }

  /// The depth that the theme uses.
  package var depth: ColorDepth { theme.depth(availableDepth) }
}
