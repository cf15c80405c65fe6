import Foundation
import TerminalKit

/// Formats of numbers: fixed width for changing numbers, a real minus sign, never clipped.
package enum Numbers {
  /// A signed value in 6 columns: `+1.842`, `−0.053`, `+12.34`, ` +1235`, `+1.2e9`, `−3e-05`.
  static func signed(_ value: Float) -> String {
    guard !value.isNaN else { return "   NaN" }
    return ((value.sign == .minus && value != 0 ? "−" : "+") + significant(Double(abs(value)))).leftPadded(6)
  }

  /// A magnitude in 5 columns: `0.053`, `1.842`, `12.34`, `123.4`, ` 1235`, `1.2e9`, `3e-05`.
  static func magnitude(_ value: Double) -> String { significant(value).leftPadded(5) }

  /// Four significant digits in at most 5 characters.
  private static func significant(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : "∞" }
    switch value {
    case 0: return "0.000"
    case ..<0.001: return String(format: "%.0e", value)
    case ..<9.9995: return String(format: "%.3f", value)
    case ..<99.995: return String(format: "%.2f", value)
    case ..<999.95: return String(format: "%.1f", value)
    case ..<99999.5: return String(format: "%.0f", value)
    default: return large(value)
    }
  }

  /// `1.2e9`, `2e+12`
  private static func large(_ value: Double) -> String {
    let parts = String(format: "%.1e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]), exponent < 10 else { return String(format: "%.0e", value) }
    return "\(parts[0])e\(exponent)"
  }

  /// A number as typed: `0.8`, `1`, `1e-06`.
  package static func plain(_ value: Float) -> String { String(format: "%g", value) }

  package static func plain(_ value: Double) -> String { String(format: "%g", value) }

  /// The shortest text that gives the same number: `0.8`, `1`.
  static func exact(_ value: Float) -> String { Float(plain(value)) == value ? plain(value) : "\(value)" }

  /// `0.1 to 10`
  package static func bounds(_ range: ClosedRange<Float>) -> String {
    "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
  }

  /// `.96875`: a decay without its leading zero, 6 columns; `>.9999` if it would round to 1.
  static func decay(_ gamma: Double) -> String {
    let text = String(format: "%.5f", gamma)
    return text.hasPrefix("0") ? String(text.dropFirst()) : gamma < 1 ? ">.9999" : text.leftPadded(6)
  }

  /// A half-life in tokens, 5 columns: ` 21.8`, `  177`, ` 2839`, `2.9e6`.
  static func halfLife(_ tokens: Double) -> String {
    switch tokens {
    case ..<99.95: String(format: "%.1f", tokens).leftPadded(5)
    case ..<99999.5: String(format: "%.0f", tokens).leftPadded(5)
    default: significant(tokens).leftPadded(5)
    }
  }

  /// `1,930`
  package static func grouped(_ value: Int, separator: String = ",") -> String {
    (value < 0 ? "−" : "") + value.digitGroups(separator: separator)
  }

  /// `52.3 µs`, `1.84 ms`, `2.51 s`
  package static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-3: String(format: "%.1f µs", seconds * 1e6)
    case ..<1: String(format: "%.2f ms", seconds * 1e3)
    default: String(format: "%.2f s", seconds)
    }
  }

  /// `812 B`, `13.1 MB`, in powers of 1000.
  package static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1000: "\(count) B"
    case ..<1_000_000: String(format: "%.1f kB", Double(count) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(count) / 1e6)
    default: String(format: "%.2f GB", Double(count) / 1e9)
    }
  }

  /// `812`, `13.1 k`, `2.4 M`: a count in powers of 1000.
  static func scaled(_ count: Double) -> String {
    let units = ["", " k", " M", " G", " T", " P"]
    var (value, unit) = (count, 0)
    while value >= 999.95, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return String(format: unit == 0 ? "%.0f" : "%.1f", value) + units[unit]
  }

  /// `12.3%` in 5 columns.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "    –" }
    return (share >= 0.9995 ? " 100%" : String(format: "%.1f%%", share * 100)).leftPadded(5)
  }
}

extension String {
  /// The text padded with spaces at the left to at least `width` characters.
  package func leftPadded(_ width: Int) -> String {
    count < width ? String(repeating: " ", count: width - count) + self : self
  }

  /// The text padded with spaces at the right to at least `width` characters.
  package func rightPadded(_ width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self
  }
}
