/// An input line with a cursor and a history.
struct LineEditor: Sendable, Hashable {
  private(set) var characters: [Character] = []
  /// The insertion point, 0…count.
  private(set) var cursor = 0
  private(set) var history: [String] = []
  /// The index of the visible history line; nil for the new line.
  private var place: Int?
  /// The new line while a history line is visible.
  private var draft: [Character] = []

  /// Largest number of characters that one paste inserts.
  static let limit = 20_000

  var text: String { String(characters) }
  var isEmpty: Bool { characters.isEmpty }

  /// Inserts text at the cursor. A line break becomes a space, other control characters are dropped.
  /// - Returns: whether the whole text fitted.
  @discardableResult
  mutating func insert(_ text: String) -> Bool {
    let typed = text.compactMap { character -> Character? in
      if character.isNewline || character == "\t" { return " " }
      return character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? nil : character
    }
    let room = max(Self.limit - characters.count, 0)
    characters.insert(contentsOf: typed.prefix(room), at: cursor)
    cursor += min(typed.count, room)
    normalise()
    return typed.count <= room
  }

  /// A typed combining mark joins the character before it; the cursor stays within the line.
  private mutating func normalise() {
    let joined = Array(String(characters))
    guard joined.count != characters.count else { return }
    cursor = String(characters.prefix(cursor)).count
    characters = joined
    cursor = min(cursor, characters.count)
  }

  mutating func move(by count: Int) { cursor = min(max(cursor + count, 0), characters.count) }
  mutating func moveToStart() { cursor = 0 }
  mutating func moveToEnd() { cursor = characters.count }
  mutating func move(to position: Int) { cursor = min(max(position, 0), characters.count) }

  mutating func deleteBackward() {
    guard cursor > 0 else { return }
    cursor -= 1
    characters.remove(at: cursor)
  }

  mutating func deleteForward() {
    guard cursor < characters.count else { return }
    characters.remove(at: cursor)
  }

  mutating func deleteToStart() {
    characters.removeFirst(cursor)
    cursor = 0
  }

  mutating func deleteToEnd() { characters.removeLast(characters.count - cursor) }

  /// Deletes the word before the cursor and the spaces after it.
  mutating func deleteWord() {
    while cursor > 0, characters[cursor - 1].isWhitespace { deleteBackward() }
    while cursor > 0, !characters[cursor - 1].isWhitespace { deleteBackward() }
  }

  mutating func replace(with text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  mutating func clear() {
    characters = []
    cursor = 0
    place = nil
  }

  /// Inserts texts before the line, separated by spaces.
  mutating func prepend(_ texts: [String]) {
    replace(with: (texts + (isEmpty ? [] : [text])).joined(separator: " "))
  }

  /// Clears the line and appends it to the history, from which `older` returns it.
  @discardableResult
  mutating func submit() -> String {
    let line = text
    if !line.isEmpty, history.last != line { history.append(line) }
    if history.count > 200 { history.removeFirst() }
    clear()
    return line
  }

  /// Shows the previous line of the history.
  mutating func older() {
    let next = (place ?? history.count) - 1
    guard history.indices.contains(next) else { return }
    if place == nil { draft = characters }
    place = next
    replace(with: history[next])
  }

  /// Shows the next line of the history, and finally the new line.
  mutating func newer() {
    guard let current = place else { return }
    place = current + 1 < history.count ? current + 1 : nil
    replace(with: place.map { history[$0] } ?? String(draft))
  }
}
