import RetNet
import TerminalKit

/// Keys: the effect of each action. `ActiveKeys.swift` looks the actions up.
extension AppState {
  mutating func handle(_ key: Key) -> [Effect] {
    switch key {
    case .resize(let columns, let rows):
      resize(columns: columns, windowRows: rows)
      return []
    case .mouse(let event): return handle(event)
    case .paste(let text):
      paste(text)
      return []
    default: break
    }
    hover = nil
    let action = action(of: key)
    if action == nil, let replaced = replacement(of: key) { return replaced.flatMap { handle($0) } }
    if action != .redraw { notice = nil }
    if case .edit = action {} else { killRing.endSequence() }
    if action == .closeOverlayAndRepeat {
      overlay = nil
      return handle(key)
    }
    if let action { return perform(action) }
    guard case .character(let character) = key else {
      guard historySearch != nil else { return [] }
      searchHistory(.take)
      return handle(key)
    }
    if historySearch != nil {
      extendSearch(String(character))
    } else if isTyping {
      // Space on an empty line is the key that pauses, also when nothing runs any more. No line begins with a space.
      if character == " ", line.isEmpty { return perform(.pauseOrResume) }
      type(String(character))
    } else if isSearching {
      search(.add(String(character)))
    } else if sessionsPanel != nil, question == nil {
      return perform(SessionsKey.add(String(character)))
    } else if question == nil, keyContexts.contains(.panes) {
      say("'\(character)' does nothing here. ? lists the keys, i goes to the input line.")
    }
    return []
  }

  // MARK: Actions

  mutating func perform(_ action: KeyAction) -> [Effect] {
    switch action {
    case .interrupt: return interrupt()
    case .redraw: return [.app(.redraw)]
    case .suspend: return [.app(.suspend)]
    case .quit: return quit()

    case .send: return send()
    case .runCommand: return runCommand()
    case .completeCommand(let step): return complete(by: step)
    case .closeCompletions: closeCompletions()
    case .searchHistory(let step): searchHistory(step)
    case .editDraft: return editDraft()
    case .closeCommand: closeCommandLine()
    case .answerQuestion(let isYes): return answerQuestion(isYes)
    case .focusPanes: focus = .panes
    case .focusInput: focus = .input
    case .deleteOrQuit:
      if line.isEmpty { return quit() }
      apply(.deleteForward)
    case .edit(.lineBreak) where isCommanding: return runCommand()
    case .edit(.lineBreak) where view == .lessons: return send()
    case .edit(let edit): apply(edit)
    case .olderLine: recallOlder()
    case .newerLine: recallNewer()
    case .compose(let text):
      openCommandLine()
      line.insert(text)

    case .showLive: show(.live, nil)
    case .showExplorer(let page): show(.explorer, page)
    case .showLaboratory(let page): show(page)
    case .showLessons: return showLessons()
    case .showTree(let page): show(page)
    case .moveInTree(let movement): moveInTree(movement)
    case .openTreeNode: return openTreeNode()
    case .growHere: return grow(CommandTable.usualGrowth, tokens: CommandTable.usualGrowthTokens)
    case .toggleBookmark: return bookmark(nil)
    case .composeNote:
      openCommandLine()
      line.insert(":note " + (mark(of: selectedNode)?.note ?? ""))
    case .selectMark(let step): selectMark(by: step)
    case .turnPage(let step): turnPage(by: step)
    case .openSelected: return openSelected()
    case .closePage:
      explorer.page = explorer.page == .cell ? .head : .overview
      explorer.line = 0
    case .showHelp: overlay = .help(HelpPage())
    case .search(let change): search(change)
    case .sessions(let key): return perform(key)
    case .showGlossary: overlay = .glossary(top: 0)
    case .showNorms: overlay = .norms(row: 0)
    case .showOptions: return open(.options)
    case .showPalette: return open(.palette)
    case .showWhy: return open(.why)
    case .command(let line): return run(line)
    case .changeOption(let step): return changeOption(by: step)
    case .typeOption:
      guard let row = selectedOption else { break }
      openCommandLine()
      line.insert(":set \(row.setting.name) ")
    case .restoreOption: return restoreOption()
    case .saveOptions: return saveSettings()
    case .runPaletteEntry: return runPaletteEntry()
    case .closeOverlay, .closeOverlayAndRepeat: overlay = nil
    case .move(let list, let movement): move(list, movement)

    case .pauseOrResume: return pauseOrResume()
    case .step: return stepOnce()
    case .back: return stepBack()
    case .goToStart: return go(to: 0)
    case .goToEnd: return go(to: explorer.session.length)
    case .go(let tokens): return go(to: position + tokens)
    case .findAgain: return find(nil)
    case .scaleSpeed(let factor):
      if session.replay == nil { return changeSpeed(by: factor) }
      changeReplayPace(by: factor)
    case .replay: return startReplay(stepsPerSecond: nil)
    case .toggleStepDisplay:
      session.display = session.display == .step ? .state : .step
      session.playback = nil
    case .zoom: zoom(session.zoomedPane.map(\.following) ?? .state)
    case .selectToken(let step): selectToken(by: step)

    case .selectTurn(let step): return selectTurn(by: step)
    case .deselectTurn: session.selectedTurn = nil
    case .regenerate: return regenerate(nil)
    case .continueReply: return continueReply(nil)
    case .editTurn: return beginEdit()
    case .forkTurn: return fork(after: nil)

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
    case .toggleMouse: return setMouse(!mouse)

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
    case .skipTour:
      endTour()
      say("The tour has ended; :tour begins it again.")
    }
    return []
  }

