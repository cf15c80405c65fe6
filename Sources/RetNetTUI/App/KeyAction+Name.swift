/// The names of actions in the `keys` section of a settings file, in the palette and in docs/keys.md.
extension KeyAction {
  var name: String {
    switch self {
    case .interrupt: "interrupt"
    case .redraw: "redraw"
    case .suspend: "suspend"
    case .quit: "quit"
    case .send: "send"
    case .focusPanes: "focus-panes"
    case .focusInput: "focus-input"
    case .deleteOrQuit: "delete-or-quit"
    case .edit(let edit): edit.name
    case .olderLine: "older-line"
    case .newerLine: "newer-line"
    case .compose(let text):
      text == ":" ? "command-line" : text == "/" ? "command-line-slash" : CommandTable.trimmed(text.dropFirst())
    case .command(let line): line
    case .runCommand: "run-command"
    case .completeCommand(let step): step < 0 ? "complete-previous" : "complete"
    case .closeCompletions: "close-completions"
    case .searchHistory(let step): step.name
    case .editDraft: "edit-message"
    case .closeCommand: "close-command-line"
    case .answerQuestion(let isYes): isYes ? "yes" : "no"
    case .showLive: "live"
    case .showExplorer(let page): page.map { "page-" + $0.rawValue } ?? "explorer"
    case .showLaboratory(let page): page.map { "page-" + $0.rawValue } ?? "laboratory"
    case .showLessons: "lessons"
    case .turnPage(let step): Self.direction(step) + "-page"
    case .openSelected: "open"
    case .closePage: "close-page"
    case .showHelp: "help"
    case .showGlossary: "symbols"
    case .showNorms: "norms-panel"
    case .showOptions: "options"
    case .showPalette: "palette"
    case .showWhy: "why"
    case .closeOverlay: "close"
    case .closeOverlayAndRepeat: "close-and-repeat"
    case .search(let change): change.name
    case .sessions(let key): key.name
    case .move(_, let movement): movement.name
    case .changeOption(let step): Self.direction(step) + "-value"
    case .typeOption: "type-value"
    case .restoreOption: "restore-value"
    case .saveOptions: "save-settings"
    case .runPaletteEntry: "run"
    case .selectTurn(let step): step == 0 ? "select-turn" : Self.direction(step) + "-turn"
    case .deselectTurn: "end-selection"
    case .regenerate: "regenerate"
    case .continueReply: "continue-reply"
    case .editTurn: "edit-turn"
    case .forkTurn: "branch-turn"
    case .showTree(let page): page.map { "page-" + $0.rawValue } ?? "tree"
    case .moveInTree(let movement): "tree-\(movement.rawValue)"
    case .openTreeNode: "open-node"
    case .growHere: "grow"
    case .toggleBookmark: "bookmark"
    case .composeNote: "note"
    case .selectMark(let step): Self.direction(step) + "-mark"
    case .pauseOrResume: "pause"
    case .step: "step"
    case .back: "back"
    case .goToStart: "start"
    case .goToEnd: "end"
    case .go(let tokens): tokens < 0 ? "tokens-back" : "tokens-forward"
    case .findAgain: "find-again"
    case .scaleSpeed(let factor): factor < 1 ? "slower" : "faster"
    case .replay: "replay"
    case .selectHead(let step): Self.direction(step) + "-head"
    case .selectLayer(let step): Self.direction(step) + "-layer"
    case .moveProbe(let rows, let columns), .moveEntry(let rows, let columns): Self.probe(rows, columns)
    case .probeLargest, .largestEntry: "probe-largest"
    case .nextScale: "next-scale"
    case .nextMode: "next-mode"
    case .nextStrip: "next-strip"
    case .toggleStepDisplay: "step-display"
    case .zoom: "zoom"
    case .selectToken(let step): Self.direction(step) + "-token"
    case .toggleMouse: "mouse"
    case .setReference: "reference"
    case .toggleHead: "toggle-head"
    case .toggleFreeze: "freeze-head"
    case .clearHead: "clear-head"
    case .copyHead: "copy-head"
    case .pasteHead: "paste-head"
    case .undoExperiment: "undo-experiment"
    case .changeChunk(let step): step < 0 ? "chunk-minus-1" : "chunk-plus-1"
    case .halveChunk: "halve-chunk"
    case .doubleChunk: "double-chunk"
    case .nextMatrix: "next-matrix"
    case .toggleGroupNormSide: "group-norm-side"
    case .changeSelectedNorm, .changePanelNorm: "change-norm"
    case .pauseOrChangeNorm: "pause-or-change-norm"
    case .changeNorm(let choice): "change-\(choice)"
    case .restoreNorms: "restore-norms"
    case .continueLesson: "continue"
    case .skipTour: "skip-tour"
    }
  }

  private static func direction(_ step: Int) -> String { step < 0 ? "previous" : "next" }

  /// `probe-left`, `probe-down-8`
  private static func probe(_ rows: Int, _ columns: Int) -> String {
    let word = rows == 0 ? (columns < 0 ? "left" : "right") : (rows < 0 ? "up" : "down")
    let distance = max(abs(rows), abs(columns))
    return "probe-\(word)" + (distance > 1 ? "-\(distance)" : "")
  }
}

extension LineEdit {
  fileprivate var name: String {
    switch self {
    case .deleteBackward: "delete-backward"
    case .deleteForward: "delete-forward"
    case .left: "left"
    case .right: "right"
    case .start: "line-start"
    case .end: "line-end"
    case .deleteToStart: "delete-to-start"
    case .deleteToEnd: "delete-to-end"
    case .deleteWord: "delete-word"
    case .wordLeft: "word-left"
    case .wordRight: "word-right"
    case .deleteWordLeft: "delete-word-left"
    case .deleteWordRight: "delete-word-right"
    case .yank: "yank"
    case .yankOlder: "yank-older"
    case .lineBreak: "line-break"
    case .undo: "undo-edit"
    }
  }
}

extension HistoryStep {
  fileprivate var name: String {
    switch self {
    case .older: "search-older"
    case .newer: "search-newer"
    case .deleteBackward: "search-history-delete"
    case .take: "search-take"
    case .cancel: "search-cancel"
    }
  }
}

extension HelpSearch {
  fileprivate var name: String {
    switch self {
    case .begin: "search"
    case .add(let text): "search-add-\(text)"
    case .deleteBackward: "search-delete"
    case .end: "search-keep"
    case .clear: "search-clear"
    }
  }
}

extension Movement {
  fileprivate var name: String {
    switch self {
    case .lines(let count): count < 0 ? "line-up" : "line-down"
    case .pages(let count): count < 0 ? "page-up" : "page-down"
    case .start: "first"
    case .end: "last"
    }
  }
}
