import Foundation
import Testing

@testable import TerminalKit

@Suite("Ramps")
struct RampTests {
  static let colored: [ColorDepth] = [.colors8, .colors16, .colors256]

  /// CIE lightness of a palette entry, 0 to 100, from the sRGB definition.
  static func lightness(_ index: Int) -> Double {
    let color = Palette.rgb(index)
    let linear = [color.red, color.green, color.blue].map { value in
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return luminance > 216.0 / 24389 ? 116 * cbrt(luminance) - 16 : luminance * 24389 / 27
  }

  @Test("A larger magnitude is never darker, and the ends are far from zero", arguments: colored)
  func monotone(depth: ColorDepth) throws {
    for sign in [-1, 1] {
      let shades = try (0...Ramp.steps).map { step in
        Self.lightness(try #require(Ramp.index(level: sign * step, depth: depth)))
      }
      #expect(zip(shades, shades.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(shades[Ramp.steps] > shades[0] + 60)
    }
  }

  @Test("In 256 colours all steps differ, and both signs have similar lightness")
  func symmetric() throws {
    for step in 1...Ramp.steps {
      let negative = try #require(Ramp.index(level: -step, depth: .colors256))
      let positive = try #require(Ramp.index(level: step, depth: .colors256))
      #expect(abs(Self.lightness(negative) - Self.lightness(positive)) < 7)  // the palette has no closer pairs
    }
    #expect(Set((-Ramp.steps...Ramp.steps).map { Ramp.index(level: $0, depth: .colors256) }).count == 15)
  }

  @Test("Negative is bluer than red, positive redder than blue, so signs are distinct", arguments: colored)
  func signsDiffer(depth: ColorDepth) throws {
    for step in 1...Ramp.steps {
      let negative = Palette.rgb(try #require(Ramp.index(level: -step, depth: depth)))
      let positive = Palette.rgb(try #require(Ramp.index(level: step, depth: depth)))
      #expect(negative.blue > negative.red)
      #expect(positive.red > positive.blue)
    }
  }

  @Test("Indices stay within the depth, also beyond the ends", arguments: colored)
  func indicesWithinDepth(depth: ColorDepth) throws {
    for level in -20...20 {
      let index = try #require(Ramp.index(level: level, depth: depth))
      #expect((0..<depth.rawValue).contains(index))
    }
    #expect(Ramp.index(level: 99, depth: depth) == Ramp.index(level: Ramp.steps, depth: depth))
  }

  @Test("Without colours, no glyph represents two signs", arguments: [true, false])
  func glyphs(unicode: Bool) {
    let negative = Set((1...Ramp.steps).map { Ramp.glyph(level: -$0, unicode: unicode) })
    let positive = Set((1...Ramp.steps).map { Ramp.glyph(level: $0, unicode: unicode) })
    let zero = Ramp.glyph(level: 0, unicode: unicode)
    #expect(negative.count == 3)
    #expect(positive.count == 3)
    #expect(negative.isDisjoint(with: positive))
    #expect(!negative.contains(zero))
    #expect(!positive.contains(zero))
    #expect(unicode || negative.union(positive).union([zero]).allSatisfy(\.isASCII))
    #expect(Ramp.index(level: 3, depth: .monochrome) == nil)
  }

  @Test("round(7 · value / limit), clamped at the ends; zero is zero, NaN and infinities have their own marks")
  func levels() {
    let ramp = Ramp(limit: 2, traits: ScreenTraits())
    #expect(ramp.level(of: 0) == .finite(0))
    #expect(ramp.level(of: 0.1) == .finite(0))
    #expect(ramp.level(of: 1) == .finite(4))
    #expect(ramp.level(of: -1) == .finite(-4))
    #expect(ramp.level(of: 2) == .finite(7))
    #expect(ramp.level(of: -300) == .finite(-7))
    #expect(ramp.level(of: .nan) == .notANumber)
    #expect(ramp.level(of: .infinity) == .positiveInfinity)
    #expect(ramp.level(of: -.infinity) == .negativeInfinity)
    #expect(Ramp(limit: 0, traits: ScreenTraits()).level(of: 0) == .finite(0))
    #expect(Ramp(limit: 0, traits: ScreenTraits()).level(of: -1) == .finite(-7))
    #expect(Ramp(limit: .nan, traits: ScreenTraits()).level(of: 1) == .finite(7))
  }

  @Test("A half block shows two values, a glyph one")
  func heatmapCells() {
    let colored = Ramp(limit: 7, traits: ScreenTraits())
    #expect(colored.valuesPerCell == 2)
    #expect(colored.cell(top: 3, bottom: -5) == Cell("▄", style: Style(.ramp(-5), on: .ramp(3))))
    #expect(colored.cell(top: .nan, bottom: 2).glyph == "?")
    #expect(colored.cell(top: .nan, bottom: 2).style == .broken)
    #expect(colored.cell(top: 1, bottom: -.infinity).glyph == "▼")
    #expect(colored.cell(top: .infinity, bottom: .nan).glyph == "▲")
    let ascii = Ramp(limit: 7, traits: ScreenTraits(depth: .colors8, unicode: false))
    #expect(ascii.valuesPerCell == 1)
    #expect(ascii.cell(-7) == Cell(" ", style: Style(on: .ramp(-7))))
    let plain = Ramp(limit: 7, traits: ScreenTraits(depth: .monochrome))
    #expect(plain.valuesPerCell == 1)
    #expect(String([-7, -4, -1, 0, 1, 4, 7].map { plain.cell($0).glyph }) == "≡=-·░▒█")
  }

  @Test("A legend shows each appearance once", arguments: zip(ColorDepth.allCases, [7, 5, 7, 15]))
  func legends(depth: ColorDepth, looks: Int) {
    #expect(Ramp(limit: 1, traits: ScreenTraits(depth: depth)).distinctLevels.count == looks)
  }
}
