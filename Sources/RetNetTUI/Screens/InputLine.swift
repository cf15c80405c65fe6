import TerminalKit

/// The input line. It shows the part around the cursor.
struct InputLine {
  var state: AppState
  var plan: InputPlan

  private var placeholder: String {
    if state.view == .lessons {
      return state.lesson == nil ? "Enter opens the selected lesson" : "an answer, or a word such as hint"
    }
    return "type \(state.model?.continuesText == true ? "some text" : "a message") · Enter sends"
  }

  func draw(in grid: inout Grid) {
    let (row, start) = (plan.area.row, plan.start)
    let hasFocus = state.focus == .input && state.overlay == nil
    grid.put("›", row, 1, hasFocus ? .accent : .muted)
    let area = Rectangle(row: row, column: InputPlan.prompt, rows: 1, columns: plan.room)
    if state.input.isEmpty {
      let text = state.focus == .input ? placeholder : "i or Tab to type"
      grid.put(text, row, InputPlan.prompt, .muted, in: area)
    } else {
      let isCommand = CommandTable.isCommand(state.input.text)
      let text = String(state.input.characters[start...])
      grid.put(text, row, InputPlan.prompt, isCommand ? .accent : .plain, in: area)
    }
    if hasFocus {
      let before = state.input.characters[start..<state.input.cursor]
      grid.cursor = Position(row: row, column: InputPlan.prompt + TextWidth.width(of: String(before)))
    }
  }
}
