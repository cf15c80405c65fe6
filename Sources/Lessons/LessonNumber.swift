import Foundation

/// How a lesson writes numbers.
package enum LessonNumber {
  /// Digits behind the point, or those of a power of ten.
  package enum Format: Sendable, Hashable {
    case plain
    case decimals(Int)
    case scientific(Int)

    /// `5`, `2e`; nil of anything else.
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
      // Nothing is left of a small negative number but its sign.
      return text.hasPrefix("-") && text.contains { "123456789".contains($0) }
        ? signed(text) : text.replacing("-", with: "")
    case .scientific(let digits): return signed(String(format: "%.\(digits)e", value))
    }
  }

  /// As one would type it.
  package static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? signed(String(format: "%.0f", value)) : signed("\(value)")
  }

  fileprivate static func signed(_ text: String) -> String { text.replacing("-", with: "−") }
}

extension LessonNumber {
  /// Five digits, for a solution.
  static func significant(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? plain(value) : signed(String(format: "%.5g", value))
  }
}
