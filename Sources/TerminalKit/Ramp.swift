/// A signed colour scale for all types of colour vision: blue for negative, dark grey for zero, orange for positive,
/// and brighter with magnitude.
///
/// Fewer colours have fewer steps; without colours, glyphs are used, denser with magnitude. Positive and negative
/// values never share a colour or glyph.
package struct Ramp: Hashable, Sendable {
  /// Steps on each side of zero in 256 colours, and the unit of `Color.ramp` at every depth.
  package static let steps = 7

  /// The magnitude at the last step.
  package var limit: Float
  package var traits: ScreenTraits

  package init(limit: Float, traits: ScreenTraits) {
    self.limit = limit
    self.traits = traits
  }

  package enum Level: Hashable, Sendable {
    /// `-steps ... steps`
    case finite(Int)
    case notANumber
    case positiveInfinity
    case negativeInfinity
  }

  /// round(steps · value / limit), clamped to the scale. With a limit of zero, every nonzero value is at an end.
  package func level(of value: Float) -> Level {
    if value.isNaN { return .notANumber }
    if value.isInfinite { return value > 0 ? .positiveInfinity : .negativeInfinity }
    if value == 0 { return .finite(0) }
    let share = limit > 0 ? min(1, abs(value) / limit) : 1
    let step = Int((share * Float(Self.steps)).rounded())
    return .finite(value > 0 ? step : -step)
  }

  /// The palette index of a level; nil without colours.
  package static func index(level: Int, depth: ColorDepth) -> Int? {
    let step = min(steps, abs(level))
    switch depth {
    case .monochrome: return nil
    case .colors8: return (level < 0 ? [0, 4, 6] : [0, 1, 3])[coarse(step, of: 2)]
    case .colors16: return (level < 0 ? [0, 4, 6, 14] : [0, 1, 3, 11])[coarse(step, of: 3)]
    case .colors256: return (level < 0 ? blue : orange)[step]
    }
  }

  /// The glyph of a level, for screens without colours.
  package static func glyph(level: Int, unicode: Bool) -> Glyph {
    let step = coarse(min(steps, abs(level)), of: 3)
    if unicode { return (level < 0 ? ["·", "-", "=", "≡"] : ["·", "░", "▒", "█"])[step] }
    return (level < 0 ? [".", "-", "=", "%"] : [".", "+", "*", "#"])[step]
  }

  /// The levels that are distinguishable on this screen, from −steps to steps, for a legend.
  package var distinctLevels: [Int] {
    var seen = Set<String>()
    return (-Self.steps...Self.steps).filter { level in
      let shown =
        Self.index(level: level, depth: traits.depth).map(String.init)
        ?? String(Self.glyph(level: level, unicode: traits.unicode).character)
      return seen.insert(shown).inserted
    }
  }

  /// Maps 0 to 0 and `steps` to `count`. The smallest step stays visible.
  private static func coarse(_ step: Int, of count: Int) -> Int {
    step == 0 ? 0 : max(1, (step * count * 2 + steps) / (2 * steps))
  }

  // Fixed xterm colours, chosen by lightness (L* of 10 for zero, then about 17, 24, 43, 55, 68, 80, 87).
  private static let blue = [234, 18, 20, 26, 32, 39, 81, 153]
  private static let orange = [234, 52, 88, 130, 166, 208, 215, 223]
}
