import Foundation

/// Maps an entry of S to a colour between −1 and 1.
enum HeatScale: Sendable, Hashable {
  /// Linear up to the largest magnitude on screen.
  case auto
  /// Linear up to a fixed magnitude, for comparing positions and heads.
  case fixed(Float)
  /// sign(x) · log(1 + 100 |x| / max) / log 101: small entries stay visible beside large ones.
  case symlog

  /// The next scale in the cycle. A fixed scale starts at the largest magnitude on screen.
  func next(maximum: Float) -> HeatScale {
    switch self {
    case .auto: .fixed(max(maximum, .leastNormalMagnitude))
    case .fixed: .symlog
    case .symlog: .auto
    }
  }

  /// The magnitude with the full colour.
  func limit(maximum: Float) -> Float {
    if case .fixed(let limit) = self { return limit }
    return maximum
  }

  /// - Returns: the position of `value` on the ramp, −1…1; NaN and infinities unchanged.
  func shade(_ value: Float, maximum: Float) -> Float {
    let limit = limit(maximum: maximum)
    guard value.isFinite else { return value }
    guard limit > 0 else { return 0 }
    let share = min(abs(value) / limit, 1)
    let magnitude: Float = if case .symlog = self { log(1 + 100 * share) / log(101) } else { share }
    return value < 0 ? -magnitude : magnitude
  }

  /// `auto ±1.842`: the magnitude with the full colour.
  func text(maximum: Float) -> String {
    let name =
      switch self {
      case .auto: "auto"
      case .fixed: "fixed"
      case .symlog: "symlog"
      }
    return "\(name) ±\(CommandTable.trimmed(Numbers.magnitude(Double(limit(maximum: maximum)))))"
  }
}
