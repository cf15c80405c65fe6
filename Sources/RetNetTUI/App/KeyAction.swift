import TerminalKit

/// The action of a key. `KeyTable` assigns keys to actions in each context.
enum KeyAction: Hashable, Sendable {
  case interrupt, redraw, suspend, quit
  // The input line
  case send, focusPanes, deleteOrQuit, edit(LineEdit), olderLine, newerLine, focusInput
  case searchHistory(HistoryStep), editDraft
  // The command line. `compose` opens it with a text.
  case compose(String), runCommand, completeCommand(by: Int), closeCompletions, closeCommand
  case answerQuestion(Bool)
  // Views, pages and overlays
  case showLive, showExplorer(Explorer.Page?), showLaboratory(Lab.Page?), showLessons, turnPage(by: Int)
  case showTree(ReplyTree.Page?), moveInTree(TreeMovement), openTreeNode, growHere, toggleBookmark, composeNote
  case selectMark(by: Int)
  case openSelected, closePage, showHelp, showGlossary, showNorms, closeOverlay
  case showOptions, showPalette, showWhy
  /// Carries out a command line of the settings file, or opens it if it lacks an argument.
  case command(String)
  case search(HelpSearch)
  case sessions(SessionsKey)
  /// Closes the overlay; the key then acts on the view under it.
  case closeOverlayAndRepeat
  case move(MovableList, Movement)
  // The session
  case pauseOrResume, step, back, goToStart, goToEnd, go(by: Int), findAgain, scaleSpeed(Double), replay
  // What is selected and shown
  case selectHead(by: Int), selectLayer(by: Int), moveProbe(rows: Int, columns: Int), probeLargest
  case nextScale, nextMode, nextStrip, toggleStepDisplay, zoom, selectToken(by: Int), toggleMouse
  // Turns
  case selectTurn(by: Int), deselectTurn, regenerate, continueReply, editTurn, forkTurn
  // Experiments
  case setReference, toggleHead, toggleFreeze, clearHead, copyHead, pasteHead, undoExperiment
  // The laboratory
  case changeChunk(by: Int), halveChunk, doubleChunk, moveEntry(rows: Int, columns: Int), largestEntry
  case nextMatrix, toggleGroupNormSide, changeSelectedNorm, pauseOrChangeNorm
  // Norms
  case changeNorm(NormChoice), changePanelNorm, restoreNorms
  // The options screen and the palette
  case changeOption(by: Int), typeOption, restoreOption, saveOptions, runPaletteEntry
  case continueLesson, skipTour
}

/// A change of the search in help, in the options or in the palette.
enum HelpSearch: Hashable, Sendable { case begin, add(String), deleteBackward, end, clear }

/// A change of the input line.
enum LineEdit: Hashable, Sendable {
  case deleteBackward, deleteForward, left, right, start, end, deleteToStart, deleteToEnd
  /// Words between spaces.
  case deleteWord
  /// Words of letters and digits.
  case wordLeft, wordRight, deleteWordLeft, deleteWordRight
  /// Inserts the last deleted text; then replaces it by the one deleted before it.
  case yank, yankOlder
  case lineBreak, undo
}

/// A text that scrolls, or a list with a selected line.
enum MovableList: Hashable, Sendable {
  case text, norms, options, palette, conversation, explorer, laboratory, lessons, lessonText, sessions
}

/// A movement in a list.
enum Movement: Hashable, Sendable {
  case lines(Int), pages(Int), start, end

  /// The line after the movement, from 0 to `last`.
  ///
  /// - Parameter page: visible lines.
  func line(from line: Int, last: Int, page: Int = 1) -> Int {
    let moved =
      switch self {
      case .lines(let count): line + count
      case .pages(let count): line + count * max(page, 1)
      case .start: 0
      case .end: last
      }
    return min(max(moved, 0), max(last, 0))
  }
}
