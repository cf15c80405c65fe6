import TerminalKit

/// Draws: the whole screen of a state.
///
/// - Returns: a grid of exactly the state's size.
func render(_ state: AppState) -> Grid {
  var grid = Grid(columns: state.columns, rows: state.rows)
  let layout = state.layout
  guard !layout.isTooSmall else {
    let text = "at least \(Layout.minimumColumns)×\(Layout.minimumRows)"
    grid.put(text, row: state.rows / 2, column: max((state.columns - text.count) / 2, 0))
    return grid
  }
  HeaderLine(state, area: layout.header).draw(in: &grid)
  switch state.view {
  case .explorer: ExplorerView(state).draw(in: &grid)
  case .forms: LabView(state).draw(in: &grid)
  case .live: drawLive(state, layout, in: &grid)
  case .lessons: LessonView(state).draw(in: &grid)
  }
  let input = InputLine(state, width: layout.input.columns)
  input.draw(in: &grid, row: layout.input.row)
  switch state.overlay {
  case .help(let top): TextPanel.help(top: top).draw(in: &grid)
  case .norms(let row): NormPanel(state, row: row).draw(in: &grid)
  case .glossary(let top): TextPanel.glossary(state, top: top).draw(in: &grid)
  case nil: break
  }
  FooterLine(state, area: layout.footer).draw(in: &grid)
  return grid
}

/// The panes of the live view, between the header and the input line.
private func drawLive(_ state: AppState, _ layout: Layout, in grid: inout Grid) {
  ConversationPane(state, area: layout.conversation).draw(in: &grid)
  DecayPane(state, area: layout.decay).draw(in: &grid)
  CandidatePane(state, area: layout.candidates).draw(in: &grid)
  TokenPane(state, area: layout.tokens).draw(in: &grid)
  StatePane(state, area: layout.state).draw(in: &grid)
  ThumbnailPane(state, area: layout.thumbnails).draw(in: &grid)
  let top = layout.conversation
  grid.verticalLine(row: top.row, column: top.endColumn, length: top.endColumn < state.columns ? top.rows : 0)
  if layout.candidates.column > 0, layout.candidates.row == top.row {
    grid.verticalLine(row: top.row, column: layout.candidates.endColumn, length: top.rows)
  }
}

extension AppState {
  /// The title of a pane: it has the accent while keys go to the panes.
  var titleStyle: Style { focus == .panes ? .accent : Style(bold: true) }
}
