import Foundation
import RetNetTUI

/// The scale of a chart's axis: its ticks, and the coordinates of values.
struct ChartScale {
  enum Kind {
    case linear
    /// Linear, with ticks at integers only.
    case whole
    /// Values that are not above 0 are at the lower end.
    case logarithmic
  }

  /// Ascending; the axis ends at the first and the last.
  let ticks: [Double]
  private let kind: Kind
  private let from: Double
  private let to: Double

  /// - Parameters:
  ///   - values: the values to include.
  ///   - from, to: coordinates of the ends of the axis.
  init(_ values: [Double], _ kind: Kind, from: Double, to: Double) {
    (self.kind, self.from, self.to) = (kind, from, to)
    let values = values.filter { abs($0) <= 1e300 }  // a span of larger ones is not finite
    ticks =
      switch kind {
      case .linear: Self.linear(values, least: 0)
      case .whole: Self.linear(values, least: 1)
      case .logarithmic: Self.logarithmic(values.filter { $0 > 0 })
      }
  }

  /// Multiples of 1, 2 or 5 times a power of ten, 4 to 10 steps.
  private static func linear(_ values: [Double], least: Double) -> [Double] {
    var (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if low == high {
      let margin = low == 0 ? 1 : abs(low) / 10
      (low, high) = (low - margin, high + margin)
    }
    let span = high - low
    let decade = pow(10, log10(span).rounded(.down))
    let step = max([0.1, 0.2, 0.5, 1].map { $0 * decade }.first { span / $0 <= 8 } ?? decade, least)
    let first = (low / step).rounded(.down)
    let last = max((high / step).rounded(.up), first + 1)
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// Powers of ten, every second or third one of many; over at most two of them also their doubles and halves.
  private static func logarithmic(_ values: [Double]) -> [Double] {
    let exponents = values.map { log10($0) }
    let (least, most) = (exponents.min() ?? 0, exponents.max() ?? 1)
    let low = Int(least.rounded(.down))
    let high = max(Int(most.rounded(.up)), low + 1)
    guard most - least <= 2 else {
      let step = (high - low + 7) / 8
      return stride(from: low, to: high + step, by: step).map { pow(10, Double($0)) }
    }
    let ticks = (low...high).flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
    let first = ticks.lastIndex { log10($0) <= least } ?? 0
    let last = ticks.firstIndex { log10($0) >= most } ?? ticks.count - 1
    return Array(ticks[first...max(last, first + 1)])
  }

  func coordinate(_ value: Double) -> Double {
    let (low, high) = (ticks[0], ticks[ticks.count - 1])
    switch kind {
    case .linear, .whole: return coordinate(value, low, high)
    case .logarithmic: return value > 0 ? coordinate(log10(value), log10(low), log10(high)) : from
    }
  }

  private func coordinate(_ value: Double, _ low: Double, _ high: Double) -> Double {
    from + min(max((value - low) / (high - low), 0), 1) * (to - from)
  }

  func text(_ tick: Double) -> String {
    switch abs(tick) {
    case 1e9...: return power(tick)
    case 1e6...: return String(format: "%g M", tick / 1e6)
    case 1000... where tick == tick.rounded(): return Numbers.grouped(Int(tick))
    case 0.001...: return String(format: "%g", tick)
    case 0: return "0"
    default: return power(tick)
    }
  }

  /// `10⁻⁵`, or `2·10⁻⁵`
  private func power(_ tick: Double) -> String {
    let parts = String(format: "%.0e", tick).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return String(format: "%g", tick) }
    let digits = String("\(exponent)".map { Self.superscripts[$0] ?? $0 })
    return parts[0] == "1" ? "10\(digits)" : "\(parts[0])·10\(digits)"
  }

  private static let superscripts = Dictionary(uniqueKeysWithValues: zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
}
