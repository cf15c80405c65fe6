import Lessons
import TerminalKit

/// The context in which a key has its meaning.
enum KeyContext: String, Hashable, Sendable, CaseIterable {
  case everywhere = "Everywhere"
  case input = "Input line"
  case command = "Command line"
  case question = "Question"
  case panes = "Panes"
  case live = "Live view"
  case time = "Explorer, laboratory and lessons"
  case explorer = "State explorer"
  case laboratory = "Forms laboratory"
  case formsPage = "Page forms"
  case normsPage = "Page norms"
  case lessonList = "List of lessons"
  case lesson = "Lesson"
  case tour = "Tour"
  case text = "Help and symbols"
  case help = "Help"
  case search = "Search in help"
  case normsPanel = "Norms panel"
  case sessions = "List of sessions"
  case sessionName = "Name of a session"
  case sessionDeletion = "Deletion of a session"
}

/// One line of the key table: related keys, their label, their meaning, and the action of each.
struct KeyBinding: Sendable {
  /// The footer entry of a binding.
  struct Footer: Sendable {
    /// Footers show lower ranks first. A pinned key is always shown.
    enum Rank: Int, Sendable { case first, run, open, page, view, general, type, pinned }

    var rank: Rank
    /// Replaces the binding's label.
    var label: String?
    /// The meaning in a word; nil while the key has no effect.
    var text: @Sendable (AppState) -> String?

    init(_ rank: Rank, label: String? = nil, _ text: @escaping @Sendable (AppState) -> String?) {
      (self.rank, self.label, self.text) = (rank, label, text)
    }

    init(_ rank: Rank, _ text: String, label: String? = nil) { self.init(rank, label: label) { _ in text } }

    static func live(_ text: String) -> Self { Self(.general) { $0.shownView == .live ? text : nil } }

    static func explorer(_ text: String) -> Self { Self(.general) { $0.shownView == .explorer ? text : nil } }

    static func on(_ pages: Set<Explorer.Page>, _ text: String, label: String? = nil, rank: Rank = .page) -> Self {
      Self(rank, label: label) { $0.shownView == .explorer && pages.contains($0.explorer.page) ? text : nil }
    }

    static func on(lab pages: Set<Lab.Page>, _ text: String, label: String? = nil) -> Self {
      Self(.page, label: label) { $0.shownView == .forms && pages.contains($0.lab.page) ? text : nil }
    }
  }

  var context: KeyContext
  /// The keys as help, footer and documents show them.
  var label: String
  /// Empty for words typed on the input line.
  var actions: [Key: KeyAction]
  var meaning: String
  var footer: Footer?

  /// Whether the label is a word of a lesson.
  var isWord: Bool { context == .lesson && actions.isEmpty && footer?.label == nil }
}

/// All keys. Dispatch, help, footer and docs/keys.md read this one table.
enum KeyTable {
  static let bindings =
    input + command + question + panes + everywhere + live + time + explorer + laboratory + lessons + tour + overlays
    + sessions

  /// The action of each key of a context.
  static let actions: [KeyContext: [Key: KeyAction]] = Dictionary(grouping: bindings, by: \.context)
    .mapValues { $0.reduce(into: [:]) { $0.merge($1.actions) { first, _ in first } } }

  static func key(
    _ context: KeyContext, _ label: String, _ actions: [Key: KeyAction], _ meaning: String,
    _ footer: KeyBinding.Footer? = nil
  ) -> KeyBinding {
    KeyBinding(context: context, label: label, actions: actions, meaning: meaning, footer: footer)
  }

