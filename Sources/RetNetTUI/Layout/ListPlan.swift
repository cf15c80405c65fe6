import RetNet
import TerminalKit

/// The layout of a list whose items have the same number of lines.
struct ListPlan: Sendable, Hashable {
  /// The rectangle of the items, without headings.
  var area: Rectangle
  /// The visible items.
  var shown: Range<Int>
  var linesPerItem = 1

  /// Shows the items from `first` on.
  init(_ area: Rectangle, count: Int, first: Int) {
    self.area = area
    shown = min(first, count)..<min(first + area.rows, count)
  }

  /// Shows as many items as fit, with the selected one in the middle.
  init(_ area: Rectangle, count: Int, around selected: Int, linesPerItem: Int = 1) {
    (self.area, self.linesPerItem) = (area, linesPerItem)
    shown = Self.window(min(area.rows / linesPerItem, count), of: count, around: selected)
  }

  static func window(_ count: Int, of total: Int, around selected: Int) -> Range<Int> {
    let start = min(max(selected - count / 2, 0), total - count)
    return start..<start + count
  }

  /// The first screen line of an item.
  func row(_ item: Int) -> Int { area.row + (item - shown.lowerBound) * linesPerItem }

  func item(row: Int, column: Int) -> Int? {
    guard area.contains(row: row, column: column) else { return nil }
    let item = shown.lowerBound + (row - area.row) / linesPerItem
    return shown.contains(item) ? item : nil
  }

  func line(row: Int, column: Int) -> ViewTarget? { item(row: row, column: column).map { .line($0) } }

  func head(of layer: Int, row: Int, column: Int) -> ViewTarget? {
    item(row: row, column: column).map { .head(HeadIndex(layer: layer, head: $0)) }
  }
}
