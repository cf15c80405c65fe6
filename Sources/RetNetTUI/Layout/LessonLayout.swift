import TerminalKit

/// The layout of a lesson's text and its page: side by side in a wide window, the page under the text and a rule in a
/// narrow one, and the text alone without a page or without room for it. Under both, a strip of the session's tokens with
/// their numbers, as texts and pages name tokens by number; a low window drops it first.
struct LessonLayout: Sendable {
  static let columnsForTwo = 100
  /// Minimum rows of a page.
  static let pageRows = 7
  /// Rows of the token strip, and the least rows of the rest: for one above the other, and for one part or two columns.
  private static let stripRows = 2
  private static let rowsOverStrip = (stacked: 16, single: 10)
  private static let textColumns = 46...66

  var title = Rectangle.none
  var text = Rectangle.none
  var beside = Rectangle.none
  /// The session's tokens; nil without room or tokens.
  private(set) var strip: StripPlan?
  /// The line between the two.
  var rule = Rectangle.none
  /// The step's text; nil without a lesson.
  private(set) var pane: LessonPane?
  /// The page beside the text.
  private(set) var pages: PagedLayout?
  /// The list of lessons, nil in a lesson, and the text under it: the selected lesson's summary, and a problem.
  private(set) var list: ListPlan?
  private(set) var notes: [String] = []

  init(_ state: AppState) {
    let whole = PageLayout(columns: state.columns, rows: state.rows, hasStrip: false)
    guard !whole.isTooSmall else { return }
    title = whole.tabs
    text = whole.page
    guard state.lesson != nil else {
      layOutList(state.classroom)
      return
    }
    let hasPage = state.shownView != .lessons
    let isWide = text.columns >= Self.columnsForTwo
    let least = hasPage && !isWide ? Self.rowsOverStrip.stacked : Self.rowsOverStrip.single
    if state.result != nil, text.rows >= least + Self.stripRows {
      text.rows -= Self.stripRows
      strip = StripPlan(
        state, area: Rectangle(row: text.endRow, column: 0, rows: Self.stripRows, columns: text.columns),
        isNumbered: true)
    }
    let room = text
    if isWide {
      text.columns = min(max(text.columns * 2 / 5, Self.textColumns.lowerBound), Self.textColumns.upperBound)
    }
    let pane = LessonPane(state, area: text)
    if hasPage, isWide {
      rule = Rectangle(row: text.row, column: text.endColumn, rows: text.rows, columns: 1)
      beside = Rectangle(
        row: text.row, column: rule.endColumn, rows: text.rows, columns: room.endColumn - rule.endColumn)
    } else if hasPage {
      let most = text.rows - 1 - Self.pageRows
      let rows = max(min(pane.lines.count, most), (text.rows - 1) / 2)
      if rows <= most {
        text.rows = rows
        rule = Rectangle(row: text.endRow, column: 0, rows: 1, columns: text.columns)
        beside = Rectangle(
          row: rule.endRow, column: 0, rows: room.endRow - rule.endRow, columns: text.columns)
      }
    }
    self.pane = pane.placed(in: text)
    if hasPage, !beside.isEmpty { pages = PagedLayout(state, place: PageLayout(page: beside)) }
  }

  private mutating func layOutList(_ classroom: LessonState) {
    let lessons = classroom.lessons ?? []
    let about = lessons[at: classroom.line]?.about
    notes = [about, classroom.problem].compactMap { $0 }
      .flatMap { WordWrap.lines($0, columns: max(text.columns - 2, 1)) }
    var rows = text
    rows.rows = max(text.rows - notes.count - 1, 1)
    let first = min(max(classroom.line - rows.rows + 1, 0), max(lessons.count - rows.rows, 0))
    list = ListPlan(rows, count: lessons.count, first: first)
  }
}
