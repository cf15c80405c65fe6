@testable import RetNetTUI
@testable import TerminalKit

/// A heatmap's cells in 256 colours, written from the definitions of the scale and of the ramp.
enum HeatmapOracle {
  /// The smallest magnitude that at least 99 % of the values do not exceed.
  static func percentile(_ values: [Float]) -> Float {
    let sorted = values.map(abs).sorted()
    return sorted.first { limit in 100 * sorted.filter { $0 <= limit }.count >= 99 * sorted.count } ?? 0
  }

  /// Eight steps on each side, of 64 levels; nil for zero.
  static func color(_ value: Float, full: Float) -> Color? {
    let step = (min(abs(value) / full, 1) * 8).rounded()
    return step == 0 ? nil : .ramp(Int8(step * 8) * (value < 0 ? -1 : 1))
  }

  static func cell(_ top: Float, _ bottom: Float, full: Float) -> Cell {
    switch (color(top, full: full), color(bottom, full: full)) {
    case (nil, nil): .blank
    case (let above?, nil): Cell("▀", style: Style(above))
    case (let above, let below?): Cell("▄", style: Style(below, on: above ?? .standard))
    }
  }
}
