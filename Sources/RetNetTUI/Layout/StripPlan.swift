import RetNet
import RetNetSession
import TerminalKit

/// The layout of the explorer's token strip and of the scrubber over the whole session.
struct StripPlan: Sendable {
  struct Item: Hashable {
    /// Index in the session, from 0.
    var index: Int
    var text: String
    var role: StepResult.Role
    var column: Int
    var width: Int
    /// The number under the token, if any.
    var number: Double?
  }

  var area: Rectangle
  /// The tokens that fit. The current one is at the right end, or two thirds along if later tokens are recorded.
  private(set) var items: [Item] = []
  var scrubberText: String
  private(set) var position: Int
  private var length: Int
  /// Whether a token has room for its number in the session.
  private var isNumbered: Bool

  /// - Parameter isNumbered: whether the strip has the tokens' numbers in the session under them, instead of values.
  init(_ state: AppState, area: Rectangle, isNumbered: Bool = false) {
    (self.area, self.isNumbered) = (area, isNumbered)
    position = state.position
    length = max(state.explorer.session.length, position)
    scrubberText = "\(Numbers.grouped(position)) of \(Numbers.grouped(length))"
    items = Self.items(state, area: area, labelColumns: labelColumns, isNumbered: isNumbered)
  }

  var isWide: Bool { area.columns >= 60 }
  var labelColumns: Int { isNumbered ? 9 : isWide ? 18 : 10 }

  private static func items(
    _ state: AppState, area: Rectangle, labelColumns: Int, isNumbered: Bool
  ) -> [Item] {
    let now = state.position - 1
    let entries = state.tokens.entries
    guard !area.isEmpty, state.result != nil, !entries.isEmpty else { return [] }
    let numbers = isNumbered ? [] : numbers(state)
    func texts(_ index: Int) -> String { PieceText.short(entries[index].piece) }
    let center = entries.lastIndex { $0.index <= now } ?? entries.startIndex
    let left = area.column + labelColumns
    let room = area.endColumn - 1 - left
    func textWidth(_ index: Int) -> Int {
      max(TextWidth.width(of: texts(index)), isNumbered ? String(entries[index].index).count : 0)
    }
    func width(_ index: Int) -> Int { textWidth(index) + (entries[index].index == now ? 2 : 0) }

    let isFuture = center < entries.endIndex - 1
    var used = width(center)
    guard used <= room else { return [] }
    var (first, last) = (center, center)
    func grow(backTo limit: Int) {
      while first > entries.startIndex, used + 1 + width(first - 1) <= limit {
        first -= 1
        used += 1 + width(first)
      }
    }
    grow(backTo: isFuture ? room * 2 / 3 : room)
    while last < entries.endIndex - 1, used + 1 + width(last + 1) <= room {
      last += 1
      used += 1 + width(last)
    }
    grow(backTo: room)
    // A strip longer than the room is aligned to the right, a shorter one to the left.
    var column = first > entries.startIndex && last == entries.endIndex - 1 ? left + room - used : left
    return (first...last).map { index in
      let text = texts(index)
      let isNow = entries[index].index == now
      let item = Item(
        index: entries[index].index, text: text, role: entries[index].role, column: column + (isNow ? 1 : 0),
        width: textWidth(index), number: index < numbers.count ? numbers[index] : nil)
      column += width(index) + 1
      return item
    }
  }

  /// The numbers of the selected strip, one per entry of the history.
  static func numbers(_ state: AppState) -> [Double?] {
    let entries = state.tokens.entries
    // Recorded tokens after the current one have no weight.
    func upToNow(_ shares: [Double]?) -> [Double?] {
      shares.map { shares in entries.indices.map { $0 < shares.count ? shares[$0] : 0 } } ?? []
    }
    switch state.explorer.strip {
    case .entropy: return entries.map { $0.entropyBefore.map(Double.init) }
    case .surprise: return entries.map { $0.logProbability.map { -Double($0) } }
    case .weight: return upToNow(RecordedSession(state)?.shares())
    case .mean: return upToNow(RecordedSession(state)?.meanShares())
    }
  }

  // MARK: The scrubber

  /// The rectangle of the scrubber's line, between its two ends.
  var track: Rectangle {
    let end = area.endColumn - 2 - scrubberText.count - 1
    return Rectangle(row: area.row + 2, column: area.column + 2, rows: 1, columns: end - area.column - 2)
  }

  func trackColumn(_ position: Int) -> Int {
    let track = track
    guard length > 0 else { return track.column }
    let share = Double(min(max(position, 0), length)) / Double(length)
    return track.column + Int((share * Double(track.columns - 1)).rounded())
  }

  /// The token of the session at a screen position.
  func token(row: Int, column: Int) -> Int? {
    guard area.rows >= 2, area.contains(row: row, column: column) else { return nil }
    if row < area.row + 2 {
      return items.first { column >= $0.column && column < $0.column + $0.width }?.index
    }
    let track = track
    guard track.columns >= 4, length > 0, column >= track.column, column < track.endColumn else { return nil }
    let share = Double(column - track.column) / Double(track.columns - 1)
    return max(Int((share * Double(length)).rounded()) - 1, 0)
  }
}
