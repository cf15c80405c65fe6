/// An incremental search in the history of a line, from the newest line back.
struct HistorySearch: Sendable, Hashable {
  private(set) var query = ""
  /// The index of the line found; nil before the first.
  private(set) var place: Int?
  /// Whether no other line has the query.
  private(set) var hasFailed = false

  private static let limit = 200

  /// Extends the query. The search continues at the line found.
  mutating func add(_ text: String, in history: [String]) {
    query = String((query + text.map { $0.isNewline || $0 == "\t" ? " " : $0 }).prefix(Self.limit))
    find(from: min(place ?? .max, history.count - 1), by: -1, in: history)
  }

  /// Shortens the query, and begins again at the newest line.
  mutating func deleteBackward(in history: [String]) {
    query = String(query.dropLast())
    (place, hasFailed) = (nil, false)
    if !query.isEmpty { find(from: history.count - 1, by: -1, in: history) }
  }

  /// Searches the lines before, or after, the line found.
  mutating func findNext(older: Bool, in history: [String]) {
    let step = older ? -1 : 1
    find(from: (place ?? history.count) + step, by: step, in: history)
  }

  /// Capital letters in the query are distinguished, small ones are not.
  private mutating func find(from start: Int, by step: Int, in history: [String]) {
    let isExact = query.contains(where: \.isUppercase)
    let found = place.flatMap { history[at: $0] }
    var index = start
    while history.indices.contains(index) {
      let line = isExact ? history[index] : history[index].lowercased()
      if query.isEmpty || line.contains(query), history[index] != found || index == place {
        (place, hasFailed) = (index, false)
        return
      }
      index += step
    }
    hasFailed = true
  }
}

/// A step of the search in the history.
enum HistoryStep: Hashable, Sendable { case older, newer, deleteBackward, take, cancel }

extension AppState {
  /// The line that the search has found; nil without one.
  var foundLine: String? { historySearch?.place.flatMap { line.history[at: $0] } }

  /// The line as the screen shows it: of a search, the line found.
  var shownLine: LineEditor {
    guard let foundLine else { return line }
    var shown = LineEditor(isMultiline: line.isMultiline)
    shown.insert(foundLine)
    return shown
  }

  mutating func extendSearch(_ text: String) {
    let history = line.history
    historySearch?.add(text, in: history)
  }

  mutating func searchHistory(_ step: HistoryStep) {
    let history = line.history
    guard historySearch != nil else {
      if history.isEmpty { return say("The history is empty.") }
      historySearch = HistorySearch()
      return
    }
    switch step {
    case .older: historySearch?.findNext(older: true, in: history)
    case .newer: historySearch?.findNext(older: false, in: history)
    case .deleteBackward: historySearch?.deleteBackward(in: history)
    case .take:
      if let foundLine { line.replace(with: foundLine) }
      historySearch = nil
    case .cancel: historySearch = nil
    }
  }

  /// The line above the found one.
  var historySearchText: String? {
    historySearch.map { "search: \($0.query)" + ($0.hasFailed && !$0.query.isEmpty ? "   no other line" : "") }
  }
}
