import RetNet
import RetNetSession
import TerminalKit

/// The explorer's time axis: tokens up to the current one, later recorded tokens faint at its right, a number under
/// each, and a scrubber over the whole session.
struct ExplorerStrip {
  private let state: AppState
  private let plan: StripPlan
  private var area: Rectangle { plan.area }

  init(_ state: AppState, plan: StripPlan) { (self.state, self.plan) = (state, plan) }

  /// The current token, from 0.
  private var now: Int { state.position - 1 }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let items = plan.items
    let largest = items.compactMap(\.number).filter(\.isFinite).max() ?? 0
    grid.put(labels.name, area.row, area.column + 1, state.titleStyle, in: area)
    if area.rows >= 3 { drawScrubber(in: &grid) }
    guard !items.isEmpty else {
      grid.put(
        TextWidth.width(of: Self.empty) + plan.labelColumns < area.columns ? Self.empty : "none yet", area.row,
        area.column + plan.labelColumns, .muted, in: area)
      return
    }
    let scale = (plan.isWide ? "full bar = " : "full ") + labels.number(largest)
    grid.put(scale, area.row + 1, area.column + 1, .muted, in: area)
    for item in items {
      let isNow = item.index == now
      let style: Style =
        isNow ? .accent : item.index > now ? Style(.muted, dim: true) : item.role == .control ? .muted : .plain
      grid.put(isNow ? "[\(item.text)]" : item.text, area.row, item.column - (isNow ? 1 : 0), style, in: area)
      let share = largest > 0 ? (item.number ?? 0) / largest : 0
      let bar = Cell(TokenPane.bar(share), style: isNow ? .accent : .muted)
      for x in 0..<item.width { grid.put(bar, area.row + 1, item.column + x, in: area) }
    }
  }

  private static let empty = "no token yet: a message fills this strip"

  // MARK: Numbers

  private struct Labels {
    var name: String
    var unit: String
    /// Shares are shown in percent.
    var isShare: Bool

    /// The number in at most 8 columns.
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
    grid.put("◂", track.row, track.column - 1, .muted)
    grid.horizontalLine(row: track.row, column: track.column, length: track.columns)
    grid.put("▸", track.row, track.endColumn, .muted)
    for branch in state.explorer.session.branches
    where branch.id != 0 && branch.fork <= max(state.explorer.session.length, state.position) {
      grid.put("┴", track.row, plan.trackColumn(branch.fork))
    }
    grid.put("●", track.row, plan.trackColumn(state.position), .accent)
    grid.put(plan.scrubberText, track.row, track.endColumn + 2, in: area)
  }

  // MARK: Mouse and text

  var text: [String] {
    guard state.result != nil, let now = state.tokens.entries.last(where: { $0.index <= self.now }) else {
      return ["No token yet."]
    }
    var lines = ["Token \(now.index) (\(plan.scrubberText) read): \(PieceText.shown(now.piece))."]
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
