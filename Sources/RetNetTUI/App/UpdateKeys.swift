import RetNet
import TerminalKit

/// Keys: the active contexts of the key table, and the effect of each action.
extension AppState {
  mutating func handle(_ key: Key) -> [Effect] {
    switch key {
    case .resize(let columns, let rows):
      (self.columns, self.rows) = (max(columns, 0), max(rows, 0))
      return []
    case .mouse(let event): return handle(event)
    case .paste(let text):
      (notice, overlay, focus) = (nil, nil, .input)
      if !input.insert(text) { say("Only the first \(LineEditor.limit) characters fit.", isError: true) }
      return []
    default: break
    }
    let action = action(of: key)
    if action != .redraw { notice = nil }
    if action == .closeOverlayAndRepeat {
      overlay = nil
      return handle(key)
    }
    if let action { return perform(action) }
    guard case .character(let character) = key else { return [] }
    if isTyping {
      input.insert(String(character))
    } else if keyContexts.contains(.panes) {
      say("'\(character)' does nothing here. ? lists the keys, i goes to the input line.")
    }
    return []
  }

  // MARK: Contexts

  /// Whether the input line receives characters.
  private var isTyping: Bool { focus == .input && overlay == nil }

  /// The active contexts. The first with an action for a key applies.
  private var keyContexts: [KeyContext] {
    switch overlay {
    case .help, .glossary: [.text, .everywhere]
    case .norms: [.normsPanel] + paneContexts
    case nil: focus == .input ? [.input, .everywhere] : paneContexts
    }
  }

  private var paneContexts: [KeyContext] {
    let lessons: [KeyContext] = view != .lessons ? [] : lesson == nil ? [.lessonList] : [.lesson]
    let page: [KeyContext] =
      switch shownView {
      case .live: [.live]
      case .explorer: [.explorer]
      case .forms:
        switch lab.page {
        case .forms: [.formsPage, .laboratory]
        case .norms: [.normsPage, .laboratory]
        case .dialects, .precision, .costs: [.laboratory]
        }
      case .lessons: []
      }
    return lessons + page + (view == .live ? [] : [.time]) + [.panes, .everywhere]
  }

  private func action(of key: Key) -> KeyAction? {
    func first(_ contexts: [KeyContext]) -> KeyAction? { contexts.lazy.compactMap { KeyTable.actions[$0]?[key] }.first }
    if isTyping, let action = first(paneContexts), actsWhileTyping(action) { return action }
    return first(keyContexts)
  }

  /// Whether an action of the panes is also available while the input line has the focus: scrolling by pages, and on an
  /// empty line stepping and the selection of a lesson.
  private func actsWhileTyping(_ action: KeyAction) -> Bool {
    switch action {
    case .move(_, .pages): true
    case .move(.lessons, .lines): input.isEmpty
    case .pauseOrResume, .step: input.isEmpty && isReplying
    case .back: input.isEmpty && result != nil
    case .move, .interrupt, .redraw, .suspend, .quit, .send, .completeOrLeave, .focusPanes, .deleteOrQuit, .edit,
      .olderLine, .newerLine, .focusInput, .beginCommand, .compose, .showLive, .showExplorer, .showLaboratory,
      .showLessons,
      .turnPage, .openSelected, .closePage, .showHelp, .showGlossary, .showNorms, .closeOverlay,
      .closeOverlayAndRepeat, .goToStart, .goToEnd, .go, .findAgain, .scaleSpeed, .selectHead, .selectLayer,
      .moveProbe, .probeLargest, .nextScale, .nextMode, .nextStrip, .toggleMouse, .setReference, .toggleHead,
      .toggleFreeze, .clearHead, .copyHead, .pasteHead, .undoExperiment, .changeChunk, .halveChunk, .doubleChunk,
      .moveEntry, .largestEntry, .nextMatrix, .toggleGroupNormSide, .changeSelectedNorm, .pauseOrChangeNorm,
      .changeNorm, .changePanelNorm, .restoreNorms, .continueLesson:
      false
    }
  }

