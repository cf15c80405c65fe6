import TerminalKit

/// The line where messages and commands are typed; it shows the part around the cursor.
struct InputLine {
  static let prompt = 3

  var state: AppState
  var width: Int

  init(_ state: AppState, width: Int) {
    self.state = state
    self.width = width
  }

  private var room: Int { max(width - Self.prompt - 1, 1) }

  private func columns(_ character: Character) -> Int { TextWidth.width(of: String(character)) }

  /// The first character on show, so that the cursor has a column.
  private var start: Int {
    var start = state.input.cursor
    var used = 1
    while start > 0 {
      used += columns(state.input.characters[start - 1])
      if used > room { break }
      start -= 1
    }
    return start
  }

  private var placeholder: String {
    if state.view == .lessons {
      return state.lesson == nil ? "Enter opens the chosen lesson" : "an answer, or a word such as hint"
    }
    return "type \(state.model?.continuesText == true ? "some text" : "a message") · Enter sends"
  }

  func draw(in grid: inout Grid, row: Int) {
    let hasFocus = state.focus == .input && state.overlay == nil
    grid.put("›", row: row, column: 1, style: hasFocus ? .accent : .muted)
    let area = Rectangle(row: row, column: Self.prompt, rows: 1, columns: room)
    let start = start
    if state.input.isEmpty {
      let text = state.focus == .input ? placeholder : "i or Tab to type"
      grid.put(text, row: row, column: Self.prompt, style: .muted, clippedTo: area)
    } else {
      let isCommand = CommandTable.isCommand(state.input.text)
      let text = String(state.input.characters[start...])
      grid.put(text, row: row, column: Self.prompt, style: isCommand ? .accent : .plain, clippedTo: area)
    }
    if hasFocus {
      let before = state.input.characters[start..<state.input.cursor]
      grid.cursor = Position(row: row, column: Self.prompt + TextWidth.width(of: String(before)))
    }
  }

  /// The character before which a click at `column` sets the cursor.
  func position(atColumn column: Int) -> Int {
    var at = Self.prompt
    for index in start..<state.input.characters.count {
      at += columns(state.input.characters[index])
      if column < at { return index }
    }
    return state.input.characters.count
  }
}
