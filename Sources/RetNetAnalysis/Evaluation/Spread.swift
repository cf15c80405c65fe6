import RetNet

/// The middle and the upper end of a row of lengths.
package struct Spread: Sendable, Hashable {
  package var median: Double
  /// Nine tenths are not longer.
  package var percentile90: Double

  /// NaN where there are no values.
  package init(_ values: [Int]) {
    let sorted = values.sorted()
    median = Self.quantile(sorted, 0.5)
    percentile90 = Self.quantile(sorted, 0.9)
  }

  /// The value at place p (n − 1) of n sorted ones, on the straight line between its neighbours
  /// (Hyndman and Fan 1996, definition 7).
  static func quantile(_ sorted: [Int], _ p: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = p * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return Double(sorted[below]) + (place - Double(below)) * Double(sorted[above] - sorted[below])
  }
}

/// Lengths of a model's replies beside those of the data.
package struct LengthComparison: Sendable, Hashable {
  package var model: Spread
  package var data: Spread

  /// The model's over the data's; not a number where the data has no length.
  package var medianRatio: Double { model.median / data.median }
  package var percentile90Ratio: Double { model.percentile90 / data.percentile90 }
}
