import TerminalKit

/// The text of an input line, with its cursor, its history and its undo steps.
struct LineEditor: Sendable, Hashable {
  /// Whether the text may have line breaks.
  let isMultiline: Bool
  private(set) var characters: [Character] = []
  /// The insertion point, 0…count.
  private(set) var cursor = 0 { didSet { goalColumn = nil } }
  /// The column that movements between rows keep; nil after any other change.
  var goalColumn: Int?
  /// Earlier lines, the newest last.
  private(set) var history: [String] = []
  /// The index of the visible history line; nil for the new line.
  private var place: Int?
  /// The new line while a history line is visible.
  private var draft: [Character] = []
  private var undoSteps: [UndoStep] = []
  private var lastChange = Change.other

  /// Largest number of characters in a line.
  static let limit = 20_000
  static let historyLimit = 1000
  /// Largest number of code points in a character, more than any emoji or syllable has.
  private static let scalarLimit = 32
  private static let undoLimit = 100

  init(isMultiline: Bool = false) { self.isMultiline = isMultiline }

  var text: String { String(characters) }
  var isEmpty: Bool { characters.isEmpty }

  /// Inserts text at the cursor. Control characters and characters that are not visible are dropped. In a line without
  /// breaks, a line break or a tab becomes a space.
  ///
  /// - Returns: whether the whole text fitted.
  @discardableResult
  mutating func insert(_ text: String) -> Bool {
    let room = max(Self.limit - characters.count, 0)
    var typed: [Character] = []
    var fits = true
    for character in text {
      guard let character = accepted(character) else { continue }
      fits = typed.count < room
      guard fits else { break }
      typed.append(character)
    }
    guard !typed.isEmpty else { return fits }
    let isWordStart = typed.count == 1 && !typed[0].isWhitespace && cursor > 0 && characters[cursor - 1].isWhitespace
    recordUndo(typed.count == 1 ? .typing : .other, isNew: isWordStart)
    characters.insert(contentsOf: typed, at: cursor)
    cursor += typed.count
    normalise()
    return fits
  }

  private func accepted(_ character: Character) -> Character? {
    if character.isNewline { return isMultiline ? "\n" : " " }
    if character == "\t" { return isMultiline ? "\t" : " " }
    var scalars = character.unicodeScalars
    if scalars.contains(where: { $0.properties.generalCategory == .control }) { return nil }
    let isFlag = scalars.first == "\u{1F3F4}"
    if scalars.count > Self.scalarLimit || !isFlag && scalars.contains(where: ScreenText.isTag) {
      scalars.removeAll { !isFlag && ScreenText.isTag($0) }
      guard let rest = String(String.UnicodeScalarView(scalars.prefix(Self.scalarLimit))).first else { return nil }
      return accepted(rest)
    }
    // A combining mark joins the character before it.
    let isMark = scalars.first.map { $0.properties.isGraphemeExtend && !$0.properties.isDefaultIgnorableCodePoint }
    return isMark == true || !ScreenText.glyphs(String(character)).isEmpty ? character : nil
  }

  /// A typed combining mark joins the character before it; the cursor stays within the line.
  private mutating func normalise() {
    let joined = Array(String(characters))
    guard joined.count != characters.count else { return }
    let before = String(characters.prefix(cursor)).count
    characters = joined
    cursor = min(before, characters.count)
  }

  // MARK: Movements

  mutating func move(by count: Int) { cursor = min(max(cursor + count, 0), characters.count) }
  mutating func moveToStart() { cursor = lineStart }
  mutating func moveToEnd() { cursor = lineEnd }
  mutating func move(to position: Int) { cursor = min(max(position, 0), characters.count) }

  /// The start of the cursor's line of the text.
  private var lineStart: Int { characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0 }
  private var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

  /// The start of the word before the cursor: letters and digits, and what separates them from the cursor.
  var wordStart: Int {
    let end = characters[..<cursor].lastIndex(where: \.isWordCharacter) ?? -1
    return characters[..<(end + 1)].lastIndex { !$0.isWordCharacter }.map { $0 + 1 } ?? 0
  }

  /// The end of the word after the cursor.
  var wordEnd: Int {
    guard let start = characters[cursor...].firstIndex(where: \.isWordCharacter) else { return characters.count }
    return characters[start...].firstIndex { !$0.isWordCharacter } ?? characters.count
  }