  /// The entries of the footer, the most important first.
  var footerKeys: [(label: String, text: String, isPinned: Bool)] {
    let (contexts, panes) = (keyContexts, paneContexts)
    let shown = KeyTable.bindings.compactMap {
      binding -> (rank: KeyBinding.Footer.Rank, label: String, text: String)? in
      guard let footer = binding.footer, let text = footer.text(self) else { return nil }
      let holds =
        contexts.contains(binding.context)
        || isTyping && panes.contains(binding.context)
          && (binding.actions.isEmpty || binding.actions.values.contains { actsWhileTyping($0) })
      return holds ? (footer.rank, footer.label ?? binding.label, text) : nil
    }
    return shown.enumerated().sorted { ($0.element.rank.rawValue, $0.offset) < ($1.element.rank.rawValue, $1.offset) }
      .map { ($0.element.label, $0.element.text, $0.element.rank == .pinned) }
  }

  // MARK: Actions

  mutating func perform(_ action: KeyAction) -> [Effect] {
    switch action {
    case .interrupt: return interrupt()
    case .redraw: return [.app(.redraw)]
    case .suspend: return [.app(.suspend)]
    case .quit: return quit()

    case .send: return send()
    case .completeOrLeave: completeOrLeave()
    case .focusPanes: focus = .panes
    case .focusInput: focus = .input
    case .deleteOrQuit:
      if input.isEmpty { return quit() }
      input.deleteForward()
    case .edit(let edit): input.apply(edit)
    case .olderLine: input.older()
    case .newerLine: input.newer()
    case .beginCommand: compose(":", else: "The input line has text: Ctrl-C clears it, then : begins a command.")
    case .compose(let text): compose(text, else: "The input line has text: Ctrl-C clears it.")

    case .showLive: show(.live, nil)
    case .showExplorer(let page): show(.explorer, page)
    case .showLaboratory(let page): show(page)
    case .showLessons: return showLessons()
    case .turnPage(let step): turnPage(by: step)
    case .openSelected: return openSelected()
    case .closePage:
      explorer.page = explorer.page == .cell ? .head : .overview
      explorer.line = 0
    case .showHelp: overlay = .help(top: 0)
    case .showGlossary: overlay = .glossary(top: 0)
    case .showNorms: overlay = .norms(row: 0)
    case .closeOverlay, .closeOverlayAndRepeat: overlay = nil
    case .move(let list, let movement): move(list, movement)

    case .pauseOrResume: return pauseOrResume()
    case .step: return stepOnce()
    case .back: return stepBack()
    case .goToStart: return go(to: 0)
    case .goToEnd: return go(to: explorer.session.length)
    case .go(let tokens): return go(to: position + tokens)
    case .findAgain: return find(nil)
    case .scaleSpeed(let factor): return changeSpeed(by: factor)

    case .selectHead(let step): select(head: settings.head + step)
    case .selectLayer(let step): select(layer: settings.layer + step)
    case .moveProbe(let rows, let columns):
      probe = Position(row: probe.row + rows, column: probe.column + columns)
      keepProbeInside()
    case .probeLargest:
      if let largest = reading?.largest { probe = Position(row: largest.row, column: largest.column) }
    case .nextScale: settings.scale = settings.scale.next(maximum: shownMaximum)
    case .nextMode: explorer.mode = explorer.mode.next
    case .nextStrip: explorer.strip = explorer.strip.next
    case .toggleMouse:
      mouse.toggle()
      say(mouse ? "The mouse selects heads and cells." : "The terminal handles the mouse again, for copying text.")
      return [.app(.setMouse(mouse))]

    case .setReference: return setReference(.position(position))
    case .toggleHead: return experiment(.scale(nextChange.scale == 0 ? 1 : 0))
    case .toggleFreeze: return experiment(.freeze(!nextChange.isFrozen))
    case .clearHead: return experiment(.zero)
    case .copyHead: copyHead()
    case .pasteHead: return pasteHead()
    case .undoExperiment: return undoExperiment()

    case .changeChunk(let step): setChunk(lab.chunkLength + step)
    case .halveChunk: setChunk(lab.chunkLength / 2)
    case .doubleChunk: setChunk(lab.chunkLength * 2)
    case .moveEntry(let rows, let columns):
      lab.probe = Position(row: lab.probe.row + rows, column: lab.probe.column + columns)
      lab.keepProbeInside()
    case .largestEntry: probeLargestScore()
    case .nextMatrix: lab.matrix = lab.matrix.next
    case .toggleGroupNormSide: toggleGroupNormSide()
    case .pauseOrChangeNorm where phase == .running: return pauseOrResume()
    case .changeSelectedNorm, .pauseOrChangeNorm:
      return change(NormChoice.allCases[min(lab.line, NormChoice.allCases.count - 1)])

    case .changeNorm(let choice): return change(choice)
    case .changePanelNorm: if case .norms(let row) = overlay { return change(NormChoice.allCases[row]) }
    case .restoreNorms:
      settings.normChoices = NormChoices()
      return announceNorms()
    case .continueLesson: return takeLessonLine("")
    }
    return []
  }

