import Foundation

/// The number format of lessons.
package enum LessonNumber {
  /// The digits after the decimal point, in usual or scientific notation.
  package enum Format: Sendable, Hashable {
    case plain
    case decimals(Int)
    case scientific(Int)

    /// `5` or `2e`; nil for any other text.
    init?(_ text: String) {
      let isScientific = text.hasSuffix("e")
      guard let digits = Int(isScientific ? String(text.dropLast()) : text), (0...15).contains(digits) else {
        return nil
      }
      self = isScientific ? .scientific(digits) : .decimals(digits)
    }
  }

  package static func text(_ value: Double, _ format: Format) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    switch format {
    case .plain: return plain(value)
    case .decimals(let digits):
      let text = String(format: "%.\(digits)f", value)
      // A negative number that rounds to 0 has no sign.
      return text.hasPrefix("-") && text.contains { "123456789".contains($0) }
        ? signed(text) : text.replacing("-", with: "")
    case .scientific(let digits): return signed(String(format: "%.\(digits)e", value))
    }
  }

  /// The usual notation, without a fixed number of digits.
  package static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? signed(String(format: "%.0f", value)) : signed("\(value)")
  }

  fileprivate static func signed(_ text: String) -> String { text.replacing("-", with: "−") }
}

extension LessonNumber {
  /// Five significant digits, for a solution.
  static func significant(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? plain(value) : signed(String(format: "%.5g", value))
  }
}
