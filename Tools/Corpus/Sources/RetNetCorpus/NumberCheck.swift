import ArgumentParser

/// Options that are whole numbers within bounds.
enum NumberCheck {
  /// How many texts may be asked for.
  static let counts = 1...10_000_000

  static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw ValidationError("\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
    }
  }
}
