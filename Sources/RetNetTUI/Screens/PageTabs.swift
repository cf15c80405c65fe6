import TerminalKit

/// A page as its tab names it: the key that leads to it, then its name.
protocol TabbedPage: Hashable, Sendable, CaseIterable, RawRepresentable where RawValue == String {
  var tabKey: String { get }
}

extension Explorer.Page: TabbedPage {
  /// Enter goes deeper, from the overview to a head to a cell.
  var tabKey: String { key.map(String.init) ?? "Enter" }
}

extension Lab.Page: TabbedPage {
  var tabKey: String { String(key) }
}

/// The line of a view's pages, each with the key that leads to it; as many as fit, the selected one always.
struct PageTabs<Page: TabbedPage> {
  struct Item: Hashable {
    var page: Page
    var column: Int
    var width: Int
  }

  var selected: Page
  var area: Rectangle

  private static func width(_ page: Page) -> Int { page.tabKey.count + 1 + page.rawValue.count }

  /// Pages on show: from the first on, or so many that the selected one is the last.
  var items: [Item] {
    let pages = Array(Page.allCases)
    for first in pages.indices {
      var items: [Item] = []
      var column = area.column + 1 + (first > 0 ? 2 : 0)
      for index in first..<pages.count {
        let width = Self.width(pages[index])
        let mark = index < pages.count - 1 ? 2 : 0  // says that there are more
        guard column + width + mark < area.endColumn else { break }
        items.append(Item(page: pages[index], column: column, width: width))
        column += width + 2
      }
      if items.contains(where: { $0.page == selected }) { return items }
    }
    return []
  }

  func draw(in grid: inout Grid) {
    let (items, pages) = (items, Array(Page.allCases))
    guard let first = items.first, let last = items.last else { return }
    if first.page != pages.first { grid.put("‹", row: area.row, column: area.column + 1, style: .muted) }
    for item in items {
      let isSelected = item.page == selected
      let next = grid.put(
        item.page.tabKey, row: area.row, column: item.column, style: isSelected ? .accent : Style(bold: true))
      grid.put(item.page.rawValue, row: area.row, column: next + 1, style: isSelected ? .accent : .muted)
      if isSelected {
        let whole = Rectangle(row: area.row, column: item.column, rows: 1, columns: item.width)
        grid.restyle(whole) { $0 = $0.with(underline: true) }
      }
    }
    if last.page != pages.last {
      grid.put("›", row: area.row, column: last.column + last.width + 1, style: .muted)
    }
  }

  func page(atColumn column: Int) -> Page? {
    items.first { column >= $0.column && column < $0.column + $0.width }?.page
  }
}
