import RetNet
import RetNetSession
import TerminalKit

/// The experiments of this branch, oldest first, and the keys for more.
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
    for (key, meaning) in Self.keys.prefix(max(area.endRow - row, 0)) {
      grid.put(key, row, area.column + 2, Style(bold: true), in: area)
      grid.put(meaning, row, area.column + 17, .muted, in: area)
      row += 1
    }
  }

  var text: [String] {
    entries.isEmpty
      ? ["No experiment is active."]
      : entries.enumerated().map { "\($0 + 1): \($1.experiment.text), from token \($1.position) on." }
  }
}
