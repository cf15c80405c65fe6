/// A signed colour scale for all types of colour vision: blue for negative, the terminal's background for zero, orange
/// for positive, and farther from the background with magnitude.
///
/// Fewer colours have fewer steps; without colours, glyphs are used, with more ink for a larger magnitude. Positive and
/// negative values never share a colour or glyph. `RampColors` has the colours.
package struct Ramp: Hashable, Sendable {
  /// Steps on each side of zero in 24 bits, and the unit of `Color.ramp` at every depth.
  package static let steps = 64

  /// The magnitude at the last step.
  package var limit: Float
  package var traits: ScreenTraits

  package init(limit: Float, traits: ScreenTraits) {
    self.limit = limit
    self.traits = traits
  }

  package enum Level: Hashable, Sendable {
    /// `-steps ... steps`, one of the levels of the depth.
    case finite(Int)
    case notANumber
    case positiveInfinity
    case negativeInfinity
  }

  /// Distinguishable steps on each side of zero. The xterm palette has eight oranges of increasing
  /// lightness: a ninth would be a pure red. The smaller palettes have two or three.
  package static func steps(_ depth: ColorDepth) -> Int {
    switch depth {
    case .monochrome, .colors16: 3
    case .colors8: 2
    case .colors256: 8
    case .direct: steps
    }
  }

  /// The level of step k of n: 0 for 0, `steps` for n.
  static func level(ofStep step: Int, of count: Int) -> Int { (steps * step * 2 + count) / (2 * count) }

  /// The inverse of `level(ofStep:of:)` for levels 0…`steps`. Level 1 and above are at least step 1.
  static func step(ofLevel level: Int, of count: Int) -> Int {
    level == 0 ? 0 : max(1, (level * count * 2 + steps) / (2 * steps))
  }

  /// round(n · value / limit) steps of n, clamped to the scale. With a limit of zero, every nonzero value is at an end.
  package func level(of value: Float) -> Level {
    if value.isNaN { return .notANumber }
    if value.isInfinite { return value > 0 ? .positiveInfinity : .negativeInfinity }
    if value == 0 { return .finite(0) }
    let share = limit > 0 ? min(1, abs(value) / limit) : 1
    let count = Self.steps(traits.depth)
    let level = Self.level(ofStep: Int((share * Float(count)).rounded()), of: count)
    return .finite(value > 0 ? level : -level)
  }

  /// The glyph of a level, for screens without colours. Both signs of a step have the same share of ink: of a block a
  /// quarter, a half, three quarters; positive as a shade, negative filled from below.
  package static func glyph(level: Int, unicode: Bool) -> Glyph {
    let step = step(ofLevel: min(steps, abs(level)), of: steps(.monochrome))
    if unicode { return (level < 0 ? ["·", "▂", "▄", "▆"] : ["·", "░", "▒", "▓"])[step] }
    return (level < 0 ? [".", "-", "=", "%"] : [".", "+", "*", "#"])[step]
  }

  /// Levels of a legend, from −steps to steps: at most 7 on each side, each with its own colour or glyph.
  package var legendLevels: [Int] {
    let available = Self.steps(traits.depth)
    let count = min(available, 7)
    return (-count...count).map { step in
      // Rounded to a step of the depth.
      let nearest = (abs(step) * available * 2 + count) / (2 * count)
      let level = Self.level(ofStep: nearest, of: available)
      return step < 0 ? -level : level
    }
  }
}