  private static let input: [KeyBinding] = [
    key(
      .input, "Enter", [.enter: .send], "send the message; during a reply, queue it",
      .init(.first) { state in
        guard !state.isCommanding else { return nil }
        guard state.view == .lessons else {
          return !state.isReplying ? "sends" : state.input.isEmpty ? nil : "queues"
        }
        guard let walk = state.lesson?.walk else { return "opens" }
        return walk.isTaskOpen ? nil : "continues"
      }),
    key(
      .input, "Esc Tab", [.escape: .focusPanes, .tab: .focusPanes, .backTab: .focusPanes], "go to the panes",
      .init(.general, label: "Esc") { $0.isCommanding ? nil : "panes" }),
    key(
      .input, ": /", [:], "open the command line, if the message line is empty",
      .init(.general, label: ":") { $0.line.isEmpty ? "commands" : nil }),
    key(
      .input, "↑ ↓", [.up: .olderLine, .control("p"): .olderLine, .down: .newerLine, .control("n"): .newerLine],
      "earlier messages, first the last queued one", .init(.general, label: "↑") { $0.queue.isEmpty ? nil : "edits it" }
    ),
    key(
      .input, "Ctrl-A Ctrl-E",
      [
        .home: .edit(.start), .control("a"): .edit(.start), .end: .edit(.end), .control("e"): .edit(.end),
        .left: .edit(.left), .control("b"): .edit(.left), .right: .edit(.right), .control("f"): .edit(.right),
      ], "move to the start, to the end; also Home, End"),
    key(
      .input, "Ctrl-U Ctrl-K",
      [.control("u"): .edit(.deleteToStart), .control("k"): .edit(.deleteToEnd)], "delete to the start, to the end"),
    key(
      .input, "Ctrl-W",
      [
        .control("w"): .edit(.deleteWord), .backspace: .edit(.deleteBackward), .control("h"): .edit(.deleteBackward),
        .delete: .edit(.deleteForward), .control("d"): .deleteOrQuit,
      ], "delete a word"),
  ]

  private static let command: [KeyBinding] = [
    key(.command, "Enter", [.enter: .runCommand], "carry out the command", .init(.first, "carries it out")),
    key(
      .command, "Esc", [.escape: .closeCommand, .backTab: .closeCommand],
      "close the command line; the message line is unchanged", .init(.first, "closes")),
    key(.command, "Tab", [.tab: .completeCommand], "complete the command's name", .init(.first, "completes")),
  ]

  private static let question: [KeyBinding] = [
    key(
      .question, "y", ["y": .answerQuestion(true), "Y": .answerQuestion(true)], "replace the file",
      .init(.first, "replaces it")),
    key(
      .question, "n Esc Enter",
      [
        "n": .answerQuestion(false), "N": .answerQuestion(false), .escape: .answerQuestion(false),
        .enter: .answerQuestion(false),
      ], "leave the file unchanged", .init(.first, "leaves it", label: "n")),
  ]

