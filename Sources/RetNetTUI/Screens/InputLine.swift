import TerminalKit

/// The input line. It shows the part around the cursor.
struct InputLine {
  var state: AppState
  var plan: InputPlan

  private var placeholder: String {
    if state.view == .lessons {
      return state.lesson == nil ? "Enter opens the selected lesson" : "an answer, or a word such as hint"
    }
    if state.isReplying { return "type a message · Enter queues it" }
    return "type \(state.model?.continuesText == true ? "some text" : "a message") · Enter sends"
  }

  func draw(in grid: inout Grid) {
    let (row, start) = (plan.area.row, plan.start)
    let hasFocus = state.isTyping
    grid.fill(plan.area)
    grid.put("›", row, 1, hasFocus ? .accent : .muted)
    let area = Rectangle(row: row, column: InputPlan.prompt, rows: 1, columns: plan.room)
    if state.line.isEmpty {
      let text = state.focus == .input ? placeholder : "i or Tab to type"
      grid.put(text, row, InputPlan.prompt, .muted, in: area)
    } else {
      let text = String(state.line.characters[start...])
      let end = grid.put(text, row, InputPlan.prompt, state.isCommanding ? .accent : .plain, in: area)
      let note = "the draft is kept"
      let column = plan.area.endColumn - note.count - 1
      if state.isCommanding, !state.input.isEmpty, end + 2 <= column { grid.put(note, row, column, .muted) }
    }
    if hasFocus {
      let before = state.line.characters[start..<state.line.cursor]
      grid.cursor = Position(row: row, column: InputPlan.prompt + TextWidth.width(of: String(before)))
    }
  }
}