  /// Scrolls, or selects another line.
  mutating func move(_ list: MovableList, _ movement: Movement) {
    switch list {
    case .text:
      switch overlay {
      case .help(let top): overlay = .help(top: firstLine(from: top, of: HelpText.lines.count, movement))
      case .glossary(let top): overlay = .glossary(top: firstLine(from: top, of: glossaryLines.count, movement))
      case .norms, nil: break
      }
    case .norms:
      guard case .norms(let row) = overlay else { break }
      overlay = .norms(row: movement.line(from: row, last: NormChoice.allCases.count - 1))
    case .conversation:
      let last = maximumScroll
      scroll = last - movement.line(from: last - scroll, last: last, page: layout.conversation.rows - 2)
    case .explorer: explorer.line = movement.line(from: explorer.line, last: explorerLines - 1)
    case .laboratory: lab.line = movement.line(from: lab.line, last: labLines - 1)
    case .lessons:
      let last = (classroom.lessons?.count ?? 0) - 1
      classroom.line = movement.line(from: classroom.line, last: last, page: LessonLayout(self).text.rows - 2)
    case .lessonText:
      let layout = LessonLayout(self)
      guard let open = lesson, let last = layout.pane?.lastTop else { break }
      lesson?.top = movement.line(from: min(open.top, last), last: last, page: layout.text.rows - 2)
    }
  }

  /// The first line of a text that fills the screen, except the footer and two lines of its frame.
  private func firstLine(from top: Int, of lines: Int, _ movement: Movement) -> Int {
    movement.line(from: top, last: lines - (rows - 3), page: rows - 4)
  }

  /// Ctrl-C stops a run. Otherwise it clears the line; it never quits.
  private mutating func interrupt() -> [Effect] {
    if case .loading = phase {
      say("The model is being read; Ctrl-D on an empty line quits.")
      return []
    }
    if !isReplying, lab.isWaiting {
      lab.stop()
      say("The analysis is cancelled.")
      return [.engine(.cancelLaboratory)]
    }
    guard isReplying else {
      input.clear()
      waitingMessage = nil
      overlay = nil
      say("Ctrl-D or :quit quits.")
      return []
    }
    say("The reply is stopped; its text stays.")
    return stopReply()
  }

  private mutating func quit() -> [Effect] {
    guard input.isEmpty else {
      say("The input line has text: Ctrl-C clears it, then Ctrl-D quits.")
      return []
    }
    return [.app(.quit(0))]
  }

  // MARK: The input line