  private static let panes: [KeyBinding] = [
    key(
      .panes, "Space", [" ": .pauseOrResume], "pause or resume a reply, also on an empty input line",
      .init(.run) { state in
        // On the norms page Space changes a norm, unless a reply runs.
        let isTaken = state.shownView == .forms && state.lab.page == .norms
        return state.phase == .running ? "pauses" : state.phase == .paused && !isTaken ? "resumes" : nil
      }),
    key(
      .panes, "→", [.right: .step], "one recurrent step, also on an empty input line",
      .init(.run, label: "← →") { $0.phase == .paused ? "step" : nil }),
    key(
      .panes, "←", [.left: .back], "undo one step, also on an empty input line",
      .init(.run) { $0.phase == .ready && $0.result != nil && $0.focus == .panes ? "back" : nil }),
    key(
      .panes, "i Tab Enter",
      ["i": .focusInput, .tab: .focusInput, .backTab: .focusInput, .enter: .focusInput], "go to the input line",
      .init(.type, label: "i") { $0.focus == .panes && $0.overlay == nil ? "type" : nil }),
    key(
      .panes, ": /", [":": .compose(":"), "/": .compose("/")], "open the command line",
      .init(.general, label: ":") { $0.shownView == .live && $0.result == nil ? "commands" : nil }),
    key(.panes, "[ ]", ["[": .selectHead(by: -1), "]": .selectHead(by: 1)], "select the head", .init(.view, "head")),
    key(
      .panes, "{ }", ["{": .selectLayer(by: -1), "}": .selectLayer(by: 1)], "select the layer", .init(.view, "layer")),
    key(
      .panes, "hjkl x", probeKeys({ .moveProbe(rows: $0, columns: $1) }, largest: .probeLargest),
      "move the probe of S (HJKL by 8), x to the largest entry",
      .init(.page) { state in
        let isLive = state.shownView == .live && state.phase == .ready && state.result != nil
        let isExplorer =
          state.shownView == .explorer && [.head, .cell, .writers, .reading].contains(state.explorer.page)
        return isLive || isExplorer ? "probe" : nil
      }),
    key(.panes, "n", ["n": .showNorms], "norms panel", .live("norms")),
    key(.panes, "s", ["s": .nextScale], "colour scale: p99, sqrt, linear, fixed, symlog", .live("scale")),
    key(.panes, "+ -", ["+": .scaleSpeed(2), "-": .scaleSpeed(0.5)], "double or halve the speed of a reply or replay"),
    key(
      .panes, "R", ["R": .replay], "replay the later tokens, or the last turn, step by step",
      .init(.general) { $0.shownView == .live && $0.phase == .ready && $0.result != nil ? "replays" : nil }),
    key(.panes, "m", ["m": .toggleMouse], "mouse on or off"),
    key(.panes, "1", ["1": .showLive], "live view", .init(.general) { $0.view == .live ? nil : "live" }),
    key(.panes, "2", ["2": .showExplorer(nil)], "state explorer, at its last page"),
    key(.panes, "3", ["3": .showLaboratory(nil)], "forms laboratory, at its last page"),
    key(.panes, "4", ["4": .showLessons], "lessons"),
    key(
      .panes, "( )", ["(": .turnPage(by: -1), ")": .turnPage(by: 1)], "previous or next page of views 2 and 3",
      .init(.view) { $0.shownView == .forms ? "page" : nil }),
    key(
      .panes, "v", ["v": .nextMode], "heatmaps: state, change, last token's share, difference",
      .on([.overview, .head], "mode")),
    key(.panes, "c", ["c": .nextStrip], "token strip: weight, mean, entropy, surprise", .explorer("strip")),
    key(.panes, "g", ["g": .compose(":goto ")], "go to a token", .explorer("goto")),
    key(.panes, "F N", ["F": .compose(":find "), "N": .findAgain], "find a text, find it again"),
    key(.panes, "a", ["a": .setReference], "compare later states with this one"),
    key(
      .panes, "0 f z", ["0": .toggleHead, "f": .toggleFreeze, "z": .clearHead],
      "turn the head off or on, freeze its state, clear it", .on([.experiments], "change the head", label: "0 f z y P")),
    key(.panes, "y P", ["y": .copyHead, "P": .pasteHead], "copy a head's state, put it into another head"),
    key(.panes, "u", ["u": .undoExperiment], "undo the last experiment", .on([.experiments], "undoes")),
    key(
      .panes, ", .", [",": .changeChunk(by: -1), ".": .changeChunk(by: 1)], "chunk length: one less, one more",
      .on(lab: [.forms, .agreement, .costs], "chunk", label: ", . < >")),
    key(.panes, "< >", ["<": .halveChunk, ">": .doubleChunk], "chunk length: half, double"),
    key(
      .panes, "B", ["B": .toggleGroupNormSide], "errors of the forms before or after the group norm",
      .init(.page) { state in
        guard state.shownView == .forms, state.lab.page == .agreement else { return nil }
        return state.lab.afterGroupNorm ? "before" : "after"
      }),
    key(.panes, "W", ["W": .showGlossary], "the symbols and their equations"),
    key(
      .panes, "?", ["?": .showHelp], "what this page shows, keys and commands", .init(.pinned, "help")),
  ]

  private static let everywhere: [KeyBinding] = [
    key(.everywhere, "F1", [.function(1): .showHelp], "help, also on the input line"),
    key(
      .everywhere, "Ctrl-C", [.control("c"): .interrupt],
      "stop a reply; else clear the line, which ↑ returns",
      .init(.run) { state in
        guard state.overlay == nil, state.question == nil else { return nil }
        if state.phase == .running { return "stops" }
        if state.phase == .paused { return state.focus == .input ? "ends the reply" : nil }
        return state.lab.isWaiting && state.shownView == .forms ? "cancels the analysis" : nil
      }),
    key(
      .everywhere, "Ctrl-D", [.control("d"): .quit], "quit, if the input line is empty",
      .init(.type) { state in
        guard state.view != .lessons, state.overlay == nil, state.question == nil, !state.isCommanding else {
          return nil
        }
        return (state.focus == .input ? !state.isReplying : state.view == .live && state.result == nil) ? "quits" : nil
      }),
    key(.everywhere, "Ctrl-L", [.control("l"): .redraw], "redraw the screen"),
    key(.everywhere, "Ctrl-Z", [.control("z"): .suspend], "suspend the app; the shell's fg resumes it"),
  ]

  private static let live: [KeyBinding] = [
    key(
      .live, "; '", [";": .selectToken(by: -1), "'": .selectToken(by: 1)], "select a token of the memory map"),
    key(
      .live, "Z", ["Z": .zoom], "enlarge the state, the memory map, the conversation",
      .init(.view) { $0.result == nil ? nil : "zoom" }),
    key(
      .live, "S", ["S": .toggleStepDisplay], "the state pane: S alone, or the step that led to it",
      .init(.page) { $0.result == nil ? nil : $0.session.display == .step ? "S alone" : "the step" }),
    key(
      .live, "PgUp PgDn", pages(.conversation), "scroll the conversation; also the wheel",
      .init(.general, label: "PgUp") { $0.focus == .input ? "scrolls" : nil }),
    key(
      .live, "↑ ↓ Home End", lines(.conversation) + ends(.conversation), "scroll by a line, to the start, to the end"),
  ]

