import RetNet
import TerminalKit

/// Where the items of a list stand, each on as many lines.
struct ListPlan: Sendable, Hashable {
  /// The lines of the items, without headings.
  var area: Rectangle
  /// The items on show.
  var shown: Range<Int>
  var linesPerItem = 1

  /// The items from `first` on.
  init(_ area: Rectangle, count: Int, first: Int) {
    self.area = area
    shown = min(first, count)..<min(first + area.rows, count)
  }

  /// As many items as fit, the selected one in their middle.
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
