import RetNet
import TerminalKit

/// The state explorer between the header and the input line: tabs, a page, and the token strip.
struct ExplorerView {
  private let state: AppState
  private let layout: PageLayout

  /// - Parameter layout: where it stands, where that is known already.
  init(_ state: AppState, layout: PageLayout? = nil) {
    self.state = state
    self.layout = layout ?? state.explorerLayout
  }

  /// The page that is selected.
  var page: any ViewPage {
    switch state.explorer.page {
    case .overview: OverviewPage(state, area: layout.page)
    case .head: HeadPage(state, area: layout.page)
    case .cell: CellPage(state, area: layout.page)
    case .decay: DecayPage(state, area: layout.page)
    case .writers: WritersPage(state, area: layout.page)
    case .reading: AttentionPage(state, area: layout.page)
    case .prediction: PredictionPage(state, area: layout.page)
    case .statistics: StatisticsPage(state, area: layout.page)
    case .experiments: ExperimentsPage(state, area: layout.page)
    case .branches: BranchesPage(state, area: layout.page)
    }
  }

  private var tabs: PageTabs<Explorer.Page> { PageTabs(selected: state.explorer.page, area: layout.tabs) }
  private var strip: ExplorerStrip { ExplorerStrip(state, area: layout.strip) }

  func draw(in grid: inout Grid) {
    guard !layout.isTooSmall else { return }
    tabs.draw(in: &grid)
    page.draw(in: &grid)
    strip.draw(in: &grid)
  }

  func target(row: Int, column: Int) -> ViewTarget? {
    if layout.tabs.contains(row: row, column: column) { return tabs.page(atColumn: column).map { .page($0) } }
    if layout.page.contains(row: row, column: column) { return page.target(row: row, column: column) }
    return strip.token(row: row, column: column).map { .token($0) }
  }

  /// The page and the strip in words.
  var text: [String] { page.text + strip.text }
}
