import Foundation
import Testing

@testable import TerminalKit

@Suite("Ramps")
struct RampTests {
  static let palettes: [ColorDepth] = [.colors8, .colors16, .colors256]

  /// The colours of steps 1 to n of one sign.
  private func side(_ sign: Int, _ depth: ColorDepth, _ theme: Theme) throws -> [RGB] {
    let palette = Palette(depth: depth, theme: theme)
    let count = Ramp.steps(depth)
    return try (1...count).map { step in
      let level = sign * Ramp.level(ofStep: step, of: count)
      return palette.rgb(try #require(palette.index(of: .ramp(Int8(level)))))
    }
  }

  @Test(
    "The distance in lightness from the background increases with every step, in every theme and depth",
    arguments: ThemeSample.all, palettes + [.direct])
  func monotone(sample: ThemeSample, depth: ColorDepth) throws {
    let theme = sample.theme
    for sign in [-1, 1] {
      let shades = try side(sign, depth, theme).map { ColorOracle.lightness($0) * (theme.isLight ? -1 : 1) }
      #expect(zip(shades, shades.dropFirst()).allSatisfy { $0 < $1 }, "\(shades)")
      // The named colours of 8 and 16 are the terminal's, whatever its background.
      guard depth >= .colors256 else { continue }
      let zero = ColorOracle.lightness(RGB(sample.background)) * (theme.isLight ? -1 : 1)
      #expect(shades[0] > zero)
      #expect((shades.last ?? 0) - zero > 0.4)
    }
  }

  @Test("Zero is the terminal's own background", arguments: ColorDepth.allCases)
  func zero(depth: ColorDepth) {
    #expect(Palette(depth: depth, theme: Theme()).index(of: .ramp(0)) == nil)
    let ramp = Ramp(limit: 1, traits: ScreenTraits(depth: depth))
    #expect(ramp.cell(0) == (depth == .monochrome ? Cell("·") : .blank))
  }

  @Test("In 24 bits the steps of a side are equal in OKLab", arguments: ThemeSample.all)
  func evenSteps(sample: ThemeSample) throws {
    for sign in [-1, 1] {
      let colors = try side(sign, .direct, sample.theme).map { ColorOracle.lab($0) }
      #expect(colors.count == 64)
      let steps = zip(colors, colors.dropFirst()).map { ColorOracle.distance($0, $1) }
      let mean = steps.reduce(0, +) / Double(steps.count)
      // One unit of an 8-bit channel is up to 0.005 in dark colours, and a step is about 0.01.
      #expect(steps.allSatisfy { abs($0 - mean) < 0.5 * mean }, "\(steps.min() ?? 0) \(mean) \(steps.max() ?? 0)")
      // Rounding cancels over nine steps.
      for start in stride(from: 0, to: 63, by: 9) {
        let part = steps[start..<start + 9].reduce(0, +) / 9
        #expect(abs(part - mean) < 0.1 * mean, "steps \(start)…: \(part), mean \(mean)")
      }
    }
  }

  @Test("Both signs of a step have similar lightness in 24 bits", arguments: ThemeSample.all)
  func balanced(sample: ThemeSample) throws {
    for (negative, positive) in zip(try side(-1, .direct, sample.theme), try side(1, .direct, sample.theme)) {
      #expect(abs(ColorOracle.lightness(negative) - ColorOracle.lightness(positive)) < 0.1)
    }
  }

  @Test(
    "Positive and negative values share no colour: one is bluer than red, the other redder than blue",
    arguments: ThemeSample.all, palettes)
  func signsDiffer(sample: ThemeSample, depth: ColorDepth) throws {
    let (negative, positive) = (try side(-1, depth, sample.theme), try side(1, depth, sample.theme))
    #expect(Set(negative).count == Ramp.steps(depth))
    #expect(Set(positive).count == Ramp.steps(depth))
    #expect(negative.allSatisfy { $0.blue > $0.red })
    #expect(positive.allSatisfy { $0.red > $0.blue })
  }

  @Test("In 24 bits positive and negative values share no colour", arguments: ThemeSample.all)
  func directSignsDiffer(sample: ThemeSample) throws {
    let (negative, positive) = (try side(-1, .direct, sample.theme), try side(1, .direct, sample.theme))
    #expect(Set(negative).count == 64)
    #expect(Set(positive).count == 64)
    #expect(Set(negative).isDisjoint(with: positive))
  }

  @Test(
    "With any type of colour blindness the signs differ as soon as a value differs from zero",
    arguments: ThemeSample.all, ColorOracle.Vision.allCases)
  func colorBlind(sample: ThemeSample, vision: ColorOracle.Vision) throws {
    // A difference of 0.02 in OKLab is just noticeable.
    for (depth, first, least) in [(ColorDepth.direct, 8, 0.03), (.direct, 16, 0.07), (.colors256, 2, 0.07)] {
      let negative = try side(-1, depth, sample.theme).dropFirst(first - 1)
      let positive = try side(1, depth, sample.theme).dropFirst(first - 1)
      let distances = negative.flatMap { one in
        positive.map { ColorOracle.distance(ColorOracle.seen(one, with: vision), ColorOracle.seen($0, with: vision)) }
      }
      #expect((distances.min() ?? 0) > least, "\(depth), steps from \(first)")
    }
  }

  @Test("Levels beyond the ends have the colours of the ends", arguments: palettes + [.direct])
  func beyond(depth: ColorDepth) {
    let palette = Palette(depth: depth, theme: Theme())
    #expect(palette.index(of: .ramp(127)) == palette.index(of: .ramp(64)))
    #expect(palette.index(of: .ramp(-128)) == palette.index(of: .ramp(-64)))
  }

  /// The share of a cell's ink, as the names of the characters in the Unicode block Block Elements state it.
  private static let ink: [Character: Double] = [
    "░": 0.25, "▒": 0.5, "▓": 0.75,  // light, medium, dark shade
    "▂": 0.25, "▄": 0.5, "▆": 0.75,  // lower one quarter, half, three quarters
  ]

  @Test("Without colours, no glyph has two signs, and both signs of a step have the same ink")
  func glyphs() throws {
    let levels = Ramp(limit: 1, traits: ScreenTraits(depth: .monochrome)).legendLevels
    #expect(levels.count == 7)
    for unicode in [true, false] {
      let glyphs = levels.map { Ramp.glyph(level: $0, unicode: unicode) }
      #expect(Set(glyphs).count == 7)
      #expect(unicode || glyphs.allSatisfy(\.isASCII))
    }
    var last = 0.0
    for level in levels where level > 0 {
      let positive = try #require(Self.ink[Ramp.glyph(level: level, unicode: true).character])
      let negative = try #require(Self.ink[Ramp.glyph(level: -level, unicode: true).character])
      #expect(positive == negative)
      #expect(positive > last)
      last = positive
    }
  }

  @Test("round(n · value / limit) steps of n, clamped; zero is zero, NaN and infinities have their own marks")
  func levels() {
    let ramp = Ramp(limit: 2, traits: ScreenTraits())
    #expect(ramp.level(of: 0) == .finite(0))
    #expect(ramp.level(of: 0.12) == .finite(0))
    #expect(ramp.level(of: 0.13) == .finite(8))  // step 1 of 8
    #expect(ramp.level(of: 1) == .finite(32))
    #expect(ramp.level(of: -1) == .finite(-32))
    #expect(ramp.level(of: 2) == .finite(64))
    #expect(ramp.level(of: -300) == .finite(-64))
    #expect(ramp.level(of: .nan) == .notANumber)
    #expect(ramp.level(of: .infinity) == .positiveInfinity)
    #expect(ramp.level(of: -.infinity) == .negativeInfinity)
    #expect(Ramp(limit: 0, traits: ScreenTraits()).level(of: 0) == .finite(0))
    #expect(Ramp(limit: 0, traits: ScreenTraits()).level(of: -1) == .finite(-64))
    #expect(Ramp(limit: .nan, traits: ScreenTraits()).level(of: 1) == .finite(64))
    #expect(Ramp(limit: 2, traits: ScreenTraits(depth: .direct)).level(of: 0.02) == .finite(1))
  }

  @Test("A depth has 2n + 1 levels, each with its own colour or glyph", arguments: ColorDepth.allCases)
  func distinct(depth: ColorDepth) {
    let ramp = Ramp(limit: 1, traits: ScreenTraits(depth: depth))
    let cells = Set((-1000...1000).map { ramp.cell(Float($0) / 1000) })
    #expect(cells.count == 2 * Ramp.steps(depth) + 1)
    let palette = Palette(depth: depth, theme: Theme())
    let looks = Set(cells.map { "\($0.glyph)\(palette.index(of: $0.style.background) ?? -1)" })
    #expect(looks.count == cells.count)
  }

  @Test("A half block shows two values, with the default background for zero; a glyph shows one")
  func heatmapCells() {
    let colored = Ramp(limit: 64, traits: ScreenTraits(depth: .direct))
    #expect(colored.valuesPerCell == 2)
    #expect(colored.cell(top: 3, bottom: -5) == Cell("▄", style: Style(.ramp(-5), on: .ramp(3))))
    #expect(colored.cell(top: 0, bottom: -5) == Cell("▄", style: Style(.ramp(-5))))
    #expect(colored.cell(top: 3, bottom: 0) == Cell("▀", style: Style(.ramp(3))))
    #expect(colored.cell(top: 0, bottom: 0) == .blank)
    #expect(colored.cell(top: .nan, bottom: 2).glyph == "?")
    #expect(colored.cell(top: .nan, bottom: 2).style == .broken)
    #expect(colored.cell(top: 1, bottom: -.infinity).glyph == "▼")
    #expect(colored.cell(top: .infinity, bottom: .nan).glyph == "▲")
    let ascii = Ramp(limit: 7, traits: ScreenTraits(depth: .colors8, unicode: false))
    #expect(ascii.valuesPerCell == 1)
    #expect(ascii.cell(-7) == Cell(" ", style: Style(on: .ramp(-64))))
    let plain = Ramp(limit: 6, traits: ScreenTraits(depth: .monochrome))
    #expect(plain.valuesPerCell == 1)
    #expect(String([-6, -4, -2, 0, 2, 4, 6].map { plain.cell($0).glyph }) == "▆▄▂·░▒▓")
  }

  @Test(
    "A legend has at most 15 levels, each with its own look", arguments: zip(ColorDepth.allCases, [7, 5, 7, 15, 15]))
  func legends(depth: ColorDepth, looks: Int) {
    let levels = Ramp(limit: 1, traits: ScreenTraits(depth: depth)).legendLevels
    #expect(levels.count == looks)
    #expect(Set(levels).count == looks)
    #expect(levels == levels.sorted())
    #expect(levels.first == -64)
    #expect(levels.last == 64)
  }
}
