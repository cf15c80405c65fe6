import RetNet
import RetNetSession
import TerminalKit

/// Statistics of each head of the layer over time: norm, effective rank, saturation and retrieved energy as sparklines,
/// each on its own scale, with the current numbers.
struct StatisticsPage: ViewPage {
  /// One of the statistics.
  private struct Measure: Sendable {
    var name: String
    var isShare = false
    var value: @Sendable (HeadStatistics) -> Float

    static let all = [
      Measure(name: "‖S‖", value: \.norm), Measure(name: "rank", value: \.effectiveRank),
      Measure(name: "filled", isShare: true, value: \.saturation), Measure(name: "‖o‖", value: \.energy),
    ]

    func text(_ value: Float) -> String {
      isShare ? Numbers.percent(Double(value)) : Numbers.magnitude(Double(value))
    }
  }

  private static let valueWidth = 7

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var heads: ListPlan
    private var layer: Int

    /// Uses two lines per head if all fit.
    init?(_ state: AppState, area: Rectangle) {
      let (list, count) = (area.below(2), state.model?.heads ?? 0)
      heads = ListPlan(
        list, count: count, around: state.settings.head, linesPerItem: list.rows >= 2 * count ? 2 : 1)
      layer = state.settings.layer
    }

    func target(row: Int, column: Int) -> ViewTarget? { heads.head(of: layer, row: row, column: column) }
  }

  /// The selected layer's statistics up to the current position; nil until the engine has answered.
  private var tokens: ArraySlice<[HeadStatistics]>? {
    guard let history = state.explorer.history, history.layer == state.settings.layer, state.position > 0,
      history.tokens.count >= state.position
    else { return nil }
    return history.tokens.prefix(state.position)
  }

  private var lines: Int { plan?.heads.linesPerItem ?? 1 }
  /// Columns of one measure: its number, then its sparkline.
  private var columnWidth: Int { max((area.columns - 5) / Measure.all.count, Self.valueWidth) }
  private var sparkWidth: Int { max(columnWidth - Self.valueWidth - 2, 0) }

  func draw(in grid: inout Grid) {
    guard state.result != nil else { return drawMissing(in: &grid) }
    guard let tokens else {
      drawTitle("Statistics", [PageTitle.Fact("layer \(state.settings.layer)")], in: &grid)
      let text =
        state.phase == .running
        ? "Space pauses the reply; then the session is recomputed once for this layer."
        : "Recomputing the session once for this layer …"
      return drawMissing(text, in: &grid)
    }
    let perCell = sparkWidth > 0 ? max((tokens.count + sparkWidth - 1) / sparkWidth, 1) : 1
    drawTitle(
      "Statistics",
      [
        PageTitle.Fact("layer \(state.settings.layer)"),
        PageTitle.Fact("tokens 0 to \(tokens.count - 1)", short: "\(tokens.count) tok"),
        PageTitle.Fact(
          perCell > 1 ? "\(perCell) tokens per column, maximum" : "1 token per column", short: "\(perCell)/column"),
      ], right: "each line on its own scale", shortRight: "", in: &grid)
    guard area.rows >= 3, let heads = plan?.heads else { return }
    drawHeadings(in: &grid)
    for head in heads.shown { draw(head, tokens, perCell, row: heads.row(head), in: &grid) }
  }

  private func column(_ index: Int) -> Int { area.column + 5 + index * columnWidth }

  private func drawHeadings(in grid: inout Grid) {
    for (index, measure) in Measure.all.enumerated() {
      grid.put(measure.name.leftPadded(Self.valueWidth - 1), area.row + 1, column(index), .muted, in: area)
    }
  }

  private func draw(
    _ head: Int, _ tokens: ArraySlice<[HeadStatistics]>, _ perCell: Int, row: Int, in grid: inout Grid
  ) {
    let isSelected = head == state.settings.head
    let style: Style = isSelected ? .accent : .plain
    grid.put("\(isSelected ? "▸" : " ")h\(head)", row, area.column + 1, style, in: area)
    for (index, measure) in Measure.all.enumerated() {
      let values = tokens.map { measure.value($0[head]) }
      guard let now = values.last else { continue }
      grid.put(measure.text(now).leftPadded(Self.valueWidth - 1), row, column(index), style, in: area)
      drawSpark(values, perCell, row: row, column: column(index) + Self.valueWidth, isSelected, in: &grid)
    }
  }

  /// Draws the maximum of each column's tokens, in eighths of a line.
  private func drawSpark(
    _ values: [Float], _ perCell: Int, row: Int, column: Int, _ isSelected: Bool, in grid: inout Grid
  ) {
    let largest = values.filter(\.isFinite).max() ?? 0
    for (x, start) in stride(from: 0, to: values.count, by: perCell).enumerated() where x < sparkWidth {
      let part = values[start..<min(start + perCell, values.count)]
      // Marks a column with a value that is not finite.
      let isBroken = part.contains { !$0.isFinite }
      let share = largest > 0 ? Double(part.filter(\.isFinite).max() ?? 0) / Double(largest) : 0
      for line in 0..<lines {
        let cell =
          isBroken
          ? Cell("?", style: .broken)
          : Cell(EighthBars.upright(share, line: line, of: lines), style: isSelected ? .accent : .muted)
        grid.put(cell, row + line, column + x, in: area)
      }
    }
  }

  var text: [String] {
    guard let now = tokens?.last else { return state.explorerMissing.text }
    return now.enumerated().map { head, statistics in
      "Layer \(state.settings.layer) head \(head): "
        + Measure.all.map {
          "\($0.name) \(CommandTable.trimmed($0.text($0.value(statistics))))"
        }.joined(separator: ", ") + "."
    }
  }
}
