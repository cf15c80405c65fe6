import Foundation
import TerminalKit

/// A logarithmic axis over whole decades, for errors and costs.
struct LogScale: Hashable, Sendable {
  /// Exponents of ten at its ends.
  var low: Int
  var high: Int

  /// Covers all finite values above 0. Without any, the scale is the decade below 1.
  ///
  /// - Parameter most: largest number of decades. Smaller values are at the lower end.
  init(_ values: some Sequence<Double>, most: Int = 12) {
    let logs = values.filter { $0.isFinite && $0 > 0 }.map(log10)
    let top = Int((logs.max() ?? 0).rounded(.up))
    let bottom = Int((logs.min() ?? -1).rounded(.down))
    high = max(top, bottom + 1)
    low = max(bottom, high - most)
  }

  /// The position of a value, 0 at the lower end to 1. A positive value is above 0; NaN is 1.
  func share(_ value: Double) -> Double {
    guard value > 0 else { return value.isNaN ? 1 : 0 }
    guard value.isFinite else { return 1 }
    let share = (log10(value) - Double(low)) / Double(high - low)
    return min(max(share, 1e-6), 1)
  }

  /// `1e-10…1e-05`
  var text: String { "\(Self.power(low))…\(Self.power(high))" }

  static func power(_ exponent: Int) -> String { "1e\(exponent)" }

  /// Draws a bar of `cells` cells, with a line at another value if given.
  func drawBar(
    _ value: Double, mark: Double? = nil, in grid: inout Grid, row: Int, column: Int, cells: Int, style: Style,
    clippedTo area: Rectangle
  ) {
    guard cells > 0 else { return }
    grid.putBar(share(value), row, column, cells: cells, style, in: area)
    guard let mark, mark > 0 else { return }
    let x = min(Int((share(mark) * Double(cells)).rounded(.down)), cells - 1)
    grid.put("│", row, column + x, .warning, in: area)
  }
}
