import RetNet

/// The median and the 90th percentile of a list of lengths.
package struct Spread: Sendable, Hashable {
  package var median: Double
  package var percentile90: Double

  /// Both are NaN if there are no values.
  package init(_ values: [Int]) {
    let sorted = values.sorted()
    median = Self.quantile(sorted, 0.5)
    percentile90 = Self.quantile(sorted, 0.9)
  }

  /// The value at index p (n − 1) of n sorted values, interpolated linearly (Hyndman and Fan 1996, definition 7).
  static func quantile(_ sorted: [Int], _ p: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = p * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return Double(sorted[below]) + (place - Double(below)) * Double(sorted[above] - sorted[below])
  }
}

/// The lengths of a model's replies, and those of the data.
package struct LengthComparison: Sendable, Hashable {
  package var model: Spread
  package var data: Spread

  /// The model's median divided by the data's; NaN if the data has no replies.
  package var medianRatio: Double { model.median / data.median }
  package var percentile90Ratio: Double { model.percentile90 / data.percentile90 }
}
