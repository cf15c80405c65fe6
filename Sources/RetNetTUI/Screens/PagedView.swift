import TerminalKit

/// A view with pages.
struct PagedView {
  private let state: AppState
  private let layout: PagedLayout

  init(_ state: AppState, layout: PagedLayout? = nil) {
    (self.state, self.layout) = (state, layout ?? PagedLayout(state, place: state.pageLayout))
  }

  func draw(in grid: inout Grid) {
    guard !layout.place.isTooSmall else { return }
    layout.tabs.draw(in: &grid)
    page?.draw(in: &grid)
    if let strip = layout.strip { ExplorerStrip(state, plan: strip).draw(in: &grid) }
  }

  private var page: (any ViewPage)? {
    state.pageType.map { $0.init(state, area: layout.place.page, anyPlan: layout.plan) }
  }

  /// The page and the strip as text.
  var text: [String] {
    (page?.text ?? []) + (layout.strip.map { ExplorerStrip(state, plan: $0).text } ?? [])
  }
}
