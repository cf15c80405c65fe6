import RetNet
import TerminalKit

/// Clicks and the wheel.
extension AppState {
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    switch event.kind {
    case .wheelUp: scroll(by: -3)
    case .wheelDown: scroll(by: 3)
    case .press: return press(event)
    case .release: releaseBoundary(column: event.column)
    case .move: hover = target(of: event)
    }
    return []
  }

  /// The target at the mouse. A panel covers the panes.
  private func target(of event: MouseEvent) -> ViewTarget? {
    let target = ScreenLayout(self).target(row: event.row, column: event.column, selected: selectedPlace)
    guard overlay != nil || question != nil else { return target }
    return switch target {
    case .key, .word: target
    case .page, .labPage, .treePage, .treeNode, .head, .memory, .cell, .entry, .boundary, .token, .turn, .line, .input,
      nil:
      nil
    }
  }

  /// Scrolls a text, or moves the selection of a list.
  private mutating func scroll(by lines: Int) {
    switch overlay {
    case .help, .glossary, .why: return move(.text, .lines(lines.signum()))
    case .options: return move(.options, .lines(lines.signum()))
    case .palette: return move(.palette, .lines(lines.signum()))
    case .norms: return move(.norms, .lines(lines.signum()))
    case .sessions: return move(.sessions, .lines(lines.signum()))
    case nil: break
    }
    switch view {
    case .live: move(.conversation, .lines(lines))
    case .explorer: move(.explorer, .lines(lines.signum()))
    case .forms: move(.laboratory, .lines(lines.signum()))
    case .tree: moveInTree(lines < 0 ? .up : .down)
    case .lessons: move(lesson == nil ? .lessons : .lessonText, .lines(lines))
    }
  }

  private mutating func press(_ event: MouseEvent) -> [Effect] {
    let target = target(of: event)
    hover = nil
    switch target {
    // A click may miss its key, and quitting cannot be undone.
    case .key(.control("d")): return refuse("Press Ctrl-D to quit.", isError: false)
    case .key(let key): return handle(key)
    case .word(let word):
      notice = nil
      return takeLessonLine(word)
    case .page, .labPage, .treePage, .treeNode, .head, .memory, .cell, .entry, .boundary, .token, .turn, .line, .input,
      nil:
      break
    }
    // A click beside a key in the last line, or beside a question, is none.
    guard question == nil, event.row < rows - 1 else { return [] }
    (notice, historySearch, commandLine.menu) = (nil, nil, nil)
    if case .norms(let row) = overlay,
      let clicked = NormPanel(state: self, row: row).norm(row: event.row, column: event.column)
    {
      overlay = .norms(row: clicked)
      return change(NormChoice.allCases[clicked])
    }
    if overlay != nil {
      if !isCommanding { overlay = nil }
      return []
    }
    if case .input(let character) = target {
      focus = .input
      line.move(to: character)
      return []
    }
    // The command line stays open: a click selects what it will act on.
    if shownView != .lessons, !isCommanding { focus = .panes }
    switch target {
    case .input, .key, .word, nil: break
    case .page(let page): show(.explorer, page)
    case .labPage(let page): show(page)
    case .treePage(let page): show(page)
    case .treeNode(let node): tree.node = node
    case .head(let place):
      // A second click opens the head that the first one selected.
      if place == selectedPlace, shownView == .explorer, explorer.page == .overview { explorer.page = .head }
      select(layer: place.layer)
      select(head: place.head)
    case .memory(let place, let token):
      select(layer: place.layer)
      select(head: place.head)
      session.selectedToken = token
    case .cell(let cell): probe = cell
    case .entry(let entry):
      lab.probe = entry
      lab.keepProbeInside()
    case .boundary(let token):
      // The boundary next to the mouse moves with it until the button is released.
      let length = lab.forms?.chunkLength ?? lab.chunkLength
      lab.dragged = max((token + length / 2) / length, 1)
      dragBoundary(to: token)
    case .token(let index):
      guard case .live(let plan) = ScreenLayout(self).content else { return go(to: index + 1) }
      if let text = plan.tokens.explanation(of: index, in: self) { say(text) }
    case .turn(let turn): select(turn: turn)
    case .line(let line): return select(line: line)
    }
    return []
  }

  /// A second click opens a lesson, or changes a norm.
  private mutating func select(line: Int) -> [Effect] {
    switch shownView {
    case .live: break
    case .explorer: explorer.line = line
    case .tree: return selectInTree(line)
    case .forms:
      if line == lab.line, lab.page == .norms { return perform(.changeSelectedNorm) }
      lab.line = line
    case .lessons:
      if line == classroom.line { return takeLessonLine("") }
      classroom.line = line
    }
    return []
  }

  private mutating func releaseBoundary(column: Int) {
    guard lab.dragged != nil else { return }
    if let plan = ScreenLayout(self).pages?.plan as? FormsPage.Plan, let token = plan.chunks?.token(atColumn: column) {
      dragBoundary(to: token)
    }
    lab.dragged = nil
  }

  private mutating func dragBoundary(to token: Int) {
    guard let boundary = lab.dragged, token > 0 else { return }
    setChunk((token + boundary / 2) / boundary)
  }
}

extension TokenPlan {
  /// The notice after a click on a token.
  fileprivate func explanation(of token: Int, in state: AppState) -> String? {
    items.first { $0.entry.index == token }.map { item in
      "Token \(item.entry.index) \(item.text): \(CommandTable.trimmed(Numbers.percent(item.share))) of what layer "
        + "\(state.settings.layer) head \(state.settings.head) reads now, of the last \(state.tokens.past.count)."
    }
  }
}
