import Foundation
import RetNetTUI

/// A bar chart for the terminal: the time of a token at each length or position.
enum BenchBars {
  private static let width = 40

  /// Empty without points. All bars have the same scale.
  static func text(_ series: [BenchReport.Series]) -> String {
    guard let longest = series.flatMap(\.points).map(\.secondsPerToken).max(), longest > 0 else { return "" }
    var table = TextTable([("time of a token", .left), ("tokens", .right), ("ms", .right), ("", .left)])
    for one in series {
      for (index, point) in one.points.enumerated() {
        let length = max(1, Int((point.secondsPerToken / longest * Double(width)).rounded()))
        table.add([
          index == 0 ? one.name : "", Numbers.grouped(point.tokens),
          String(format: "%.3f", point.secondsPerToken * 1e3),
          String(repeating: "#", count: length),
        ])
      }
    }
    return table.text
  }
}
