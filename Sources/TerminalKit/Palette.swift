/// Maps each `Color` to a terminal's palette.
enum Palette {
  struct RGB: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ hex: UInt32) {
      red = UInt8(truncatingIfNeeded: hex >> 16)
      green = UInt8(truncatingIfNeeded: hex >> 8)
      blue = UInt8(truncatingIfNeeded: hex)
    }

    package var hex: String {
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    fileprivate func distance(_ other: RGB) -> Int {
      let red = Int(red) - Int(other.red)
      let green = Int(green) - Int(other.green)
      let blue = Int(blue) - Int(other.blue)
      return 2 * red * red + 4 * green * green + 3 * blue * blue
    }
  }

  /// The palette index, below `depth.rawValue`; nil is the default colour.
  package static func index(of color: Color, depth: ColorDepth) -> Int? {
    guard depth != .monochrome else { return nil }
    switch color {
    case .standard: return nil
    case .accent: return depth == .colors256 ? 36 : 6
    case .muted: return depth == .colors256 ? 245 : depth == .colors16 ? 8 : nil
    case .warning: return depth == .colors256 ? 203 : depth == .colors16 ? 9 : 1
    case .ramp(let level): return Ramp.index(level: Int(level), depth: depth)
    case .indexed(let index):
      return index < depth.rawValue ? Int(index) : nearest(rgb(Int(index)), depth: depth)
    case .rgb(let red, let green, let blue):
      return nearest(RGB(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)), depth: depth)
    }
  }

  /// xterm's colour of an index. Terminals may configure 0–15 differently, but not 16–255.
  static func rgb(_ index: Int) -> RGB {
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

  /// With 256 colours, only the fixed entries 16–255 are candidates.
  private static func nearest(_ color: RGB, depth: ColorDepth) -> Int {
    let choices = depth == .colors256 ? 16..<256 : 0..<depth.rawValue
    return choices.min { rgb($0).distance(color) < rgb($1).distance(color) } ?? 0
  }

  private static let basic: [RGB] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map(RGB.init)
}

/// A style as shown by a terminal of some depth.
struct Appearance: Hashable, Sendable {
  /// Palette indices; nil is the default colour.
  package var foreground: Int?
  package var background: Int?
  package var bold: Bool
  package var dim: Bool
  package var underline: Bool
  package var reverse: Bool

  /// Attributes replace missing colours: muted text is dim, accents and warnings are bold.
  package init(_ style: Style, depth: ColorDepth) {
    foreground = Palette.index(of: style.foreground, depth: depth)
    background = Palette.index(of: style.background, depth: depth)
    bold = style.bold || depth == .monochrome && (style.foreground == .accent || style.foreground == .warning)
    dim = style.dim || foreground == nil && style.foreground == .muted
    underline = style.underline
    reverse = style.reverse
    if depth == .monochrome, style.background == .accent || style.background == .warning { reverse.toggle() }
  }
}
