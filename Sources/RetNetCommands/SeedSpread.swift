/// A number that was measured once per seed.
struct SeedSpread {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init(_ counts: [Int]) { values = counts.map(Double.init) }

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The minimum and the maximum; nil for a single seed.
  var range: (least: Double, greatest: Double)? {
    guard values.count > 1, let least = values.min(), let greatest = values.max() else { return nil }
    return (least, greatest)
  }

  /// The value of a single seed; for several `mean (minimum to maximum)`.
  func text(_ format: String, mean meanFormat: String) -> String {
    guard let range, mean.isFinite else { return SuiteReport.number(mean, format) }
    let bounds = "\(SuiteReport.number(range.least, format)) to \(SuiteReport.number(range.greatest, format))"
    return "\(SuiteReport.number(mean, meanFormat)) (\(bounds))"
  }

  /// The text of a whole number, with one decimal in the mean.
  var countText: String { text("%.0f", mean: "%.1f") }
}

extension JSONWriter {
  /// Writes the whole number of a single seed; for several as `field(_:ofSeeds:)` for other numbers.
  func field(_ name: String, ofSeeds counts: [Int]) throws {
    if counts.count == 1 { try field(name, counts[0]) } else { try field(name, ofSeeds: counts.map(Double.init)) }
  }

  /// Writes the number of a single seed; for several their mean, and the minimum and maximum as `nameRange`.
  func field(_ name: String, ofSeeds values: [Double]) throws {
    let spread = SeedSpread(values)
    try field(name, spread.mean)
    if let range = spread.range { try field("\(name)Range", [range.least, range.greatest]) }
  }
}
