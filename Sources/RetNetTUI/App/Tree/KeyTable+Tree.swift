import TerminalKit

/// Keys of the tree of replies.
extension KeyTable {
  static let tree: [KeyBinding] = [
    key(.panes, "5", ["5": .showTree(nil)], "tree of replies, at its last page"),
    pageKeys(ReplyTree.Page.allCases.map { ($0.key, .showTree($0)) }, "pages of the tree of replies"),
    key(
      .tree, "↑ ↓ ← →",
      [
        .up: .moveInTree(.up), .down: .moveInTree(.down), .left: .moveInTree(.left), .right: .moveInTree(.right),
        "k": .moveInTree(.up), "j": .moveInTree(.down), "h": .moveInTree(.left), "l": .moveInTree(.right),
      ], "select a line and a token, a continuation, a block", .init(.open, "select")),
    key(
      .tree, "PgUp PgDn Home End",
      [
        .pageUp: .moveInTree(.pageUp), .pageDown: .moveInTree(.pageDown), .home: .moveInTree(.start),
        .end: .moveInTree(.end),
      ], "a page up or down, the first, the last"),
    key(
      .tree, "Enter", [.enter: .openTreeNode], "go to the node, continue the reply, pick the tokens",
      .init(.open) { state in
        switch state.tree.page {
        case .tree: "goes there"
        case .replies: state.tree.growth == nil ? nil : "continues"
        case .tokens: "picks"
        }
      }),
    key(.tree, "*", ["*": .growHere], "draw eight continuations of the selected node", .init(.page, "grows 8")),
    key(
      .tree, "# \"", ["#": .toggleBookmark, "\"": .composeNote], "set or remove a bookmark, edit the note",
      .init(.page) { $0.tree.page == .tree ? "bookmark, note" : nil }),
    key(
      .tree, "; '", [";": .selectMark(by: -1), "'": .selectMark(by: 1)], "the previous or next bookmark or note",
      .init(.page) { $0.tree.page == .tree && !$0.explorer.session.marks.isEmpty ? "marks" : nil }),
    key(.tree, "Esc", [.escape: .showTree(.tree)], "the tree; there, select the current position"),
  ]
}
