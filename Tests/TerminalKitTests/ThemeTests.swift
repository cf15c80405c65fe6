import Testing

@testable import TerminalKit

@Suite("Themes")
struct ThemeTests {
  @Test(
    "Text in any colour has a contrast of 4.5, with high contrast 7, on the background", arguments: ThemeSample.all,
    [ColorDepth.colors256, .direct])
  func contrast(sample: ThemeSample, depth: ColorDepth) {
    let palette = Palette(depth: depth, theme: sample.theme)
    for color in [Color.accent, .muted, .warning] {
      // Without a colour, the text has the terminal's own.
      guard let index = palette.index(of: color) else {
        #expect(color == .muted && sample.name == .highContrast)
        continue
      }
      let ratio = ColorOracle.contrast(palette.rgb(index), RGB(sample.background))
      #expect(ratio >= (sample.name == .highContrast ? 7 : 4.5), "\(color): \(ratio)")
    }
  }

  @Test(
    "The named colours have a contrast of 4.5 in xterm's palette, on black and on white",
    arguments: [0x000000, 0xFFFFFF], [ColorDepth.colors8, .colors16])
  func namedColors(background: UInt32, depth: ColorDepth) {
    for name in [Theme.Name.auto, .highContrast] {
      let palette = Palette(depth: depth, theme: Theme(name, terminalBackground: RGB(background)))
      for color in [Color.accent, .muted, .warning] {
        guard let index = palette.index(of: color) else {
          #expect(color == .muted)
          continue
        }
        #expect((0..<depth.rawValue).contains(index))
        #expect(ColorOracle.contrast(palette.rgb(index), RGB(background)) >= 4.5, "\(name) \(color)")
      }
    }
  }

  @Test("Values that are no numbers, and the text of pictures, have a contrast of 4.5", arguments: Theme.Name.allCases)
  func otherText(name: Theme.Name) throws {
    let palette = Palette(depth: .direct, theme: Theme(name))
    #expect(ColorOracle.contrast(palette.theme.foreground, palette.theme.background) >= 7)
    guard name != .monochrome else { return }
    let (text, ground) = (
      try #require(palette.index(of: Style.broken.foreground)), try #require(palette.index(of: Style.broken.background))
    )
    #expect(ColorOracle.contrast(palette.rgb(text), palette.rgb(ground)) >= 4.5)
  }

  @Test("With any type of colour blindness, accents and warnings differ", arguments: ThemeSample.all)
  func accents(sample: ThemeSample) throws {
    let palette = Palette(depth: .direct, theme: sample.theme)
    let accent = palette.rgb(try #require(palette.index(of: .accent)))
    let warning = palette.rgb(try #require(palette.index(of: .warning)))
    for vision in ColorOracle.Vision.allCases {
      let distance = ColorOracle.distance(
        ColorOracle.seen(accent, with: vision), ColorOracle.seen(warning, with: vision))
      #expect(distance > 0.06, "\(vision)")
    }
  }

  @Test("A theme has the terminal's background if both are dark or both are light")
  func backgrounds() {
    let solarized = RGB(0xFDF6E3)
    #expect(Theme(.auto, terminalBackground: solarized).isLight)
    #expect(Theme(.auto, terminalBackground: solarized).background == solarized)
    #expect(Theme(.highContrast, terminalBackground: solarized).isLight)
    #expect(!Theme(.dark, terminalBackground: solarized).isLight)
    #expect(Theme(.dark, terminalBackground: solarized).background == Theme(.dark).background)
    #expect(Theme(.light, terminalBackground: RGB(0x000000)).background == RGB(0xFFFFFF))
    #expect(!Theme(.auto).isLight)
  }

  @Test("Monochrome has no colours at any depth; high contrast has no grey and no dim text")
  func withoutColors() {
    for depth in ColorDepth.allCases {
      let palette = Palette(depth: depth, theme: Theme(.monochrome))
      for color in [Color.accent, .muted, .ramp(9), .indexed(9), .rgb(1, 2, 3)] {
        #expect(palette.index(of: color) == nil)
      }
      #expect(ScreenTraits(depth: depth, theme: Theme(.monochrome)).depth == .monochrome)
    }
    let contrast = Palette(depth: .direct, theme: Theme(.highContrast))
    #expect(Appearance(Style(.muted, dim: true), contrast) == Appearance(.plain, contrast))
  }

  @Test("In 24 bits a palette index is its colour, and no colour is a palette index of some terminal")
  func direct() {
    let palette = Palette(depth: .direct, theme: Theme())
    #expect(palette.index(of: .indexed(196)) == 0xFF0000)
    #expect(palette.index(of: .indexed(7)) == 7)  // configurable, and a palette index in every description
    #expect(palette.index(of: .rgb(0x12, 0x34, 0x56)) == 0x123456)
    #expect(palette.index(of: .rgb(0, 0, 9)) == 0x000109)
    #expect(palette.rgb(0x123456) == RGB(0x123456))
    #expect(palette.rgb(3) == RGB(0xCDCD00))
  }
}
