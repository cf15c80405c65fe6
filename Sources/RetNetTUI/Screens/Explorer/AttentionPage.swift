import RetNet
import RetNetAnalysis
import TerminalKit

/// What the current token reads: the implicit row of attention of the selected head, and the mean over the layer's
/// heads.
struct AttentionPage: ViewPage {
  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var session: RecordedSession
    var row: AttentionRow
    var tokens: ListPlan

    init?(_ state: AppState, area: Rectangle) {
      guard let session = RecordedSession(state) else { return nil }
      self.session = session
      row = session.reading
      let (list, count) = (area.below(2), row.entries.count)
      tokens = ListPlan(list, count: count, first: state.explorer.top(of: count, room: max(list.rows, 1)))
    }

    func target(row: Int, column: Int) -> ViewTarget? { tokens.line(row: row, column: column) }
  }

  /// One token's line.
  private struct Line {
    var token: Int
    var score: Double
    var share: Double
    var mean: Double
  }

  private func lines(_ row: AttentionRow, _ session: RecordedSession) -> [Line] {
    let mean = Dictionary(uniqueKeysWithValues: session.mean.map { ($0.token, $0.share) })
    return row.entries.map {
      Line(token: $0.token, score: $0.score, share: $0.share, mean: mean[$0.token] ?? 0)
    }.sorted { ($1.share, $1.token) < ($0.share, $0.token) }
  }

  func draw(in grid: inout Grid) {
    guard let plan else { return drawMissing(in: &grid) }
    let (session, row) = (plan.session, plan.row)
    drawTitle(
      "Reading",
      [
        state.placeFact, PageTitle.Fact("a = f γ^age q·k", short: ""),
        PageTitle.Fact("f \(Numbers.magnitude(row.factor).trimmed)"),
      ], right: row.isComplete ? "" : "older tokens are not recorded",
      shortRight: row.isComplete ? nil : "not all recorded", in: &grid)
    guard area.rows >= 3 else { return }
    let lines = lines(row, session)
    let largest = lines.first?.share ?? 0
    let bars = max(area.columns - 47, 0)
    grid.put(" token       a  share  mean", area.row + 1, area.column + 1, .muted, in: area)
    for index in plan.tokens.shown {
      let (line, y) = (lines[index], plan.tokens.row(index))
      let isChosen = index == min(state.explorer.line, lines.count - 1)
      let style: Style = isChosen ? .accent : .plain
      let head = "\(isChosen ? "▸" : " ")\(line.token)".rightPadded(6)
      var column = grid.put(
        "\(head) \(Numbers.signed(Float(line.score))) \(Numbers.percent(line.share)) \(Numbers.percent(line.mean)) ", y,
        area.column + 1, style, in: area)
      column = grid.put(
        TextWidth.pad(TextWidth.truncate(session.piece(line.token), to: 14), to: 15), y, column, style, in: area)
      // The bar has the colour of the score's sign in a heatmap.
      let level = Int8(Ramp.steps * 3 / 4)
      grid.putBar(
        largest > 0 ? line.share / largest : 0, y, column, cells: bars, Style(.ramp(line.score < 0 ? -level : level)),
        in: area)
    }
  }

  var text: [String] {
    guard let session = RecordedSession(state) else { return state.explorerMissing.text }
    let lines = lines(session.reading, session)
    return ["Layer \(state.settings.layer) head \(state.settings.head) reads \(lines.count) tokens now."]
      + lines.prefix(10).map {
        "Token \($0.token) \(session.piece($0.token)): \(Numbers.percent($0.share).trimmed), mean over the "
          + "heads \(Numbers.percent($0.mean).trimmed)."
      }
  }
}
