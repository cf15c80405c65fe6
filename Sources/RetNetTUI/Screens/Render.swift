import TerminalKit

/// Renders the screen of a state.
///
/// - Returns: a grid of exactly the window's size.
func render(_ state: AppState) -> Grid {
  let app = renderApp(state)
  guard state.showsTour else { return app }
  var grid = Grid(columns: state.columns, rows: state.windowRows)
  grid.put(app, row: 0, column: 0)
  grid.cursor = app.cursor
  TourLines(state: state).draw(in: &grid)
  return grid
}

private func renderApp(_ state: AppState) -> Grid {
  var grid = Grid(columns: state.columns, rows: state.rows)
  let layout = ScreenLayout(state)
  guard !layout.frame.isTooSmall else {
    let size = "\(Layout.minimumColumns)×\(Layout.minimumRows)"
    let text = ["at least \(size)", "≥ \(size)", size].fitting(state.columns) ?? ""
    grid.put(text, state.rows / 2, max((state.columns - text.count) / 2, 0))
    return grid
  }
  HeaderLine(state: state, area: layout.frame.header).draw(in: &grid)
  switch layout.content {
  case .live(let plan): drawLive(state, plan, in: &grid)
  case .pages(let pages): PagedView(state, layout: pages).draw(in: &grid)
  case .lessons(let lessons): LessonView(state, layout: lessons).draw(in: &grid)
  }
  if !state.isCommanding { InputLine(state: state, plan: layout.input).draw(in: &grid) }
  switch state.overlay {
  case .help(let page): TextPanel.help(state, page).draw(in: &grid)
  case .norms(let row): NormPanel(state: state, row: row).draw(in: &grid)
  case .glossary(let top): TextPanel.glossary(state, top: top).draw(in: &grid)
  case .sessions(let panel): SessionsPanel(panel: panel).draw(in: &grid)
  case .options(let page): OptionsPanel(state: state, page: page).draw(in: &grid)
  case .palette(let page): PalettePanel(state: state, page: page).draw(in: &grid)
  case .why(let report, let top):
    TextPanel(title: "Why this token", lines: state.lines(of: report), top: top).draw(in: &grid)
  case nil: break
  }
  // The command line is in front of a panel.
  if state.isCommanding { InputLine(state: state, plan: layout.input).draw(in: &grid) }
  FooterLine(state: state, plan: layout.footer, bottom: layout.input.top).draw(in: &grid)
  return grid
}

/// The panes of the live view, between the header and the input line.
private func drawLive(_ state: AppState, _ plan: LivePlan, in grid: inout Grid) {
  let layout = plan.layout
  ConversationPane(state: state, area: layout.conversation).draw(in: &grid)
  MemoryPane(state, plan: plan.memory).draw(in: &grid)
  CandidatePane(state: state, area: layout.candidates).draw(in: &grid)
  TokenPane(state: state, plan: plan.tokens).draw(in: &grid)
  if let step = StepPane(state, area: layout.state, plan: plan.step) {
    step.draw(in: &grid)
  } else {
    StatePane(state, plan).draw(in: &grid)
  }
  ThumbnailPane(state, plan).draw(in: &grid)
  let top = layout.conversation
  guard state.session.zoomedPane == nil else { return }
  grid.verticalLine(row: top.row, column: top.endColumn, length: top.endColumn < state.columns ? top.rows : 0)
  if layout.candidates.column > 0, layout.candidates.row == top.row {
    grid.verticalLine(row: top.row, column: layout.candidates.endColumn, length: top.rows)
  }
}

extension AppState {
  /// The style of pane titles: accent while the panes have the focus.
  var titleStyle: Style { focus == .panes ? .accent : Style(bold: true) }
}
