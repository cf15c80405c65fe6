import RetNet
import RetNetSession
import TerminalKit

/// The tokens as the explorer's time axis: the past to the left of now, what is recorded beyond it faint at the right, a number
/// under each, and a scrubber over the whole session.
struct ExplorerStrip {
  struct Item: Hashable {
    /// Place in the session, from 0.
    var index: Int
    var text: String
    var role: StepResult.Role
    var column: Int
    var width: Int
    /// What stands under it; nil where there is nothing.
    var number: Double?
  }

  private let state: AppState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  private var isWide: Bool { area.columns >= 60 }
  private var labelColumns: Int { isWide ? 15 : 10 }
  /// The present token, from 0.
  private var now: Int { state.position - 1 }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let items = items
    let largest = items.compactMap(\.number).filter(\.isFinite).max() ?? 0
    grid.put(labels.name, row: area.row, column: area.column + 1, style: state.titleStyle, clippedTo: area)
    if area.rows >= 3 { drawScrubber(in: &grid) }
    guard !items.isEmpty else {
      grid.put(
        TextWidth.width(of: Self.empty) + labelColumns < area.columns ? Self.empty : "none yet", row: area.row,
        column: area.column + labelColumns, style: .muted, clippedTo: area)
      return
    }
    let scale = "full \(labels.number(largest))"
    grid.put(scale, row: area.row + 1, column: area.column + 1, style: .muted, clippedTo: area)
    for item in items {
      let isNow = item.index == now
      let style: Style =
        isNow ? .accent : item.index > now ? Style(.muted, dim: true) : item.role == .control ? .muted : .plain
      grid.put(
        isNow ? "[\(item.text)]" : item.text, row: area.row, column: item.column - (isNow ? 1 : 0),
        style: style, clippedTo: area)
      let share = largest > 0 ? (item.number ?? 0) / largest : 0
      let bar = Cell(TokenPane.bar(share), style: isNow ? .accent : .muted)
      for x in 0..<item.width { grid.put(bar, row: area.row + 1, column: item.column + x, clippedTo: area) }
    }
  }

  private static let empty = "no token yet: a message fills this strip"

  // MARK: Numbers

  private struct Labels {
    var name: String
    var unit: String
    /// Shares are written in percent.
    var isShare: Bool

    /// Of at most 8 columns.
    func number(_ value: Double) -> String {
      CommandTable.trimmed(isShare ? Numbers.percent(value) : Numbers.magnitude(value))
    }
  }

  private var labels: Labels {
    switch state.explorer.strip {
    case .weight: Labels(name: isWide ? "weight, share" : "weight", unit: "", isShare: true)
    case .mean: Labels(name: isWide ? "mean weight" : "mean", unit: "", isShare: true)
    case .entropy: Labels(name: isWide ? "entropy, nat" : "entr nat", unit: "nat", isShare: false)
    case .surprise: Labels(name: isWide ? "surprise, nat" : "surp nat", unit: "nat", isShare: false)
    }
  }

  /// A number per entry of the history, under the present strip.
  private var numbers: [Double?] {
    let entries = state.tokens.entries
    // Recorded tokens beyond now weigh nothing.
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

  // MARK: Tokens

  /// The tokens that fit: now at the right end, or two thirds along where some are recorded beyond it.
  var items: [Item] {
    let entries = state.tokens.entries
    guard !area.isEmpty, state.result != nil, !entries.isEmpty else { return [] }
    let numbers = numbers
    let texts = { (index: Int) -> String in
      let text = TextWidth.truncate(PieceText.shown(entries[index].piece), to: TokenPane.longestPiece)
      return TextWidth.width(of: text) == 0 ? "·" : text
    }
    let center = entries.lastIndex { $0.index <= now } ?? entries.startIndex
    let left = area.column + labelColumns
    let room = area.endColumn - 1 - left
    func width(_ index: Int) -> Int { TextWidth.width(of: texts(index)) + (entries[index].index == now ? 2 : 0) }

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
    // A strip that is longer than the room ends at the right, a short one begins at the left.
    var column = first > entries.startIndex && last == entries.endIndex - 1 ? left + room - used : left
    return (first...last).map { index in
      let text = texts(index)
      let isNow = entries[index].index == now
      let item = Item(
        index: entries[index].index, text: text, role: entries[index].role, column: column + (isNow ? 1 : 0),
        width: TextWidth.width(of: text), number: index < numbers.count ? numbers[index] : nil)
      column += width(index) + 1
      return item
    }
  }

  // MARK: The scrubber

  private var length: Int { max(state.explorer.session.length, state.position) }
  private var scrubberText: String { "\(Numbers.grouped(state.position)) of \(Numbers.grouped(length))" }

  /// Where the scrubber's line runs, between its two ends.
  private var track: Rectangle {
    let end = area.endColumn - 2 - scrubberText.count - 1
    return Rectangle(row: area.row + 2, column: area.column + 2, rows: 1, columns: end - area.column - 2)
  }

  private func trackColumn(_ position: Int) -> Int {
    let track = track
    guard length > 0 else { return track.column }
    let share = Double(min(max(position, 0), length)) / Double(length)
    return track.column + Int((share * Double(track.columns - 1)).rounded())
  }

  private func drawScrubber(in grid: inout Grid) {
    let track = track
    guard track.columns >= 4 else { return }
    grid.put("◂", row: track.row, column: track.column - 1, style: .muted)
    grid.horizontalLine(row: track.row, column: track.column, length: track.columns)
    grid.put("▸", row: track.row, column: track.endColumn, style: .muted)
    for branch in state.explorer.session.branches where branch.id != 0 && branch.fork <= length {
      grid.put("┴", row: track.row, column: trackColumn(branch.fork), style: .plain)
    }
    grid.put("●", row: track.row, column: trackColumn(state.position), style: .accent)
    grid.put(scrubberText, row: track.row, column: track.endColumn + 2, style: .plain, clippedTo: area)
  }

  // MARK: Mouse and words

  /// The token of the session under a place on the screen.
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

  var text: [String] {
    guard state.result != nil, let now = state.tokens.entries.last(where: { $0.index <= self.now }) else {
      return ["No token yet."]
    }
    var lines = ["Token \(scrubberText), \(PieceText.shown(now.piece))."]
    let numbers = zip(state.tokens.entries, numbers).compactMap { entry, number in number.map { (entry, $0) } }
    let best = numbers.filter { $0.1.isFinite }.sorted { $0.1 > $1.1 }.prefix(3)
    if !best.isEmpty {
      let named = best.map { "\(PieceText.shown($0.0.piece)) at \($0.0.index) \(labels.number($0.1)) \(labels.unit)" }
      let name = state.explorer.strip.rawValue
      lines.append("\(name), largest: \(named.map(CommandTable.trimmed).joined(separator: ", ")).")
    }
    return lines
  }
}
