import Foundation

/// An sRGB colour with 8 bits per channel.
package struct RGB: Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  /// - Parameter hex: `0xRRGGBB`.
  package init(_ hex: UInt32) {
    red = UInt8(truncatingIfNeeded: hex >> 16)
    green = UInt8(truncatingIfNeeded: hex >> 8)
    blue = UInt8(truncatingIfNeeded: hex)
  }

  init(red: UInt8, green: UInt8, blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

  /// `0xRRGGBB`
  var value: Int { Int(red) << 16 | Int(green) << 8 | Int(blue) }

  /// `#rrggbb`
  package var hex: String { "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

  /// The relative luminance of WCAG 2: 0 for black, 1 for white.
  var luminance: Double {
    let linear = linear
    return 0.2126 * linear.x + 0.7152 * linear.y + 0.0722 * linear.z
  }

  /// The contrast ratio of WCAG 2, 1 to 21.
  func contrast(with other: RGB) -> Double {
    let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)
  }

  /// Whether black text is more readable on this colour than white text.
  var isLight: Bool { contrast(with: RGB(0x000000)) > contrast(with: RGB(0xFFFFFF)) }

  /// Linear intensities, 0…1.
  fileprivate var linear: SIMD3<Double> {
    func linear(_ channel: UInt8) -> Double {
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return SIMD3(linear(red), linear(green), linear(blue))
  }

  fileprivate init(linear: SIMD3<Double>) {
    func channel(_ linear: Double) -> UInt8 {
      let share = min(max(linear, 0), 1)
      return UInt8((255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * pow(share, 1 / 2.4) - 0.055)).rounded())
    }
    self.init(red: channel(linear.x), green: channel(linear.y), blue: channel(linear.z))
  }
}

/// A colour in OKLab (B. Ottosson, 2020): equal distances look equally different.
struct OKLab: Hashable, Sendable {
  /// Lightness 0…1, a (green to red) and b (blue to yellow).
  var vector: SIMD3<Double>

  init(_ lightness: Double, _ a: Double, _ b: Double) { vector = SIMD3(lightness, a, b) }

  init(_ vector: SIMD3<Double>) { self.vector = vector }

  init(_ color: RGB) {
    let c = color.linear
    let l = cbrt(0.4122214708 * c.x + 0.5363325363 * c.y + 0.0514459929 * c.z)
    let m = cbrt(0.2119034982 * c.x + 0.6806995451 * c.y + 0.1073969566 * c.z)
    let s = cbrt(0.0883024619 * c.x + 0.2817188376 * c.y + 0.6299787005 * c.z)
    self.init(
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
  }

  var lightness: Double {
    get { vector.x }
    set { vector.x = newValue }
  }

  /// The nearest sRGB colour by channel.
  var rgb: RGB {
    func cube(_ root: Double) -> Double { root * root * root }
    let l = cube(vector.x + 0.3963377774 * vector.y + 0.2158037573 * vector.z)
    let m = cube(vector.x - 0.1055613458 * vector.y - 0.0638541728 * vector.z)
    let s = cube(vector.x - 0.0894841775 * vector.y - 1.2914855480 * vector.z)
    return RGB(
      linear: SIMD3(
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  func distance(to other: OKLab) -> Double {
    let difference = vector - other.vector
    return (difference * difference).sum().squareRoot()
  }

  /// The colour at a share of the way to another one.
  func mixed(with other: OKLab, share: Double) -> OKLab { OKLab(vector + share * (other.vector - vector)) }

  /// The colour mixed with black or white until its contrast with a background is at least `ratio`.
  func readable(on background: RGB, ratio: Double) -> RGB {
    let end = OKLab(RGB(background.isLight ? 0x000000 : 0xFFFFFF))
    let colors = (0...100).lazy.map { mixed(with: end, share: Double($0) / 100).rgb }
    return colors.first { $0.contrast(with: background) >= ratio } ?? end.rgb
  }
}
