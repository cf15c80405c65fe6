import Foundation
import RetNet
import TerminalKit

/// The curves γ^n over n on a log axis: lines, and blocks for the selected head.
struct DecayCurves {
  var gammas: [Double]
  var selected: Int
  var area: Rectangle

  static let axisColumns = 7
  /// Longer than any conversation.
  static let longest = 1e7

  private var plot: Rectangle {
    Rectangle(
      row: area.row, column: area.column + Self.axisColumns, rows: area.rows - 2,
      columns: area.columns - Self.axisColumns)
  }

  /// The axis ends at the first power of ten at which the slowest head keeps less than a hundredth.
  private var decades: Int {
    let horizon = gammas.map { HeadFacts.horizon($0, share: 0.01) }.filter(\.isFinite).max() ?? 100
    return max(Int(log10(min(max(horizon, 10), Self.longest)).rounded(.up)), 1)
  }

  /// n at a column of the plot.
  func tokens(atColumn column: Int) -> Double {
    pow(10, Double(decades) * Double(column) / Double(max(plot.columns - 1, 1)))
  }

  /// The half line of a share, 0 at the top.
  private func level(_ share: Double) -> Int {
    Int(((1 - share) * Double(plot.rows * 2 - 1)).rounded())
  }

  func draw(in grid: inout Grid) {
    let plot = plot
    guard plot.rows >= 2, plot.columns >= 8 else { return }
    drawAxes(in: &grid)
    for (head, gamma) in gammas.enumerated() where head != selected { drawLine(gamma, in: &grid) }
    guard gammas.indices.contains(selected) else { return }
    var last: Int?
    for x in 0..<plot.columns {
      let y = level(share(gammas[selected], atColumn: x))
      // Fills the gap between two columns, so that the curve has no holes.
      let halves = min(last.map { $0 + 1 } ?? y, y)...y
      for row in halves.lowerBound / 2...halves.upperBound / 2 {
        let glyph: Glyph = !halves.contains(2 * row) ? "▄" : halves.contains(2 * row + 1) ? "█" : "▀"
        grid.put(Cell(glyph, style: .accent), plot.row + row, plot.column + x, in: area)
      }
      last = y
    }
  }

  /// Draws a falling curve as a connected line.
  private func drawLine(_ gamma: Double, in grid: inout Grid) {
    var last = 0
    for x in 0..<plot.columns {
      let row = level(share(gamma, atColumn: x)) / 2
      for line in last...max(row, last) {
        let glyph: Glyph = row == last ? "─" : line == last ? "╮" : line == row ? "╰" : "│"
        grid.put(Cell(glyph, style: .muted), plot.row + line, plot.column + x, in: area)
      }
      last = row
    }
  }

  private func share(_ gamma: Double, atColumn column: Int) -> Double {
    pow(min(max(gamma, 0), 1), tokens(atColumn: column))
  }

  private func drawAxes(in grid: inout Grid) {
    let plot = plot
    grid.verticalLine(row: plot.row, column: plot.column - 1, length: plot.rows)
    grid.horizontalLine(row: plot.endRow, column: plot.column, length: plot.columns)
    grid.put("└", plot.endRow, plot.column - 1, .muted)
    for (text, row) in [("100%", plot.row), ("50%", plot.row + (plot.rows - 1) / 2), ("0%", plot.endRow - 1)] {
      grid.put(text.leftPadded(5), row, area.column, .muted, in: area)
    }
    grid.put("tokens", plot.endRow + 1, area.column, .muted, in: area)
    var free = plot.column - 1
    for decade in 0...decades {
      let text = Self.power(decade)
      let x = plot.column + Int((Double(decade) / Double(decades) * Double(plot.columns - 1)).rounded())
      let column = min(x, area.endColumn - text.count)
      guard column >= free else { continue }
      grid.put("┴", plot.endRow, x, .muted, in: area)
      grid.put(text, plot.endRow + 1, column, .muted, in: area)
      free = column + text.count + 1
    }
  }

  /// `1`, `10`, `1k`, `100k`, `1M`
  private static func power(_ decade: Int) -> String {
    let units = ["", "k", "M"]
    return "1" + String(repeating: "0", count: decade % 3) + units[min(decade / 3, units.count - 1)]
  }
}
