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
  var footer: FooterPlan
  var content: Content

  init(_ state: AppState) {
    frame = PageLayout(columns: state.columns, rows: state.rows, hasStrip: state.view == .explorer)
    input = InputPlan(state.line, area: frame.input)
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
    if frame.input.contains(row: row, column: column) { return .input(input.position(atColumn: column)) }
    switch content {
    case .live(let plan): return plan.target(row: row, column: column, selected: selected)
    case .pages(let pages): return pages.target(row: row, column: column)
    case .lessons(let lessons):
      return lessons.list?.line(row: row, column: column) ?? lessons.pages?.target(row: row, column: column)
        ?? lessons.strip?.token(row: row, column: column).map { .token($0) }
    }
  }
}

/// The visible part of the input line, around the cursor.
struct InputPlan: Sendable {
  static let prompt = 3

  var area: Rectangle
  /// The first visible character, chosen so that the cursor is visible.
  private(set) var start: Int
  private var characters: [Character]

  init(_ input: LineEditor, area: Rectangle) {
    (self.area, start, characters) = (area, input.cursor, input.characters)
    var used = 1
    while start > 0 {
      used += columns(characters[start - 1])
      if used > room { break }
      start -= 1
    }
  }

  var room: Int { max(area.columns - Self.prompt - 1, 1) }

  private func columns(_ character: Character) -> Int { TextWidth.width(of: String(character)) }

  /// The insertion point for a click at `column`.
  func position(atColumn column: Int) -> Int {
    var at = area.column + Self.prompt
    for index in start..<characters.count {
      at += columns(characters[index])
      if column < at { return index }
    }
    return characters.count
  }
}
