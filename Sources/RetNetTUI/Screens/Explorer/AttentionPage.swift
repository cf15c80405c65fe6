import RetNet
import RetNetAnalysis
import TerminalKit

/// What the present token reads: the implicit row of attention of the selected head, and the mean over the layer's heads.
struct AttentionPage: ViewPage {
  private let state: AppState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
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
    guard !area.isEmpty else { return }
    guard let session = RecordedSession(state) else { return EmptyPage(state, area: area).draw(in: &grid) }
    let row = session.reading
    PageTitle(
      name: "Reading",
      facts: [
        PageTitle.Fact(
          "layer \(state.settings.layer) head \(state.settings.head)",
          short: "L\(state.settings.layer) h\(state.settings.head)"),
        PageTitle.Fact("a = f γ^age q·k", short: ""),
        PageTitle.Fact("f \(CommandTable.trimmed(Numbers.magnitude(row.factor)))"),
      ], right: row.isComplete ? "" : "older tokens are no longer kept",
      shortRight: row.isComplete ? nil : "not all kept"
    ).draw(in: &grid, area: area, style: state.titleStyle)
    guard area.rows >= 3 else { return }
    let lines = lines(row, session)
    let largest = lines.first?.share ?? 0
    let bars = max(area.columns - 47, 0)
    grid.put(
      " token       a  share  mean", row: area.row + 1, column: area.column + 1, style: .muted,
      clippedTo: area)
    let first = top(lines.count)
    for (offset, line) in lines.dropFirst(first).prefix(area.rows - 2).enumerated() {
      let isChosen = first + offset == min(state.explorer.line, lines.count - 1)
      let style: Style = isChosen ? .accent : .plain
      let y = area.row + 2 + offset
      let head = "\(isChosen ? "▸" : " ")\(line.token)".rightPadded(6)
      var column = grid.put(
        "\(head) \(Numbers.signed(Float(line.score))) \(Numbers.percent(line.share)) \(Numbers.percent(line.mean)) ",
        row: y, column: area.column + 1, style: style, clippedTo: area)
      column = grid.put(
        TextWidth.pad(TextWidth.truncate(session.piece(line.token), to: 14), to: 15), row: y, column: column,
        style: style,
        clippedTo: area)
      for (x, glyph) in EighthBars.level(largest > 0 ? line.share / largest : 0, cells: bars).enumerated() {
        grid.put(Cell(glyph, style: isChosen ? .accent : .muted), row: y, column: column + x, clippedTo: area)
      }
    }
  }

  private func top(_ count: Int) -> Int {
    state.explorer.top(of: count, room: max(area.rows - 2, 1))
  }

  func target(row: Int, column: Int) -> ViewTarget? {
    guard let session = RecordedSession(state) else { return nil }
    let count = session.reading.entries.count
    let line = top(count) + row - area.row - 2
    return row >= area.row + 2 && line < count ? .line(line) : nil
  }

  var text: [String] {
    guard let session = RecordedSession(state) else { return EmptyPage(state, area: area).text }
    let lines = lines(session.reading, session)
    return ["Layer \(state.settings.layer) head \(state.settings.head) reads \(lines.count) tokens now."]
      + lines.prefix(10).map {
        "Token \($0.token) \(session.piece($0.token)): \(CommandTable.trimmed(Numbers.percent($0.share))), mean over the "
          + "heads \(CommandTable.trimmed(Numbers.percent($0.mean)))."
      }
  }
}
