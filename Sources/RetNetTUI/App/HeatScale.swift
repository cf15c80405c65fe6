import Foundation

/// Maps an entry of S to a colour between −1 and 1.
enum HeatScale: Sendable, Hashable {
  /// Linear up to the 99th percentile of the magnitudes on screen; larger entries have the full colour. A state has a
  /// few entries that are much larger than the rest.
  case percentile
  /// sign(x) · √(|x| / max): small entries are brighter, and the largest stay distinct.
  case root
  /// Linear up to the largest magnitude on screen.
  case linear
  /// Linear up to a fixed magnitude, for comparing positions and heads.
  case fixed(Float)
  /// sign(x) · log(1 + 100 |x| / max) / log 101: also shows entries a hundred times smaller.
  case symlog

  /// The next scale in the cycle. A fixed scale starts at the largest magnitude on screen.
  func next(maximum: Float) -> HeatScale {
    switch self {
    case .percentile: .root
    case .root: .linear
    case .linear: .fixed(max(maximum, .leastNormalMagnitude))
    case .fixed: .symlog
    case .symlog: .percentile
    }
  }

  /// The magnitude with the full colour.
  ///
  /// - Parameter maximum: `Heatmap.full`.
  func limit(maximum: Float) -> Float {
    if case .fixed(let limit) = self { return limit }
    return maximum
  }

  /// The scale without a fixed limit, for maps on their own scales.
  var unfixed: HeatScale { if case .fixed = self { .linear } else { self } }

  /// The scale of shares, from 0 to 1.
  var ofShares: HeatScale {
    switch self {
    case .percentile, .fixed, .linear: .linear
    case .root, .symlog: self
    }
  }

  /// - Returns: the position of `value` on the ramp, −1…1; NaN and infinities unchanged.
  func shade(_ value: Float, maximum: Float) -> Float {
    let limit = limit(maximum: maximum)
    guard value.isFinite else { return value }
    guard limit > 0 else { return 0 }
    let share = min(abs(value) / limit, 1)
    let magnitude: Float =
      switch self {
      case .root: share.squareRoot()
      case .percentile, .linear, .fixed: share
      case .symlog: log(1 + 100 * share) / log(101)
      }
    return value < 0 ? -magnitude : magnitude
  }

  /// The name in titles and commands.
  var name: String {
    switch self {
    case .percentile: "p99"
    case .root: "sqrt"
    case .linear: "linear"
    case .fixed: "fixed"
    case .symlog: "symlog"
    }
  }

  /// `p99 ±1.842`: the magnitude with the full colour.
  func text(maximum: Float) -> String {
    "\(name) ±\(CommandTable.trimmed(Numbers.magnitude(Double(limit(maximum: maximum)))))"
  }
}
