/// Where a lesson's text and the page beside it stand: side by side in a wide window, the page under the text in a narrow
/// one, and the text alone where the page would have no room.
struct LessonLayout: Sendable, Hashable {
  static let columnsForTwo = 100
  /// What a page needs at least.
  static let pageRows = 7
  private static let textColumns = 46...66

  var title = Rectangle.none
  var text = Rectangle.none
  var beside = Rectangle.none

  init(_ state: AppState) {
    let whole = PageLayout(columns: state.columns, rows: state.rows, hasStrip: false)
    guard !whole.isTooSmall else { return }
    title = whole.tabs
    text = whole.page
    guard state.classroom.open != nil else { return }
    if whole.page.columns >= Self.columnsForTwo {
      let columns = min(max(whole.page.columns * 2 / 5, Self.textColumns.lowerBound), Self.textColumns.upperBound)
      text.columns = columns
      beside = whole.page
      beside.column += columns + 1
      beside.columns -= columns + 1
      return
    }
    let needed = LessonPane(state, area: text).lines.count
    let rows = max(min(needed, whole.page.rows - Self.pageRows), whole.page.rows / 2)
    guard whole.page.rows - rows >= Self.pageRows else { return }
    text.rows = rows
    beside = whole.page
    beside.row += rows
    beside.rows -= rows
  }
}
