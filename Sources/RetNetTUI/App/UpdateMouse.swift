import RetNet
import TerminalKit

/// Whatever is highlighted can be clicked.
extension AppState {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    switch event.kind {
    case .wheelUp: scrollOrTurn(by: 3)
    case .wheelDown: scrollOrTurn(by: -3)
    case .press where shownView == .explorer && overlay == nil:
      return pressInExplorer(row: event.row, column: event.column)
    case .press where shownView == .forms && overlay == nil:
      notice = nil
      guard !pressInput(row: event.row, column: event.column) else { break }
      focus = .panes
      return pressInLab(row: event.row, column: event.column)
    case .press where view == .lessons && overlay == nil:
      notice = nil
      guard !pressInput(row: event.row, column: event.column),
        let line = LessonView(self).line(row: event.row, column: event.column)
      else { break }
      // A second click opens what the first one selected.
      if line == classroom.line { return takeLessonLine("") }
      classroom.line = line
    case .press: press(row: event.row, column: event.column)
    case .release: releaseInLab(column: event.column)
    }
    return []
  }

  private mutating func pressInExplorer(row: Int, column: Int) -> [Effect] {
    notice = nil
    if pressInput(row: row, column: column) { return [] }
    focus = .panes
    switch ExplorerView(self).target(row: row, column: column) {
    case .page(let page): show(.explorer, page)
    case .head(let place):
      // A second click opens the head that the first one selected.
      if place == selectedPlace, explorer.page == .overview { explorer.page = .head }
      select(layer: place.layer)
      select(head: place.head)
    case .cell(let cell): probe = cell
    case .token(let index): return go(to: index + 1)
    case .line(let line): explorer.line = line
    case .labPage, .entry, .boundary, nil: break
    }
    return []
  }

  /// The cursor of the input line goes where it is pressed.
  private mutating func pressInput(row: Int, column: Int) -> Bool {
    let area = layout.input
    guard area.contains(row: row, column: column) else { return false }
    focus = .input
    input.move(to: InputLine(self, width: area.columns).position(atColumn: column - area.column))
    return true
  }

  /// The wheel scrolls, or goes through a list.
  private mutating func scrollOrTurn(by lines: Int) {
    switch overlay {
    case .help, .glossary: return move(.text, .lines(-lines.signum()))
    case .norms: return move(.norms, .lines(-lines.signum()))
    case nil: break
    }
    switch view {
    case .live: move(.conversation, .lines(-lines))
    case .explorer: move(.explorer, .lines(-lines.signum()))
    case .forms: move(.laboratory, .lines(-lines.signum()))
    case .lessons: move(classroom.open == nil ? .lessons : .lessonText, .lines(-lines))
    }
  }

  private mutating func press(row: Int, column: Int) {
    notice = nil
    if overlay != nil {
      overlay = nil
      return
    }
    let layout = layout
    if pressInput(row: row, column: column) { return }
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
