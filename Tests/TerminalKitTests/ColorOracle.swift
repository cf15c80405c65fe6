import Foundation

@testable import TerminalKit

/// Colour science written from its publications, independent of the code under test.
enum ColorOracle {
  typealias Triple = [Double]

  static func linear(_ color: RGB) -> Triple {
    [color.red, color.green, color.blue].map { channel in
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }

  private static func times(_ matrix: [Triple], _ vector: Triple) -> Triple {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// OKLab by way of CIE XYZ, as Ottosson defines it: https://bottosson.github.io/posts/oklab
  static func lab(linear: Triple) -> Triple {
    let xyz = times(
      [
        [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
      ], linear)
    let cones = times(
      [
        [0.8189330101, 0.3618667424, -0.1288597137], [0.0329845436, 0.9293118715, 0.0361456387],
        [0.0482003018, 0.2643662691, 0.6338517070],
      ], xyz)
    return times(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { cbrt($0) })
  }

  static func lab(_ color: RGB) -> Triple { lab(linear: linear(color)) }

  static func lightness(_ color: RGB) -> Double { lab(color)[0] }

  static func distance(_ one: Triple, _ other: Triple) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// WCAG 2.2, "contrast ratio".
  static func contrast(_ one: RGB, _ other: RGB) -> Double {
    let luminances = [one, other].map { color in
      zip([0.2126, 0.7152, 0.0722], linear(color)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return ((luminances.max() ?? 0) + 0.05) / ((luminances.min() ?? 0) + 0.05)
  }

  enum Vision: CaseIterable { case protanopia, deuteranopia, tritanopia }

  /// The colour as seen with a missing cone type, in OKLab: Machado, Oliveira & Fernandes (2009), severity 1.
  static func seen(_ color: RGB, with vision: Vision) -> Triple {
    let matrix: [Triple] =
      switch vision {
      case .protanopia:
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
      case .deuteranopia:
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
      case .tritanopia:
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
      }
    return lab(linear: times(matrix, linear(color)).map { min(max($0, 0), 1) })
  }
}

/// A theme on a terminal's background.
struct ThemeSample: Sendable, CustomStringConvertible {
  var name: Theme.Name
  var background: UInt32

  var theme: Theme { Theme(name, terminalBackground: RGB(background)) }

  var description: String { "\(name.rawValue) on #\(String(background, radix: 16))" }

  /// The backgrounds of common terminal themes, dark and light.
  static let dark: [UInt32] = [0x000000, 0x16181D, 0x1E1E1E, 0x002B36, 0x282A36, 0x3B4252]
  static let light: [UInt32] = [0xFFFFFF, 0xFDF6E3, 0xEEEEEE, 0xDDDDDD]

  static let all: [ThemeSample] = [Theme.Name.auto, .highContrast].flatMap { name in
    (dark + light).map { ThemeSample(name: name, background: $0) }
  }
}
