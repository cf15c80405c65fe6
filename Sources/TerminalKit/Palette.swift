/// Maps each `Color` to a terminal's colours, for a depth and a theme.
struct Palette: Sendable {
  let depth: ColorDepth
  let theme: Theme
  private let accent: Int?
  private let muted: Int?
  private let warning: Int?
  /// Levels −`Ramp.steps`…`Ramp.steps`.
  private let ramp: [Int?]

  init(depth available: ColorDepth, theme: Theme) {
    let depth = theme.depth(available)
    (self.depth, self.theme) = (depth, theme)
    switch depth {
    case .monochrome: (accent, muted, warning) = (nil, nil, nil)
    case .colors8, .colors16:
      // Named colours with enough contrast in xterm's palette. Dim replaces grey on a light background.
      let isLarge = depth == .colors16
      accent = theme.isLight ? 4 : isLarge && theme.isHighContrast ? 14 : 6
      muted = isLarge && !theme.isLight && !theme.isHighContrast ? 8 : nil
      warning = theme.isLight ? 1 : isLarge && !theme.isHighContrast ? 9 : 3
    case .colors256, .direct:
      // Blue and orange differ for all types of colour vision at high contrasts too.
      let (accent, warning): (UInt32, UInt32) =
        switch (theme.isLight, theme.isHighContrast) {
        case (false, false): (0x00AF87, 0xFF5F5F)
        case (true, false): (0x00775B, 0xC80000)
        case (false, true): (0x6FD8FF, 0xFFC46B)
        case (true, true): (0x00527A, 0x8A2B00)
        }
      self.accent = Self.text(accent, depth: depth, theme: theme)
      // Grey text is hard to read at any allowed contrast.
      muted = theme.isHighContrast ? nil : Self.text(theme.isLight ? 0x696969 : 0x8A8A8A, depth: depth, theme: theme)
      self.warning = Self.text(warning, depth: depth, theme: theme)
    }
    let (negative, positive) = (Self.side(isNegative: true, depth, theme), Self.side(isNegative: false, depth, theme))
    ramp = negative.reversed() + [nil] + positive
  }

  /// The palette index below `depth.rawValue`, or in 24 bits `0xRRGGBB` as `direct` encodes it; nil is the default
  /// colour.
  func index(of color: Color) -> Int? {
    guard depth != .monochrome else { return nil }
    switch color {
    case .standard: return nil
    case .accent: return accent
    case .muted: return muted
    case .warning: return warning
    case .ramp(let level): return ramp[min(max(Int(level), -Ramp.steps), Ramp.steps) + Ramp.steps]
    case .indexed(let index):
      if depth == .direct { return index < 8 ? Int(index) : Self.direct(Self.xterm(Int(index))) }
      return index < depth.rawValue ? Int(index) : Self.nearest(Self.xtermLab[Int(index)], depth: depth)
    case .rgb(let red, let green, let blue):
      let color = RGB(red: red, green: green, blue: blue)
      return depth == .direct ? Self.direct(color) : Self.nearest(OKLab(color), depth: depth)
    }
  }

  /// The colour of an index that `index(of:)` returned. Terminals may configure 0–15 differently.
  func rgb(_ index: Int) -> RGB {
    depth == .direct && index >= Self.firstDirect ? RGB(UInt32(index)) : Self.xterm(index)
  }

  /// xterm's colour of an index.
  static func xterm(_ index: Int) -> RGB {
    precondition((0..<256).contains(index), "palette index \(index), expected 0 to 255")
    switch index {
    case 0..<16: return basic[index]
    case 16..<232:
      let cube = index - 16
      let level = { (step: Int) in UInt32(step == 0 ? 0 : 55 + 40 * step) }
      return RGB(level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6))
    default:
      return RGB(UInt32(8 + 10 * (index - 232)) * 0x010101)
    }
  }

  static let xtermLab = (0..<256).map { OKLab(xterm($0)) }

  // MARK: Depths

  /// Terminals with 24-bit colours take small numbers as palette indices: 8, 16 or 256 of them, as their descriptions
  /// differ.
  static let firstDirect = 256

  /// `0xRRGGBB`. The darkest blues get one unit of green, so that they are not palette indices.
  static func direct(_ color: RGB) -> Int { color.value < firstDirect ? color.value | 0x100 : color.value }

  /// The nearest palette entry. With 256 colours, only the fixed entries 16–255 are candidates.
  private static func nearest(
    _ color: OKLab, depth: ColorDepth, where isAllowed: (RGB) -> Bool = { _ in true }
  ) -> Int {
    let entries = depth == .colors256 ? 16..<256 : 0..<depth.rawValue
    let allowed = entries.filter { isAllowed(xterm($0)) }
    return (allowed.isEmpty ? Array(entries) : allowed).min {
      xtermLab[$0].distance(to: color) < xtermLab[$1].distance(to: color)
    } ?? 0
  }

  /// A text colour with the theme's contrast.
  private static func text(_ hex: UInt32, depth: ColorDepth, theme: Theme) -> Int {
    let color = OKLab(RGB(hex)).readable(on: theme.background, ratio: theme.contrast)
    guard depth == .colors256 else { return direct(color) }
    return nearest(OKLab(color), depth: depth) { $0.contrast(with: theme.background) >= theme.contrast }
  }

  /// Levels 1…`Ramp.steps` of one sign.
  private static func side(isNegative: Bool, _ depth: ColorDepth, _ theme: Theme) -> [Int?] {
    let colors = RampColors(theme)
    if depth == .direct { return colors.curve(isNegative: isNegative).map { direct($0.rgb) } }
    let indices = colors.indices(isNegative: isNegative, depth: depth)
    guard !indices.isEmpty else { return Array(repeating: nil, count: Ramp.steps) }
    return (1...Ramp.steps).map { indices[Ramp.step(ofLevel: $0, of: indices.count) - 1] }
  }

  private static let basic: [RGB] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map(RGB.init)
}

/// A style as shown by a terminal of some depth and theme.
struct Appearance: Hashable, Sendable {
  /// As `Palette.index(of:)`; nil is the default colour.
  var foreground: Int?
  var background: Int?
  var bold: Bool
  var dim: Bool
  var underline: Bool
  var reverse: Bool

  /// Attributes replace missing colours: muted text is dim, accents and warnings are bold. With high contrast nothing
  /// is dim.
  init(_ style: Style, _ palette: Palette) {
    let isPlain = palette.depth == .monochrome
    foreground = palette.index(of: style.foreground)
    background = palette.index(of: style.background)
    bold = style.bold || isPlain && (style.foreground == .accent || style.foreground == .warning)
    dim = !palette.theme.isHighContrast && (style.dim || foreground == nil && style.foreground == .muted)
    underline = style.underline
    reverse = style.reverse
    if isPlain, style.background == .accent || style.background == .warning { reverse.toggle() }
  }
}
