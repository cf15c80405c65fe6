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

  static let command: [KeyBinding] = [
    key(.command, "Enter", [.enter: .runCommand], "carry out the command", .init(.first, "carries it out")),
    key(
      .command, "Esc", [.escape: .closeCommand, .backTab: .closeCommand],
      "close the command line; the message line is unchanged", .init(.first, "closes")),
    key(.command, "Tab", [.tab: .completeCommand], "complete the command's name", .init(.first, "completes")),
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
