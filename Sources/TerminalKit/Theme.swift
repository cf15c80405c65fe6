/// The colours of a screen, for a dark or a light background.
///
/// A theme never sets the background: it chooses colours for the one that the terminal has. In every theme, positive
/// and negative values differ for all types of colour vision, and `monochrome` distinguishes them by shape.
package struct Theme: Hashable, Sendable {
  package enum Name: String, Hashable, Sendable, CaseIterable {
    /// `dark` or `light`, as the terminal's background.
    case auto
    case dark
    case light
    /// Contrasts of at least 7:1, and no grey text.
    case highContrast = "high-contrast"
    /// Attributes and glyphs in place of colours.
    case monochrome
  }

  package var name: Name
  /// The terminal's background; nil if unknown.
  package var terminalBackground: RGB?

  package init(_ name: Name = .auto, terminalBackground: RGB? = nil) {
    (self.name, self.terminalBackground) = (name, terminalBackground)
  }

  /// Whether the background is light. An unknown background is dark.
  package var isLight: Bool {
    switch name {
    case .dark: false
    case .light: true
    case .auto, .highContrast, .monochrome: terminalBackground?.isLight ?? false
    }
  }

  /// The terminal's background if it is as dark or light as the theme's, else that of a picture.
  package var background: RGB {
    if let terminalBackground, terminalBackground.isLight == isLight { return terminalBackground }
    return isLight ? RGB(0xFFFFFF) : RGB(0x16181D)
  }

  /// The default text of a picture.
  var foreground: RGB { isLight ? RGB(0x24262B) : RGB(0xD8DADE) }

  /// The smallest contrast of text with the background: WCAG 2 at level AA, or AAA.
  var contrast: Double { isHighContrast ? 7 : 4.5 }

  var isHighContrast: Bool { name == .highContrast }

  /// The depth at which a terminal of some depth shows this theme.
  package func depth(_ available: ColorDepth) -> ColorDepth { name == .monochrome ? .monochrome : available }
}
