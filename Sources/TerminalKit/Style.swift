/// The appearance of a cell.
package struct Style: Hashable, Sendable {
  package var foreground: Color
  package var background: Color
  package var bold: Bool
  package var dim: Bool
  package var underline: Bool
  package var reverse: Bool

  package init(
    _ foreground: Color = .standard, on background: Color = .standard,
    bold: Bool = false, dim: Bool = false, underline: Bool = false, reverse: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.underline = underline
    self.reverse = reverse
  }

  /// Default text on the default background.
  package static let plain = Style()
  package static let accent = Style(.accent, bold: true)
  package static let muted = Style(.muted)
  package static let warning = Style(.warning, bold: true)

  package func with(
    foreground: Color? = nil, background: Color? = nil,
    bold: Bool? = nil, dim: Bool? = nil, underline: Bool? = nil, reverse: Bool? = nil
  ) -> Style {
    Style(
      foreground ?? self.foreground, on: background ?? self.background, bold: bold ?? self.bold,
      dim: dim ?? self.dim, underline: underline ?? self.underline, reverse: reverse ?? self.reverse)
  }
}
