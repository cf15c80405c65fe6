import ArgumentParser

/// Checks the range of whole-number options.
enum NumberCheck {
  /// The valid numbers of texts.
  static let counts = 1...10_000_000

  static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw ValidationError("\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
    }
  }
}
