/// How a cell looks.
struct Style: Hashable, Sendable {
  var foreground: Color
  var background: Color
  var bold: Bool
  var dim: Bool
  var underline: Bool
  var reverse: Bool

  init(
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

  /// The terminal's own text on its own background.
  static let plain = Style()
  static let accent = Style(.accent, bold: true)
  static let muted = Style(.muted)
  static let warning = Style(.warning, bold: true)

  func with(
    foreground: Color? = nil, background: Color? = nil,
    bold: Bool? = nil, dim: Bool? = nil, underline: Bool? = nil, reverse: Bool? = nil
  ) -> Style {
    Style(
      foreground ?? self.foreground, on: background ?? self.background, bold: bold ?? self.bold,
      dim: dim ?? self.dim, underline: underline ?? self.underline, reverse: reverse ?? self.reverse)
  }
}
