/// A number that each seed of a report has a value of.
struct SeedSpread {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init(_ counts: [Int]) { values = counts.map(Double.init) }

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The least and the greatest value; nil where there is one seed.
  var range: (least: Double, greatest: Double)? {
    guard values.count > 1, let least = values.min(), let greatest = values.max() else { return nil }
    return (least, greatest)
  }

  /// The value of one seed; of several `mean (least to greatest)`.
  func text(_ format: String, mean meanFormat: String) -> String {
    guard let range, mean.isFinite else { return SuiteReport.number(mean, format) }
    let bounds = "\(SuiteReport.number(range.least, format)) to \(SuiteReport.number(range.greatest, format))"
    return "\(SuiteReport.number(mean, meanFormat)) (\(bounds))"
  }

  /// As a whole number, with a mean of one decimal.
  var countText: String { text("%.0f", mean: "%.1f") }
}

extension JSONWriter {
  /// A whole number of one seed; of several as `field(_:ofSeeds:)` of other numbers.
  func field(_ name: String, ofSeeds counts: [Int]) throws {
    if counts.count == 1 { try field(name, counts[0]) } else { try field(name, ofSeeds: counts.map(Double.init)) }
  }

  /// The number of one seed; of several their mean, and beside it the least and the greatest as `nameRange`.
  func field(_ name: String, ofSeeds values: [Double]) throws {
    let spread = SeedSpread(values)
    try field(name, spread.mean)
    if let range = spread.range { try field("\(name)Range", [range.least, range.greatest]) }
  }
}
