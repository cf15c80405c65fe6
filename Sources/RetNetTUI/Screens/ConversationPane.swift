import TerminalKit

/// The conversation, token by token as the model reads and writes it.
struct ConversationPane {
  var state: AppState
  var area: Rectangle

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    var title = "Conversation"
    if let turn = state.selectedTurn { title += "  turn \(turn) of 0–\(state.transcript.turns.count - 1)" }
    if state.scroll > 0 { title += "  \(state.scroll) lines below · PgDn" }
    let titleEnd = grid.put(title, area.row, 1, state.titleStyle, in: area)
    if state.settings.showsProbabilities {
      scale.drawLegend(in: &grid, row: area.row, from: titleEnd + 2, to: area.endColumn - 1)
    }
    let plan = ConversationPlan(state, area: area, invitation: state.transcript.isEmpty ? invitation : [])
    for (offset, line) in plan.lines.enumerated() {
      draw(line, row: area.row + 1 + offset, in: &grid)
    }
  }

  private func draw(_ line: ConversationText.Line, row: Int, in grid: inout Grid) {
    let label: Style = line.label == "bot" ? .accent : .muted
    grid.put(line.label, row, 1, label, in: area)
    if let turn = line.turn, turn == state.selectedTurn {
      let bar = Rectangle(row: row, column: 1, rows: 1, columns: min(ConversationText.labelColumns - 1, area.columns))
      grid.restyle(bar) { $0 = Style(.accent, reverse: true) }
    }
    grid.put(line.text, row, 1 + ConversationText.labelColumns, line.style, in: area)
    if !line.probabilities.isEmpty { draw(line.probabilities, of: line.text, row: row, in: &grid) }
    if line.unreadFrom != Int.max {
      let column = 1 + ConversationText.labelColumns + line.unreadFrom
      let rest = Rectangle(row: row, column: column, rows: 1, columns: max(area.endColumn - column, 0))
      grid.restyle(rest) { $0 = .muted }
    }
  }

  private var scale: ProbabilityScale { ProbabilityScale(kind: .color, traits: state.traits) }

  /// Colours the visible characters of a line.
  private func draw(_ probabilities: [Float?], of text: String, row: Int, in grid: inout Grid) {
    var (column, next) = (1 + ConversationText.labelColumns, 0)
    for glyph in ScreenText.glyphs(text) {
      defer { column += glyph.width }
      guard glyph != .space else { continue }
      guard next < probabilities.count else { return }
      grid.put(Cell(glyph, style: scale.style(probabilities[next])), row, column, in: area)
      next += 1
    }
  }

  /// The text of an empty pane: how to begin.
  private var invitation: [ConversationText.Line] {
    let text =
      switch state.phase {
      case .noModel(let text): text
      case .loading(let name): "Reading the model \(name) … (seconds; Ctrl-D leaves)"
      default:
        (state.model?.continuesText == true
          ? "Type the beginning of a text and press Enter. The model reads it token by token, then continues it; "
          : "Type a message and press Enter. The model reads it token by token, then answers; ")
          + "the panes show its memory after each token. F1 lists the keys."
      }
    return WordWrap.lines(text, columns: ConversationText.textColumns(area)).map {
      ConversationText.Line(text: $0, style: .muted)
    }
  }
}
