import RetNet
import RetNetSession
import TerminalKit

/// The experiments of this branch, oldest first, the next token without and with them, and the keys for more.
struct ExperimentsPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    /// The last experiments.
    var lines: ListPlan
    private var places: [HeadIndex]

    init?(_ state: AppState, area: Rectangle) {
      places = state.explorer.session.experiments.map(\.experiment.place)
      var list = area.below(1)
      list.rows = max(list.rows - 1, 0)
      // With an effect to show, the list has at most half of the rows.
      if state.explorer.unchanged != nil { list.rows = min(list.rows, max(area.rows / 2, 1)) }
      lines = ListPlan(list, count: places.count, first: max(places.count - list.rows, 0))
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      lines.item(row: row, column: column).map { .head(places[$0]) }
    }
  }

  private static let keys = [
    ("0", "turn the selected head off or on"), ("f", "freeze its state, or release it"),
    ("z", "clear its state"), ("y P", "copy a head's state, put it into another head"),
    (":gamma X", "another decay"), (":head-scale X", "scale this head's output"), ("n", "norms"),
    ("u", "undo the last experiment"),
  ]

  private var entries: [SessionSummary.Entry] { state.explorer.session.experiments }

  func draw(in grid: inout Grid) {
    guard let lines = plan?.lines else { return }
    drawTitle(
      "Experiments",
      [
        PageTitle.Fact(
          "for layer \(state.settings.layer) head \(state.settings.head)",
          short: "L\(state.settings.layer) h\(state.settings.head)")
      ], right: entries.isEmpty ? "none yet" : "\(entries.count) active", in: &grid)
    var row = area.row + 1
    for number in lines.shown {
      let (entry, isLast) = (entries[number], number == entries.count - 1)
      let when = entry.position >= state.position ? "starting with the next token" : "since token \(entry.position)"
      let kind =
        entry.experiment.isLasting || entry.position >= state.position ? when : "once, at token \(entry.position)"
      let next = grid.put(
        "\(isLast ? "▸" : " ")\(number + 1)  \(entry.experiment.text)", row, area.column + 1, isLast ? .accent : .plain,
        in: area)
      let text = "  \(kind)\(isLast ? "   u undoes it" : "")"
      if next + text.count < area.endColumn { grid.put(text, row, next, .muted, in: area) }
      row += 1
    }
    row += lines.shown.isEmpty ? 0 : 1
    var free = Rectangle(row: row, column: area.column, rows: area.endRow - row, columns: area.columns)
    drawEffect(in: &free, &grid)
    for (key, meaning) in Self.keys.prefix(max(free.rows, 0)) {
      grid.put(key, free.row, area.column + 2, Style(bold: true), in: area)
      grid.put(meaning, free.row, area.column + 17, .muted, in: area)
      free = free.below(1)
    }
  }

  private static let leastEffectLines = 3

  /// Draws the next token without and with the experiments, side by side, at the top of an area, and removes them from
  /// it.
  private func drawEffect(in area: inout Rectangle, _ grid: inout Grid) {
    guard area.rows >= Self.leastEffectLines, let unchanged = state.explorer.unchanged, let result = state.result else {
      return
    }
    let columns = area.columns / 2 - 1
    let count = min(max(area.rows - 2 - Self.keys.count, 3), area.rows - 1, unchanged.candidates.count)
    let divergence = Numbers.magnitude(unchanged.divergence).trimmed
    for (index, (title, candidates)) in [
      (["Next token without experiments", "Without experiments", "Without"], unchanged.candidates),
      (["Next token with them  KL \(divergence) nat", "With them  KL \(divergence)", "With"], result.candidates),
    ].enumerated() {
      let left = area.column + index * (columns + 2)
      let half = Rectangle(row: area.row, column: left, rows: count + 1, columns: columns)
      grid.put(title.fitting(columns - 1) ?? "", area.row, left + 1, state.titleStyle, in: half)
      for (offset, candidate) in candidates.prefix(count).enumerated() {
        grid.putCandidate(
          PieceText.candidate(candidate.piece), Double(candidate.probability), area.row + 1 + offset, in: half)
      }
      if index == 1 { grid.verticalLine(row: area.row, column: left - 1, length: count + 1) }
    }
    area = area.below(count + 2)
  }

  var text: [String] {
    guard !entries.isEmpty else { return ["No experiment is active."] }
    let lines = entries.enumerated().map { "\($0 + 1): \($1.experiment.text), from token \($1.position) on." }
    guard let unchanged = state.explorer.unchanged, let result = state.result else { return lines }
    func best(_ candidates: [StepResult.Candidate]) -> String {
      candidates.prefix(3).map {
        "\(PieceText.candidate($0.piece)) \(Numbers.percent(Double($0.probability)).trimmed)"
      }.joined(separator: ", ")
    }
    return lines + [
      "Next token without experiments: \(best(unchanged.candidates)).",
      "Next token with them: \(best(result.candidates)); KL \(Numbers.magnitude(unchanged.divergence).trimmed) nat.",
    ]
  }
}