  /// Completes a command's name, or its argument if that is one of some words. On another line, moves the focus to the
  /// panes.
  private mutating func completeOrLeave() {
    let matches = CommandTable.completions(of: input.text)
    guard CommandTable.isCommand(input.text) else {
      focus = .panes
      return
    }
    guard let first = matches.first else {
      if let line = CommandTable.completedArgument(of: input.text) { input.replace(with: line) }
      return
    }
    let common = matches.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    input.replace(with: ":" + common + (matches.count == 1 && !first.argument.isEmpty ? " " : ""))
  }

  private mutating func send() -> [Effect] {
    let text = CommandTable.trimmed(input.text)
    if text.isEmpty {
      input.clear()
      return view == .lessons ? takeLessonLine("") : []
    }
    if CommandTable.isCommand(text) {
      do throws(CommandError) {
        let command = try CommandTable.parse(text)
        _ = input.submit()
        return perform(command)
      } catch {
        say(error.description, isError: true)
        return []
      }
    }
    if view == .lessons {
      _ = input.submit()
      return takeLessonLine(text)
    }
    switch phase {
    case .noModel: say("No model is open: :model NAME opens one.", isError: true)
    case .loading(let name): say("\(name) is still being read; Enter sends once it is ready.")
    case .running, .paused: say("Still replying: Ctrl-C stops the reply, then Enter sends.")
    case .ready:
      _ = input.submit()
      guard unsettled == 0 else {
        waitingMessage = text
        return []
      }
      return submit(text)
    }
    return []
  }

  /// Begins a line, unless it has text already.
  private mutating func compose(_ text: String, else refusal: String) {
    guard input.isEmpty else {
      if text == ":" { focus = .input }
      return say(refusal)
    }
    focus = .input
    input.insert(text)
  }

  // MARK: Steps and selection

  private mutating func pauseOrResume() -> [Effect] {
    switch phase {
    case .running:
      phase = .paused
      return [.engine(.pause)]
    case .paused:
      phase = .running
      return [run]
    case .noModel, .loading, .ready:
      say("No reply to pause: type a message first (i goes to the input line).")
      return []
    }
  }

  mutating func stepOnce() -> [Effect] {
    switch phase {
    case .paused: return [.engine(.steps(1))]
    case .running: say("Space pauses first, then → makes one step.")
    case .noModel, .loading, .ready: say("End of the turn. Send a message, or ← to undo a step.")
    }
    return []
  }

  mutating func stepBack() -> [Effect] {
    switch phase {
    case .running: say("Space pauses first, then ← undoes one step.")
    case .ready where result == nil: say("This is the start: nothing to undo.")
    case .ready, .paused:
      guard let model, model.stepsKept < Self.manySteps else { return [.engine(.back)] }
      // Rewinding can be slow. A notice says so, and a key that repeats does not queue more requests.
      say(Self.goingBack)
      return unsettled == 0 ? [.engine(.back)] : []
    case .noModel, .loading: break
    }
    return []
  }

  /// A model that stores at least so many steps rewinds immediately.
  private static let manySteps = 32
  static let goingBack = "Going back. A state that is no longer stored is recomputed (slow)."

  mutating func select(head: Int) {
    guard let model else { return }
    settings.head = min(max(head, 0), model.heads - 1)
  }

  mutating func select(layer: Int) {
    guard let model else { return }
    settings.layer = min(max(layer, 0), model.layers - 1)
  }
}

extension LineEditor {
  mutating func apply(_ edit: LineEdit) {
    switch edit {
    case .deleteBackward: deleteBackward()
    case .deleteForward: deleteForward()
    case .left: move(by: -1)
    case .right: move(by: 1)
    case .start: moveToStart()
    case .end: moveToEnd()
    case .deleteToStart: deleteToStart()
    case .deleteToEnd: deleteToEnd()
    case .deleteWord: deleteWord()
    }
  }
}
