import RetNet
import TerminalKit

/// The token strip, the last token at its right end, and under each token how much it weighs now for the selected head.
struct TokenPane {
  struct Item: Hashable {
    var entry: TokenHistory.Entry
    var text: String
    var column: Int
    var width: Int
    var share: Double
  }

  static let labelWidth = 8
  static let longestPiece = 14

  var state: AppState
  var area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    grid.put("Tokens", row: area.row, column: 1, style: state.titleStyle)
    grid.put("weight", row: area.row + 1, column: 1, style: .muted)
    let items = items
    guard !items.isEmpty else {
      grid.put("none yet: a message fills this strip", row: area.row, column: Self.labelWidth, style: .muted)
      return
    }
    let largest = items.map(\.share).max() ?? 0
    for item in items {
      let isNow = item.entry.index == state.position - 1
      let style: Style = isNow ? .accent : item.entry.role == .control ? .muted : .plain
      grid.put(isNow ? "[\(item.text)]" : item.text, row: area.row, column: item.column - (isNow ? 1 : 0), style: style)
      let bar = Cell(Self.bar(largest > 0 ? item.share / largest : 0), style: isNow ? .accent : .muted)
      for column in 0..<item.width { grid.put(bar, row: area.row + 1, column: item.column + column) }
    }
  }

  /// An eighth block by share; nothing at all below a sixteenth of the largest.
  static func bar(_ share: Double) -> Glyph {
    let bars: [Glyph] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return bars[Int((min(max(share, 0), 1) * 8).rounded())]
  }

  /// The tokens that fit, the last at the right end.
  var items: [Item] {
    let entries = state.tokens.past
    guard !area.isEmpty, state.result != nil else { return [] }
    let shares = RecordedSession(state)?.shares() ?? []
    var items: [Item] = []
    var end = area.endColumn - 2
    for index in entries.indices.reversed() {
      let text = Self.shown(entries[index].piece)
      let width = TextWidth.width(of: text)
      let column = end - width
      guard column > Self.labelWidth else { break }
      items.append(
        Item(
          entry: entries[index], text: text, column: column, width: width,
          share: index < shares.count ? shares[index] : 0))
      end = column - (items.count == 1 ? 2 : 1)
    }
    guard let first = items.last else { return [] }
    // A short strip begins at the left.
    let gap = entries.count == items.count ? first.column - Self.labelWidth - (items.count == 1 ? 1 : 0) : 0
    return items.reversed().map { item in
      var moved = item
      moved.column -= max(gap, 0)
      return moved
    }
  }

  private static func shown(_ piece: String) -> String {
    let text = TextWidth.truncate(PieceText.shown(piece), to: longestPiece)
    return TextWidth.width(of: text) == 0 ? "·" : text
  }

  /// What a click on a token says.
  func explanation(row: Int, column: Int) -> String? {
    guard area.contains(row: row, column: column),
      let item = items.first(where: { column >= $0.column && column < $0.column + $0.width })
    else { return nil }
    return "Token \(item.entry.index) \(item.text): \(CommandTable.trimmed(Numbers.percent(item.share))) of what layer "
      + "\(state.settings.layer) head \(state.settings.head) reads now, of the last \(state.tokens.past.count)."
  }
}
