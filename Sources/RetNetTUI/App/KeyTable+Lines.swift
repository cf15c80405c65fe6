import TerminalKit

/// Keys of the input line, the command line and questions.
extension KeyTable {
  static let input: [KeyBinding] = [
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
      .input, "Alt-Enter Ctrl-J", [.alt(.enter): .edit(.lineBreak), .control("j"): .edit(.lineBreak)],
      "begin a new line of the message"),
    key(
      .input, "↑ ↓", [.up: .olderLine, .control("p"): .olderLine, .down: .newerLine, .control("n"): .newerLine],
      "rows, then earlier messages, first the last queued one",
      .init(.general, label: "↑") { $0.queue.isEmpty || !$0.line.isEmpty ? nil : "edits it" }
    ),
    key(
      .input, "Ctrl-R", [.control("r"): .searchHistory(.older)], "search the earlier messages or commands"),
    key(
      .input, "Ctrl-A Ctrl-E",
      [.home: .edit(.start), .control("a"): .edit(.start), .end: .edit(.end), .control("e"): .edit(.end)],
      "move to the start, to the end of the line; also Home, End"),
    key(
      .input, "Ctrl-B Ctrl-F",
      [.left: .edit(.left), .control("b"): .edit(.left), .right: .edit(.right), .control("f"): .edit(.right)],
      "move by a character; also ← →"),
    key(
      .input, "Alt-B Alt-F",
      [
        .alt("b"): .edit(.wordLeft), .controlLeft: .edit(.wordLeft), .alt("f"): .edit(.wordRight),
        .controlRight: .edit(.wordRight),
      ], "move by a word; also Ctrl-← Ctrl-→"),
    key(
      .input, "Ctrl-U Ctrl-K",
      [.control("u"): .edit(.deleteToStart), .control("k"): .edit(.deleteToEnd)],
      "delete to the start, to the end of the line"),
    key(
      .input, "Ctrl-W Alt-D",
      [
        .control("w"): .edit(.deleteWord), .alt(.backspace): .edit(.deleteWordLeft), .alt("d"): .edit(.deleteWordRight),
      ], "delete a word before, after; Alt-Backspace stops at '.'"),
    key(
      .input, "Ctrl-Y Alt-Y", [.control("y"): .edit(.yank), .alt("y"): .edit(.yankOlder)],
      "insert what was deleted; then what was deleted before"),
    key(
      .input, "Ctrl-H Ctrl-D",
      [
        .backspace: .edit(.deleteBackward), .control("h"): .edit(.deleteBackward), .delete: .edit(.deleteForward),
        .control("d"): .deleteOrQuit,
      ], "delete a character before, after; also Backspace, Delete"),
    key(.input, "Ctrl-_", [.control("_"): .edit(.undo)], "undo the last change of the line; also Ctrl-/"),
    key(.input, "Ctrl-X", [.control("x"): .editDraft], "edit the message in $VISUAL or $EDITOR"),
  ]

  static let historySearch: [KeyBinding] = [
    key(
      .historySearch, "Enter", [.enter: .searchHistory(.take)], "put the line found on the input line",
      .init(.first, "takes it")),
    key(
      .historySearch, "Ctrl-R Ctrl-S",
      [
        .control("r"): .searchHistory(.older), .up: .searchHistory(.older), .control("s"): .searchHistory(.newer),
        .down: .searchHistory(.newer),
      ], "the next older line, the next newer line; also ↑ ↓", .init(.first, "older", label: "Ctrl-R")),
    key(
      .historySearch, "Esc",
      [
        .escape: .searchHistory(.cancel), .control("c"): .searchHistory(.cancel),
        .control("g"): .searchHistory(.cancel),
      ], "close the search; the input line is as before", .init(.first, "closes")),
    key(
      .historySearch, "Backspace",
      [.backspace: .searchHistory(.deleteBackward), .control("h"): .searchHistory(.deleteBackward)],
      "delete a character of the searched text"),
  ]

  static let command: [KeyBinding] = [
    key(.command, "Enter", [.enter: .runCommand], "carry out the command", .init(.first, "carries it out")),
    key(
      .command, "Esc", [.escape: .closeCommand, .backTab: .closeCommand],
      "close the command line; the message line is unchanged", .init(.first, "closes")),
    key(
      .command, "Tab", [.tab: .completeCommand(by: 1)], "complete a command, a value, a name or a path",
      .init(.first, "completes")),
  ]

  static let completions: [KeyBinding] = [
    key(
      .completions, "Tab Shift-Tab",
      [
        .tab: .completeCommand(by: 1), .down: .completeCommand(by: 1), .backTab: .completeCommand(by: -1),
        .up: .completeCommand(by: -1),
      ], "the next one, the previous one; also ↓ ↑"),
    key(.completions, "Esc", [.escape: .closeCompletions], "close the menu; the line is as typed"),
  ]

  static let question: [KeyBinding] = [
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
}
