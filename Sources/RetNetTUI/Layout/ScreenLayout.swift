import RetNet
import TerminalKit

/// The layout of the screen, computed once per frame from the state and the window's size. Views draw it; clicks and
/// scrolling read it.
struct ScreenLayout: Sendable {
  enum Content: Sendable {
    case live(LivePlan)
    case pages(PagedLayout)
    case lessons(LessonLayout)
  }

  var frame: PageLayout
  var input: InputPlan
  private var line: LineEditor
  var footer: FooterPlan
  var content: Content

  init(_ state: AppState) {
    frame = PageLayout(columns: state.columns, rows: state.rows, hasStrip: state.view == .explorer)
    input = InputPlan(state, area: frame.input)
    line = state.shownLine
    footer = FooterPlan(state, area: frame.footer)
    content =
      switch state.view {
      case .live: .live(LivePlan(state))
      case .explorer, .forms, .tree: .pages(PagedLayout(state, place: frame))
      case .lessons: .lessons(LessonLayout(state))
      }
  }

  /// The layout of a view with pages, alone or beside a lesson's text.
  var pages: PagedLayout? {
    switch content {
    case .live: nil
    case .pages(let pages): pages
    case .lessons(let lessons): lessons.pages
    }
  }

  /// The target at a screen position.
  func target(row: Int, column: Int, selected: HeadIndex) -> ViewTarget? {
    if frame.footer.contains(row: row, column: column) { return footer.target(atColumn: column) }
    if row >= input.top { return input.target(row: row, column: column, in: line) }
    switch content {
    case .live(let plan): return plan.target(row: row, column: column, selected: selected)
    case .pages(let pages): return pages.target(row: row, column: column)
    case .lessons(let lessons):
      return lessons.list?.line(row: row, column: column) ?? lessons.pages?.target(row: row, column: column)
        ?? lessons.strip?.token(row: row, column: column).map { .token($0) }
    }
  }
}
