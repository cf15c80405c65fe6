import RetNet
import RetNetSession
import TerminalKit

/// The tokens as the explorer's time axis: the past to the left of now, what is recorded beyond it faint at the right, a number
/// under each, and a scrubber over the whole session.
struct ExplorerStrip {
  private let state: AppState
  private let plan: StripPlan
  private var area: Rectangle { plan.area }

  init(_ state: AppState, plan: StripPlan) { (self.state, self.plan) = (state, plan) }

  /// The present token, from 0.
  private var now: Int { state.position - 1 }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let items = plan.items
    let largest = items.compactMap(\.number).filter(\.isFinite).max() ?? 0
    grid.put(labels.name, row: area.row, column: area.column + 1, style: state.titleStyle, clippedTo: area)
    if area.rows >= 3 { drawScrubber(in: &grid) }
    guard !items.isEmpty else {
      grid.put(
        TextWidth.width(of: Self.empty) + plan.labelColumns < area.columns ? Self.empty : "none yet", row: area.row,
        column: area.column + plan.labelColumns, style: .muted, clippedTo: area)
      return
    }
    let scale = (plan.isWide ? "full = " : "full ") + labels.number(largest)
    grid.put(scale, row: area.row + 1, column: area.column + 1, style: .muted, clippedTo: area)
    for item in items {
      let isNow = item.index == now
      let style: Style =
        isNow ? .accent : item.index > now ? Style(.muted, dim: true) : item.role == .control ? .muted : .plain
      grid.put(
        isNow ? "[\(item.text)]" : item.text, row: area.row, column: item.column - (isNow ? 1 : 0),
        style: style, clippedTo: area)
      let share = largest > 0 ? (item.number ?? 0) / largest : 0
      let bar = Cell(TokenPane.bar(share), style: isNow ? .accent : .muted)
      for x in 0..<item.width { grid.put(bar, row: area.row + 1, column: item.column + x, clippedTo: area) }
    }
  }

  private static let empty = "no token yet: a message fills this strip"

  // MARK: Numbers

  private struct Labels {
    var name: String
    var unit: String
    /// Shares are written in percent.
    var isShare: Bool

    /// Of at most 8 columns.
    func number(_ value: Double) -> String {
      CommandTable.trimmed(isShare ? Numbers.percent(value) : Numbers.magnitude(value))
    }
  }

  private var labels: Labels {
    switch state.explorer.strip {
    case .weight: Labels(name: plan.isWide ? "weight, share" : "weight", unit: "", isShare: true)
    case .mean: Labels(name: plan.isWide ? "mean weight" : "mean", unit: "", isShare: true)
    case .entropy: Labels(name: plan.isWide ? "entropy, nat" : "entr nat", unit: "nat", isShare: false)
    case .surprise: Labels(name: plan.isWide ? "surprise, nat" : "surp nat", unit: "nat", isShare: false)
    }
  }

  // MARK: The scrubber

  private func drawScrubber(in grid: inout Grid) {
    let track = plan.track
    guard track.columns >= 4 else { return }
    grid.put("◂", row: track.row, column: track.column - 1, style: .muted)
    grid.horizontalLine(row: track.row, column: track.column, length: track.columns)
    grid.put("▸", row: track.row, column: track.endColumn, style: .muted)
    for branch in state.explorer.session.branches
    where branch.id != 0 && branch.fork <= max(state.explorer.session.length, state.position) {
      grid.put("┴", row: track.row, column: plan.trackColumn(branch.fork), style: .plain)
    }
    grid.put("●", row: track.row, column: plan.trackColumn(state.position), style: .accent)
    grid.put(plan.scrubberText, row: track.row, column: track.endColumn + 2, style: .plain, clippedTo: area)
  }

  // MARK: Mouse and words

  var text: [String] {
    guard state.result != nil, let now = state.tokens.entries.last(where: { $0.index <= self.now }) else {
      return ["No token yet."]
    }
    var lines = ["Token \(plan.scrubberText), \(PieceText.shown(now.piece))."]
    let numbers = zip(state.tokens.entries, StripPlan.numbers(state)).compactMap { entry, number in
      number.map { (entry, $0) }
    }
    let best = numbers.filter { $0.1.isFinite }.sorted { $0.1 > $1.1 }.prefix(3)
    if !best.isEmpty {
      let named = best.map { "\(PieceText.shown($0.0.piece)) at \($0.0.index) \(labels.number($0.1)) \(labels.unit)" }
      let name = state.explorer.strip.rawValue
      lines.append("\(name), largest: \(named.map(CommandTable.trimmed).joined(separator: ", ")).")
    }
    return lines
  }
}
