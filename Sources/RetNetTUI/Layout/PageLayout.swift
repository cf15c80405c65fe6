import TerminalKit

/// The rectangles of a view with pages. A part without room has an empty rectangle.
///
/// As a window gets lower, parts disappear in this order: the scrubber line of the token strip, the rest of the strip.
/// Header, tabs, page, input line and footer stay down to 40×10; below that, one line states the minimum size. Each
/// page decides which of its own parts to omit.
struct PageLayout: Sendable, Hashable {
  /// Minimum rows for the strip with its scrubber line, and for the strip.
  static let rowsForScrubber = 20
  static let rowsForStrip = 14

  var isTooSmall = false
  var header = Rectangle.none
  var tabs = Rectangle.none
  var page = Rectangle.none
  var strip = Rectangle.none
  var input = Rectangle.none
  var footer = Rectangle.none

  /// A page alone, without tabs and strip.
  init(page: Rectangle) {
    self.page = page
    isTooSmall = page.rows < LessonLayout.pageRows || page.columns < Layout.minimumColumns
  }

  /// - Parameter hasStrip: whether the view has a token strip under its page.
  init(columns: Int, rows: Int, hasStrip: Bool = true) {
    guard columns >= Layout.minimumColumns, rows >= Layout.minimumRows else {
      isTooSmall = true
      return
    }
    func lines(_ row: Int, _ count: Int) -> Rectangle { Rectangle(row: row, column: 0, rows: count, columns: columns) }
    let stripRows = !hasStrip ? 0 : rows >= Self.rowsForScrubber ? 3 : rows >= Self.rowsForStrip ? 2 : 0
    header = lines(0, 1)
    tabs = lines(1, 1)
    page = lines(2, rows - 4 - stripRows)
    strip = lines(page.endRow, stripRows)
    input = lines(rows - 2, 1)
    footer = lines(rows - 1, 1)
  }
}

extension AppState {
  /// The rectangles of the visible view with pages. The laboratory has its own token axis, and no strip.
  var pageLayout: PageLayout {
    view == .lessons
      ? PageLayout(page: LessonLayout(self).beside)
      : PageLayout(columns: columns, rows: rows, hasStrip: view == .explorer)
  }
}
