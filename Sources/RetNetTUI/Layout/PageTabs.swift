import TerminalKit

/// A page with a tab: its key, then its name.
protocol TabbedPage: Hashable, CaseIterable, RawRepresentable where RawValue == String {
  var tabKey: String { get }
  var target: ViewTarget { get }
}

extension Explorer.Page: TabbedPage {
  /// Enter opens pages without a key: from the overview a head, then a cell.
  var tabKey: String { key.map(String.init) ?? "⏎" }
  var target: ViewTarget { .page(self) }
}

extension Lab.Page: TabbedPage {
  var tabKey: String { String(key) }
  var target: ViewTarget { .labPage(self) }
}

extension ReplyTree.Page: TabbedPage {
  var tabKey: String { String(key) }
  var target: ViewTarget { .treePage(self) }
}

/// The line of tabs with their keys. As many as fit are shown, always including the selected one.
struct PageTabs: Sendable, Hashable {
  struct Item: Sendable, Hashable {
    var key: String
    var name: String
    var target: ViewTarget
    var isSelected: Bool
    var column = 0

    var width: Int { key.count + 1 + name.count }
  }

  var area: Rectangle
  private(set) var items: [Item] = []
  /// Whether pages before the first tab, or after the last, have no room.
  private var isCutAtStart = false
  private var isCutAtEnd = false

  /// Shows tabs from the first page on, or the last ones up to the selected page.
  init<Page: TabbedPage>(selected: Page, area: Rectangle) {
    self.area = area
    let pages = Page.allCases.map {
      Item(key: $0.tabKey, name: $0.rawValue, target: $0.target, isSelected: $0 == selected)
    }
    for first in pages.indices {
      var column = area.column + 1 + (first > 0 ? 2 : 0)
      items = []
      for index in first..<pages.count {
        var item = pages[index]
        let mark = index < pages.count - 1 ? 2 : 0  // room for the mark of further pages
        guard column + item.width + mark < area.endColumn else { break }
        item.column = column
        items.append(item)
        column += item.width + 2
      }
      (isCutAtStart, isCutAtEnd) = (first > 0, first + items.count < pages.count)
      if items.contains(where: \.isSelected) { return }
    }
    items = []
  }

  func draw(in grid: inout Grid) {
    guard let last = items.last else { return }
    if isCutAtStart { grid.put("‹", area.row, area.column + 1, .muted) }
    for item in items {
      let next = grid.put(item.key, area.row, item.column, item.isSelected ? .accent : Style(bold: true))
      grid.put(item.name, area.row, next + 1, item.isSelected ? .accent : .muted)
      if item.isSelected {
        let whole = Rectangle(row: area.row, column: item.column, rows: 1, columns: item.width)
        grid.restyle(whole) { $0 = $0.with(underline: true) }
      }
    }
    if isCutAtEnd { grid.put("›", area.row, last.column + last.width + 1, .muted) }
  }

  func target(atColumn column: Int) -> ViewTarget? {
    items.first { column >= $0.column && column < $0.column + $0.width }?.target
  }
}
