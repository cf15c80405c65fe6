import RetNet
import TerminalKit

/// The token strip with the last token at its right end, and under each token its weight for the selected head.
struct TokenPane {
  var state: AppState
  var plan: TokenPlan

  func draw(in grid: inout Grid) {
    let (area, items) = (plan.area, plan.items)
    guard area.rows >= 2 else { return }
    grid.put("Tokens", area.row, 1, state.titleStyle)
    grid.put("weight", area.row + 1, 1, .muted)
    guard !items.isEmpty else {
      grid.put("none yet: a message fills this strip", area.row, TokenPlan.labelColumns, .muted)
      return
    }
    let largest = items.map(\.share).max() ?? 0
    for item in items {
      let isNow = item.entry.index == state.position - 1
      let style: Style = isNow ? .accent : item.entry.role == .control ? .muted : .plain
      grid.put(isNow ? "[\(item.text)]" : item.text, area.row, item.column - (isNow ? 1 : 0), style)
      let bar = Cell(Self.bar(largest > 0 ? item.share / largest : 0), style: isNow ? .accent : .muted)
      for column in 0..<item.width { grid.put(bar, area.row + 1, item.column + column) }
    }
  }

  /// An eighth block for a share; blank below a sixteenth of the largest.
  static func bar(_ share: Double) -> Glyph {
    let bars: [Glyph] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return bars[Int((min(max(share, 0), 1) * 8).rounded())]
  }
}
