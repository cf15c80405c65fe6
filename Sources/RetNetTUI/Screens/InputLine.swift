import TerminalKit

/// The input line, and what is open above it: the rest of a draft, a search in the history, completions.
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
    let area = plan.area
    grid.fill(Rectangle(row: plan.top, column: 0, rows: area.endRow - plan.top, columns: area.columns))
    drawRule(in: &grid)
    drawMenu(in: &grid)
    if plan.first == 0 { grid.put("›", area.row, 1, state.isTyping ? .accent : .muted) }
    drawText(in: &grid)
    guard state.isTyping else { return }
    if let rule = plan.rule, let text = state.historySearchText, let query = state.historySearch?.query {
      let typed = TextWidth.width(of: "search: " + query)
      grid.put(TextWidth.truncate(" \(text) ", to: area.columns - 2), rule, 1, .accent)
      grid.cursor = Position(row: rule, column: min(2 + typed, area.columns - 1))
    } else {
      grid.cursor = plan.cursor
    }
  }

  private func drawText(in grid: inout Grid) {
    let line = state.shownLine
    let area = Rectangle(row: plan.area.row, column: InputPlan.prompt, rows: plan.area.rows, columns: plan.room)
    if line.isEmpty {
      grid.put(state.focus == .input ? placeholder : "i or Tab to type", area.row, area.column, .muted, in: area)
    } else if let rows = plan.rows {
      for row in 0..<area.rows { grid.put(rows.text(plan.first + row), area.row + row, area.column, in: area) }
    } else {
      let text = String(line.characters[plan.shown])
      let end = grid.put(text, area.row, area.column, state.isCommanding ? .accent : .plain, in: area)
      let note = "the draft is kept"
      let column = plan.area.endColumn - note.count - 1
      if state.isCommanding, !state.input.isEmpty, end + 2 <= column { grid.put(note, area.row, column, .muted) }
    }
  }

  /// The line above the text. It says which rows of a long draft, or which completions, are visible.
  private func drawRule(in grid: inout Grid) {
    guard let rule = plan.rule else { return }
    grid.horizontalLine(row: rule, column: 0, length: plan.area.columns)
    var text = ""
    if let count = plan.rows?.ranges.count, count > plan.area.rows {
      text = " rows \(plan.first + 1) to \(plan.first + plan.area.rows) of \(count) "
    } else if let items = state.commandLine.menu?.items, let list = plan.menu, items.count > list.shown.count {
      text = " \(list.shown.lowerBound + 1) to \(list.shown.upperBound) of \(items.count) "
    }
    grid.put(text, rule, max(plan.area.columns - text.count - 2, 0), .muted)
  }

  private func drawMenu(in grid: inout Grid) {
    guard let menu = state.commandLine.menu, let list = plan.menu else { return }
    let widest = menu.items[list.shown].map { TextWidth.width(of: $0.text) }.max() ?? 0
    let column = InputPlan.prompt + min(widest, plan.room * 2 / 3) + 2
    for index in list.shown {
      let (item, row) = (menu.items[index], list.row(index))
      let isSelected = index == menu.selected
      if isSelected { grid.put("▸", row, 1, .accent) }
      let name = Rectangle(row: row, column: InputPlan.prompt, rows: 1, columns: column - InputPlan.prompt - 2)
      grid.put(item.text, row, InputPlan.prompt, isSelected ? .accent : .plain, in: name)
      grid.put(TextWidth.truncate(item.detail, to: max(plan.area.columns - column - 1, 0)), row, column, .muted)
    }
  }
}
