import TerminalKit

/// A page with nothing to show, which says how to fill it.
struct EmptyPage: ViewPage {
  private let page: Explorer.Page
  private let area: Rectangle
  private let titleStyle: Style
  private let hasResult: Bool

  init(_ state: AppState, area: Rectangle) {
    page = state.explorer.page
    self.area = area
    titleStyle = state.titleStyle
    hasResult = state.result != nil
  }

  /// What stands on the page once there is something.
  private var purpose: String {
    switch page {
    case .overview: "All layers and heads, small."
    case .head: "The whole matrix of one head."
    case .cell: "The arithmetic of the last step, entry by entry."
    case .decay: "How fast every head forgets."
    case .writers: "Which tokens wrote the selected entry, and where a token still lives."
    case .reading: "What the present token reads out of the past, head by head."
    case .prediction: "The candidates for the next token, stage by stage of the sampler, and what each layer would say."
    case .statistics: "Norm, rank, saturation and energy of every head over time."
    case .experiments: "Heads that are scaled, frozen, zeroed, copied or given another decay."
    case .branches: "The ways that this session has taken, and where a run stops by itself."
    }
  }

  private var remedy: String {
    hasResult
      ? "Nothing to show here: the steps that lead to this moment are not kept. End goes to the last one."
      : "Type a message and press Enter: the page fills with the first token."
  }

  private var missing: MissingText { MissingText(name: page.rawValue, purpose: purpose, remedy: remedy) }

  var text: [String] { missing.text }

  func draw(in grid: inout Grid) { missing.draw(in: &grid, area: area, style: titleStyle) }

  func target(row: Int, column: Int) -> ViewTarget? { nil }
}
