import TerminalKit

extension KeyTable {
  /// V selects a turn in the live view; the other keys act on the selected turn.
  static let turn: [KeyBinding] = [
    key(.live, "V", ["V": .selectTurn(by: 0)], "select a turn, to change it; also a click"),
    key(
      .turn, "↑ ↓", [.up: .selectTurn(by: -1), .down: .selectTurn(by: 1)], "select another turn", .init(.first, "turn")),
    key(.turn, "r", ["r": .regenerate], "another reply to the same message", .init(.first, "again")),
    key(.turn, "c", ["c": .continueReply], "continue the reply", .init(.first, "continues")),
    key(.turn, "e", ["e": .editTurn], "edit the text on the input line", .init(.first, "edits")),
    key(.turn, "p", ["p": .compose(":prefix ")], "another reply that begins with a text", .init(.first, "prefix")),
    key(.turn, "b", ["b": .forkTurn], "begin a branch after this turn", .init(.first, "branch")),
    key(
      .turn, "Esc", [.escape: .deselectTurn, "V": .deselectTurn], "end the selection; also V", .init(.first, "ends")),
  ]
}