  /// Scrolls, or selects another line.
  mutating func move(_ list: MovableList, _ movement: Movement) {
    switch list {
    case .text:
      switch overlay {
      case .help(var page):
        page.top = firstLine(from: page.top, of: helpLines(page).count, movement)
        overlay = .help(page)
      case .glossary(let top): overlay = .glossary(top: firstLine(from: top, of: glossaryLines.count, movement))
      case .why(let report, let top):
        overlay = .why(report, top: firstLine(from: top, of: lines(of: report).count, movement))
      case .options: move(.options, movement)
      case .norms, .palette, .sessions, nil: break
      }
    case .options:
      guard var page = optionsPage else { break }
      page.line = movement.line(from: page.line, last: optionRows(page).count - 1, page: rows - 6)
      overlay = .options(page)
    case .palette:
      guard case .palette(var page) = overlay else { break }
      page.line = movement.line(from: page.line, last: paletteMatches(page).count - 1, page: rows - 6)
      overlay = .palette(page)
    case .norms:
      guard case .norms(let row) = overlay else { break }
      overlay = .norms(row: movement.line(from: row, last: NormChoice.allCases.count - 1))
    case .conversation:
      let last = maximumScroll
      scroll = last - movement.line(from: last - scroll, last: last, page: layout.conversation.rows - 2)
    case .sessions:
      guard var panel = sessionsPanel else { break }
      panel.line = movement.line(from: panel.line, last: panel.shown.count - 1, page: rows - 6)
      overlay = .sessions(panel)
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

  /// Ctrl-C stops a run. Otherwise it clears the line, which the history keeps; it never quits.
  private mutating func interrupt() -> [Effect] {
    if question != nil { return answerQuestion(false) }
    if session.recomputation != nil { return [.engine(.pause)] }
    if case .loading = phase, queue.isEmpty, line.isEmpty {
      say("The model is being read; Ctrl-D quits.")
      return []
    }
    if tree.growth?.isRunning == true {
      say("Stopping; what is drawn is kept.")
      return [.engine(.pause)]
    }
    if !isReplying, shownView == .tree, tree.isComputing {
      tree.isComputing = false
      say("The computation is cancelled.")
      return [.engine(.cancelLaboratory)]
    }
    if !isReplying, lab.isWaiting {
      lab.stop()
      say("The analysis is cancelled.")
      return [.engine(.cancelLaboratory)]
    }
    if isReplying {
      let hasQueue = !queue.isEmpty
      returnQueue()
      say("The reply is stopped; its text stays." + (hasQueue ? " The queued text is on the input line again." : ""))
      return stopReply()
    }
    if isCommanding {
      closeCommandLine()
      return []
    }
    overlay = nil
    if session.edit != nil {
      endEdit()
      say("The turn is unchanged.")
      return []
    }
    if !queue.isEmpty {
      // The last reply is still being stopped, or a model is being read.
      returnQueue()
      say("The queued text is on the input line again.")
      return []
    }
    say(input.isEmpty ? "Ctrl-D or :quit quits." : "The line is cleared; ↑ returns it. Ctrl-D or :quit quits.")
    input.submit()
    return []
  }

  private mutating func quit() -> [Effect] {
    guard input.isEmpty else {
      return refuse("The input line has text: Ctrl-C clears it, then Ctrl-D quits.", isError: false)
    }
    return [.app(.quit(0))]
  }

  // MARK: Steps and selection

  private mutating func pauseOrResume() -> [Effect] {
    switch phase {
    case .running:
      phase = .paused
      return [.engine(.pause)]
    case .paused where session.replay != nil: toggleReplay()
    case .paused:
      phase = .running
      session.display = .state
      return [run]
    case .noModel, .loading, .ready:
      say("No reply to pause: type a message first (i goes to the input line).")
    }
    return []
  }

  /// Shows the step in the state pane. A step of the user pauses a replay.
  private mutating func showStep() {
    session.display = .step
    session.replay?.isPaused = true
  }

  mutating func stepOnce() -> [Effect] {
    switch phase {
    case .paused:
      showStep()
      return [.engine(.steps(1))]
    case .running: say("Space pauses first, then → makes one step.")
    case .noModel, .loading, .ready: say("End of turn. Send a message, or ← to rewind.")
    }
    return []
  }

  mutating func stepBack() -> [Effect] {
    switch phase {
    case .running: say("Space pauses first, then ← undoes one step.")
    case .ready where result == nil: say("This is the start: nothing to undo.")
    case .ready, .paused:
      showStep()
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

  /// Selects an older or a newer token of the memory map.
  private mutating func selectToken(by step: Int) {
    guard result != nil else { return }
    let shown = LivePlan(self).memory.tokens
    let token = session.selectedToken.map { $0 + step } ?? position - 1
    session.selectedToken = min(max(token, shown.lowerBound), shown.upperBound - 1)
  }

  /// Gives a pane of the live view the whole window; nil shows all panes.
  mutating func zoom(_ pane: ZoomedPane?) {
    view = lesson == nil ? .live : view
    session.zoomedPane = pane
    say(pane.map { "The \($0.rawValue) has the window. Z shows the next pane, then all." } ?? "All panes.")
  }

  mutating func select(head: Int) {
    guard let model else { return }
    settings.head = min(max(head, 0), model.heads - 1)
  }

  mutating func select(layer: Int) {
    guard let model else { return }
    settings.layer = min(max(layer, 0), model.layers - 1)
  }
}