  private static let time: [KeyBinding] = [
    key(.time, "Home End", [.home: .goToStart, .end: .goToEnd], "the start or the end of the session"),
    key(.time, "PgUp PgDn", [.pageUp: .go(by: -16), .pageDown: .go(by: 16)], "16 tokens back or forward"),
  ]

  private static let explorer: [KeyBinding] = [
    pageKeys(
      Explorer.Page.allCases.compactMap { page in page.key.map { ($0, .showExplorer(page)) } },
      "pages of the state explorer"),
    key(
      .explorer, "↑ ↓", lines(.explorer), "select a line of a list",
      .init(.open) { state in
        switch state.explorer.page {
        case .writers, .reading: "token"
        case .prediction, .branches: "select"
        case .overview, .head, .cell, .decay, .statistics, .experiments: nil
        }
      }),
    key(
      .explorer, "Enter", [.enter: .openSelected], "open the selected head, cell, part, candidate or branch",
      .init(.open) { state in
        guard state.view != .lessons else { return nil }
        return switch state.explorer.page {
        case .overview: "opens"
        case .head: "cell"
        case .writers: state.explorer.part.next.rawValue
        case .prediction: "picks"
        case .branches: "continues"
        case .cell, .decay, .reading, .statistics, .experiments: nil
        }
      }),
    key(.explorer, "Esc", [.escape: .closePage], "back to the head, to the overview", .on([.head, .cell], "up")),
  ]

  private static let laboratory: [KeyBinding] = [
    pageKeys(Lab.Page.allCases.map { ($0.key, .showLaboratory($0)) }, "pages of the forms laboratory"),
    key(
      .formsPage, "hjkl x", probeKeys({ .moveEntry(rows: $0, columns: $1) }, largest: .largestEntry),
      "n (j k) and m (h l) of D and R; HJKL by 8, x largest R", .init(.page, "probe")),
    key(
      .normsPage, "Space Enter", [" ": .pauseOrChangeNorm, .enter: .changeSelectedNorm],
      "change the selected norm; Space first pauses a reply",
      .init(.page, label: "Enter") { $0.view == .lessons ? nil : "changes" }),
    key(
      .laboratory, "↑ ↓", lines(.laboratory), "select a chunk, a norm, a row",
      .init(.page) { state in
        switch state.lab.page {
        case .forms: "chunk's S"
        case .agreement: nil
        case .norms, .dialects, .costs: "select"
        case .precision: nil
        }
      }),
    key(.laboratory, "v", ["v": .nextMatrix], "D or R, if there is room for one", .on(lab: [.forms], "D or R")),
    key(.laboratory, "Esc", [.escape: .showLaboratory(.forms)], "the first page"),
  ]

  private static let lessons: [KeyBinding] = [
    key(
      .lessonList, "↑ ↓ Home End", lines(.lessons) + pages(.lessons) + ends(.lessons),
      "select a lesson; also PgUp, PgDn", .init(.first, "select", label: "↑ ↓")),
    key(
      .lessonList, "Enter", [.enter: .continueLesson], "open the selected lesson",
      .init(.first) { $0.focus == .panes ? "opens" : nil }),
    key(
      .lesson, "Enter", [.enter: .continueLesson], "continue with the next step",
      .init(.first) { $0.focus == .panes ? "continues" : nil }),
    key(
      .lesson, "ANSWER", [:], "answer the question, then Enter",
      .init(.first, label: "type") { state in
        guard state.focus == .input, let walk = state.lesson?.walk, walk.isTaskOpen,
          case .question = walk.step.task
        else { return nil }
        return "your answer"
      }),
    word("hint", "show a hint", "helps"), word("why", "explain the answer", "explains"),
    word("quit", "leave the lesson", "leaves"), word("back", "return to the previous step", "a step"),
    word("next again", "go to the next step, repeat this one"), word("?S", "explain a symbol, here S", "explains S"),
    key(
      .lesson, "PgUp PgDn", pages(.lessonText), "scroll the text",
      .init(.first, label: "PgDn") { $0.focus == .input ? "scrolls" : nil }),
  ]

