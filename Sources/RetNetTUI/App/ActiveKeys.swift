import TerminalKit

/// The active contexts of the key table, the action of a key in them, and the footer.
extension AppState {
  /// Whether the input line or the command line receives characters.
  var isTyping: Bool { question == nil && (isCommanding || focus == .input && overlay == nil) }

  /// The active contexts. The first with an action for a key applies.
  var keyContexts: [KeyContext] {
    if question != nil { return [.question, .everywhere] }
    if historySearch != nil { return [.historySearch, .everywhere] }
    if commandLine.menu != nil { return [.completions, .command, .input, .everywhere] }
    if isCommanding { return [.command, .input, .everywhere] }
    switch overlay {
    case .help(let page): return page.isSearching ? [.search, .everywhere] : [.help, .text, .everywhere]
    case .glossary: return [.text, .everywhere]
    case .why: return [.text, .everywhere]
    case .options(let page): return [page.isSearching ? .search : .options, .everywhere]
    case .palette: return [.palette, .everywhere]
    case .norms: return [.normsPanel] + paneContexts
    case .sessions(let panel): return [panel.context, .everywhere]
    case nil: return (showsTour ? [.tour] : []) + (focus == .input ? [.input, .everywhere] : paneContexts)
    }
  }

  var paneContexts: [KeyContext] {
    let turn: [KeyContext] = actsOnTurn ? [.turn] : []
    let lessons: [KeyContext] = view != .lessons ? [] : lesson == nil ? [.lessonList] : [.lesson]
    let page: [KeyContext] =
      switch shownView {
      case .live: [.live]
      case .explorer: [.explorer]
      case .forms:
        switch lab.page {
        case .forms: [.formsPage, .laboratory]
        case .norms: [.normsPage, .laboratory]
        case .agreement, .dialects, .precision, .costs: [.laboratory]
        }
      case .tree: [.tree]
      case .lessons: []
      }
    return turn + lessons + page + (view == .live ? [] : [.time]) + [.panes, .everywhere]
  }

  func action(of key: Key) -> KeyAction? {
    func first(_ contexts: [KeyContext]) -> KeyAction? { contexts.lazy.compactMap { keys.actions[$0]?[key] }.first }
    if isTyping, historySearch == nil, let action = first(paneContexts), actsWhileTyping(action) { return action }
    return first(keyContexts)
  }

  /// Whether an action of the panes is also available while the input line has the focus: scrolling by pages, and on an
  /// empty line stepping and the selection of a lesson.
  private func actsWhileTyping(_ action: KeyAction) -> Bool {
    switch action {
    case .move(_, .pages): true
    case .move(.lessons, .lines): line.isEmpty
    case .pauseOrResume, .step: line.isEmpty && isReplying
    case .back: line.isEmpty && result != nil
    case .move, .interrupt, .redraw, .suspend, .quit, .send, .runCommand, .completeCommand, .closeCommand,
      .closeCompletions, .searchHistory, .editDraft,
      .answerQuestion, .search, .sessions, .focusPanes, .deleteOrQuit, .edit,
      .olderLine, .newerLine, .focusInput, .compose, .showLive, .showExplorer, .showLaboratory,
      .showLessons, .replay, .toggleStepDisplay, .zoom, .selectToken,
      .turnPage, .openSelected, .closePage, .showOptions, .showPalette, .showWhy, .command, .changeOption, .typeOption,
      .restoreOption, .saveOptions, .runPaletteEntry, .showHelp, .showGlossary, .showNorms, .closeOverlay,
      .closeOverlayAndRepeat, .goToStart, .goToEnd, .go, .findAgain, .scaleSpeed, .selectHead, .selectLayer,
      .moveProbe, .probeLargest, .nextScale, .nextMode, .nextStrip, .toggleMouse, .setReference, .toggleHead,
      .toggleFreeze, .clearHead, .copyHead, .pasteHead, .undoExperiment, .changeChunk, .halveChunk, .doubleChunk,
      .moveEntry, .largestEntry, .nextMatrix, .toggleGroupNormSide, .changeSelectedNorm, .pauseOrChangeNorm,
      .changeNorm, .changePanelNorm, .restoreNorms, .continueLesson, .skipTour, .selectTurn, .deselectTurn, .regenerate,
      .continueReply, .editTurn, .forkTurn, .showTree, .moveInTree, .openTreeNode, .growHere, .toggleBookmark,
      .composeNote, .selectMark:
      false
    }
  }

  /// The entries of the footer, the most important first.
  var footerKeys: [FooterKey] {
    let (contexts, panes) = (keyContexts, isCommanding ? [] : paneContexts)
    let shown = keys.bindings.compactMap {
      binding -> (rank: KeyBinding.Footer.Rank, key: FooterKey)? in
      guard let footer = binding.footer, let text = footer.text(self) else { return nil }
      // Esc belongs to the tour.
      if contexts.contains(.tour), binding.context != .tour, (footer.label ?? binding.label) == "Esc" { return nil }
      let holds =
        contexts.contains(binding.context)
        || isTyping && historySearch == nil && panes.contains(binding.context)
          && (binding.actions.isEmpty || binding.actions.values.contains { actsWhileTyping($0) })
      guard holds else { return nil }
      let key = FooterKey(
        label: footer.label ?? binding.label, text: text, isPinned: footer.rank == .pinned, isWord: binding.isWord)
      return (footer.rank, key)
    }
    return shown.enumerated().sorted { ($0.element.rank.rawValue, $0.offset) < ($1.element.rank.rawValue, $1.offset) }
      .map(\.element.key)
  }
}
