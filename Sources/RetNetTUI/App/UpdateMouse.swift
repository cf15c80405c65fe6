import RetNet

/// Whatever is highlighted can be clicked.
extension AppState {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    switch event.kind {
    case .wheelUp: scrollOrTurn(by: 3)
    case .wheelDown: scrollOrTurn(by: -3)
    case .press: press(row: event.row, column: event.column)
    case .release: break
    }
    return []
  }

  private mutating func scrollOrTurn(by lines: Int) {
    if overlay != nil {
      _ = handleOverlay(lines > 0 ? .up : .down)
    } else {
      scroll(by: lines)
    }
  }

  private mutating func press(row: Int, column: Int) {
    notice = nil
    if overlay != nil {
      overlay = nil
      return
    }
    let layout = layout
    if layout.input.contains(row: row, column: column) {
      focus = .input
      input.move(to: InputLine(self, width: layout.input.columns).position(atColumn: column - layout.input.column))
      return
    }
    focus = .panes
    if let head = DecayPane(self, area: layout.decay).head(row: row, column: column) {
      select(head: head)
    } else if let cell = StatePane(self, area: layout.state).cell(row: row, column: column) {
      probe = cell
    } else if let layer = ThumbnailPane(self, area: layout.thumbnails).layer(row: row, column: column) {
      select(layer: layer)
    } else if let text = TokenPane(self, area: layout.tokens).explanation(row: row, column: column) {
      say(text)
    }
  }
}