  private static let tour: [KeyBinding] = [
    key(.tour, "Esc", [.escape: .skipTour], "end the tour of the first start", .init(.first, "ends the tour"))
  ]

  private static let overlays: [KeyBinding] = [
    key(
      .text, "Esc Enter q",
      [
        .escape: .closeOverlay, .enter: .closeOverlay, "q": .closeOverlay, "?": .closeOverlay, "W": .closeOverlay,
        .function(1): .closeOverlay, ":": .compose(":"), .tab: .closeOverlayAndRepeat,
      ], "close", .init(.first, "closes", label: "Esc")),
    key(
      .text, "↑ ↓ PgUp PgDn",
      lines(.text) + pages(.text) + ends(.text)
        + ["k": .move(.text, .lines(-1)), "j": .move(.text, .lines(1)), " ": .move(.text, .pages(1))],
      "scroll; also j, k and Space", .init(.first, "scroll")),
    key(.help, "/", ["/": .search(.begin)], "show only lines with the typed text", .init(.first, "searches")),
    key(
      .search, "Enter Backspace",
      [.enter: .search(.end), .backspace: .search(.deleteBackward), .control("h"): .search(.deleteBackward)],
      "keep the lines found; delete a character", .init(.first, "keeps the lines", label: "Enter")),
    key(
      .search, "Esc", [.escape: .search(.clear), .control("u"): .search(.clear)], "show all lines again",
      .init(.first, "all lines")),
    key(.search, "↑ ↓ PgUp PgDn", lines(.text) + pages(.text) + ends(.text), "scroll"),
    key(
      .normsPanel, "1 2 3 g e",
      [
        "1": .changeNorm(.norm1), "2": .changeNorm(.norm2), "3": .changeNorm(.norm3), "g": .changeNorm(.group),
        "e": .changeNorm(.epsilon),
      ], "change a norm", .init(.first, "change")),
    key(
      .normsPanel, "↑ ↓ Space",
      lines(.norms) + [
        "k": .move(.norms, .lines(-1)), "j": .move(.norms, .lines(1)), " ": .changePanelNorm, .enter: .changePanelNorm,
      ], "select a norm, change it", .init(.first, "select")),
    key(.normsPanel, "r", ["r": .restoreNorms], "restore the model's norms", .init(.first, "the model's")),
    key(
      .normsPanel, "Esc n q",
      [
        .escape: .closeOverlay, "n": .closeOverlay, "q": .closeOverlay, "?": .closeOverlayAndRepeat,
        .tab: .closeOverlayAndRepeat,
      ], "close", .init(.first, "closes", label: "Esc")),
  ]

  // MARK: Groups of keys

  private static func pageKeys(_ pages: [(key: Character, action: KeyAction)], _ meaning: String) -> KeyBinding {
    key(
      .panes, pages.map { String($0.key) }.joined(separator: " "),
      Dictionary(uniqueKeysWithValues: pages.map { (.character($0.key), $0.action) }), meaning)
  }

  /// A word of a lesson.
  private static func word(_ word: String, _ meaning: String, _ short: String? = nil) -> KeyBinding {
    key(.lesson, word, [:], meaning, short.map { short in .init(.first) { $0.focus == .input ? short : nil } })
  }

  static func lines(_ list: MovableList) -> [Key: KeyAction] {
    [.up: .move(list, .lines(-1)), .down: .move(list, .lines(1))]
  }

  static func pages(_ list: MovableList) -> [Key: KeyAction] {
    [.pageUp: .move(list, .pages(-1)), .pageDown: .move(list, .pages(1))]
  }

  private static func ends(_ list: MovableList) -> [Key: KeyAction] {
    [.home: .move(list, .start), .end: .move(list, .end)]
  }

  private static func probeKeys(_ move: (Int, Int) -> KeyAction, largest: KeyAction) -> [Key: KeyAction] {
    [
      "h": move(0, -1), "j": move(1, 0), "k": move(-1, 0), "l": move(0, 1), "H": move(0, -8), "J": move(8, 0),
      "K": move(-8, 0), "L": move(0, 8), "x": largest,
    ]
  }
}

private func + (first: [Key: KeyAction], second: [Key: KeyAction]) -> [Key: KeyAction] {
  first.merging(second) { first, _ in first }
}

extension LessonRun {
  /// Whether the step waits for an answer or an action.
  fileprivate var isTaskOpen: Bool {
    if case .read = step.task { return false }
    return !isSettled
  }
}
