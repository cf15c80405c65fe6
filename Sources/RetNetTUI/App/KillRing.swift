/// Texts that keys have deleted, and that other keys insert again. The message line and the command line share it.
struct KillRing: Sendable, Hashable {
  /// The newest last.
  private(set) var texts: [String] = []
  private var last = Last.other

  private static let limit = 32

  /// What the previous key did.
  private enum Last: Sendable, Hashable {
    case kill
    /// Inserted the text `age` before the newest, which is now at `range`.
    case yank(Range<Int>, age: Int)
    case other
  }

  /// Ends a sequence of deletions whose texts become one, or of insertions that replace each other.
  mutating func endSequence() { last = .other }

  private mutating func kill(_ text: String, isForward: Bool) {
    guard !text.isEmpty else { return }
    if last == .kill, let newest = texts.popLast() {
      texts.append(isForward ? newest + text : text + newest)
    } else {
      texts.append(text)
      if texts.count > Self.limit { texts.removeFirst() }
    }
    last = .kill
  }

  private mutating func yank(age: Int, into line: inout LineEditor) {
    guard !texts.isEmpty else { return }
    let start = line.cursor
    line.insert(texts[texts.count - 1 - age])
    last = .yank(start..<max(line.cursor, start), age: age)
  }

  /// - Returns: whether the edit had an effect that the user can expect; false for nothing to insert or to undo.
  mutating func apply(_ edit: LineEdit, to line: inout LineEditor) -> Bool {
    switch edit {
    case .deleteToStart: kill(line.deleteToStart(), isForward: false)
    case .deleteToEnd: kill(line.deleteToEnd(), isForward: true)
    case .deleteWord: kill(line.deleteWord(), isForward: false)
    case .deleteWordLeft: kill(line.delete(line.wordStart..<line.cursor), isForward: false)
    case .deleteWordRight: kill(line.delete(line.cursor..<line.wordEnd), isForward: true)
    case .yank:
      yank(age: 0, into: &line)
      return !texts.isEmpty
    case .yankOlder:
      guard case .yank(let range, let age) = last, !texts.isEmpty else { return true }
      line.delete(range)
      yank(age: (age + 1) % texts.count, into: &line)
    case .deleteBackward, .deleteForward, .left, .right, .start, .end, .wordLeft, .wordRight, .lineBreak, .undo:
      endSequence()
      return Self.change(&line, edit)
    }
    return true
  }

  private static func change(_ line: inout LineEditor, _ edit: LineEdit) -> Bool {
    switch edit {
    case .deleteBackward: line.deleteBackward()
    case .deleteForward: line.deleteForward()
    case .left: line.move(by: -1)
    case .right: line.move(by: 1)
    case .start: line.moveToStart()
    case .end: line.moveToEnd()
    case .wordLeft: line.move(to: line.wordStart)
    case .wordRight: line.move(to: line.wordEnd)
    case .lineBreak: line.insert("\n")
    case .undo: return line.undo()
    case .deleteToStart, .deleteToEnd, .deleteWord, .deleteWordLeft, .deleteWordRight, .yank, .yankOlder: break
    }
    return true
  }
}