  // MARK: Deletions

  /// Deletes a range and moves the cursor there.
  ///
  /// - Returns: the deleted text.
  @discardableResult
  mutating func delete(_ range: Range<Int>) -> String {
    let range = range.clamped(to: characters.indices)
    guard !range.isEmpty else { return "" }
    recordUndo(range.count == 1 ? .erasing : .other)
    let deleted = String(characters[range])
    characters.removeSubrange(range)
    cursor = range.lowerBound
    normalise()
    return deleted
  }

  mutating func deleteBackward() { delete(cursor - 1..<cursor) }
  mutating func deleteForward() { delete(cursor..<cursor + 1) }

  /// Deletes to the start of the line of the text; there, the line break before it.
  @discardableResult
  mutating func deleteToStart() -> String { delete(lineStart < cursor ? lineStart..<cursor : cursor - 1..<cursor) }

  /// Deletes to the end of the line of the text; there, the line break after it.
  @discardableResult
  mutating func deleteToEnd() -> String { delete(lineEnd > cursor ? cursor..<lineEnd : cursor..<cursor + 1) }

  /// Deletes the word before the cursor and the spaces after it. Spaces separate words.
  @discardableResult
  mutating func deleteWord() -> String {
    let end = characters[..<cursor].lastIndex { !$0.isWhitespace } ?? -1
    let start = characters[..<(end + 1)].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
    return delete(start..<cursor)
  }

  // MARK: The whole text

  mutating func replace(with text: String) {
    recordUndo(.other)
    characters = Array(text)
    cursor = characters.count
  }

  /// Replaces a range by a text, after which the cursor stays.
  mutating func replace(_ range: Range<Int>, with text: String) {
    recordUndo(.other)
    characters.replaceSubrange(range.clamped(to: 0..<characters.count), with: Array(text))
    cursor = min(range.lowerBound + text.count, characters.count)
  }

  mutating func clear() {
    characters = []
    cursor = 0
    place = nil
    undoSteps = []
    lastChange = .other
  }

  /// Inserts texts before the line, separated by spaces.
  mutating func prepend(_ texts: [String]) {
    replace(with: (texts + (isEmpty ? [] : [text])).joined(separator: " "))
  }

  // MARK: History

  /// Clears the line and appends it to the history, from which `older` returns it.
  @discardableResult
  mutating func submit() -> String {
    let line = text
    if !line.isEmpty, history.last != line { history.append(line) }
    if history.count > Self.historyLimit { history.removeFirst() }
    clear()
    return line
  }

  /// Puts the lines of earlier sessions before the history.
  mutating func load(history lines: [String]) { history = Array((lines + history).suffix(Self.historyLimit)) }

  /// Shows the previous line of the history.
  mutating func older() {
    let next = (place ?? history.count) - 1
    guard history.indices.contains(next) else { return }
    if place == nil { draft = characters }
    replace(with: history[next])
    place = next
  }

  /// Shows the next line of the history, and finally the new line.
  mutating func newer() {
    guard let current = place else { return }
    place = current + 1 < history.count ? current + 1 : nil
    replace(with: place.map { history[$0] } ?? String(draft))
  }

  // MARK: Undo

  private enum Change: Sendable, Hashable { case typing, erasing, other }

  /// The line before a change.
  private struct UndoStep: Sendable, Hashable {
    var text: String
    var cursor: Int
  }

  /// Records the line before a change. A word that is typed, or characters erased one by one, are one change.
  private mutating func recordUndo(_ change: Change, isNew: Bool = false) {
    defer { lastChange = change }
    if change == lastChange, change != .other, !isNew { return }
    undoSteps.append(UndoStep(text: text, cursor: cursor))
    if undoSteps.count > Self.undoLimit { undoSteps.removeFirst() }
  }

  /// Returns the line before the last change.
  ///
  /// - Returns: whether there was a change.
  mutating func undo() -> Bool {
    guard let step = undoSteps.popLast() else { return false }
    characters = Array(step.text)
    cursor = min(step.cursor, characters.count)
    lastChange = .other
    return true
  }
}

extension Character {
  /// Whether movements by words treat the character as part of a word.
  fileprivate var isWordCharacter: Bool { isLetter || isNumber }
}
