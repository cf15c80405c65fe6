import RetNet
import RetNetSession

/// The commands of the tree of replies.
extension CommandTable {
  /// Continuations and tokens without an argument.
  static let usualGrowth = 8
  static let usualGrowthTokens = 24

  static let treeEntries: [Entry] = [
    Entry(
      name: "tree", argument: "[PAGE]", expected: "nothing, or " + names(ReplyTree.Page.self),
      summary: "the tree of replies: \(names(ReplyTree.Page.self))",
      parse: { ReplyTree.Page(rawValue: $0.lowercased()).map { .tree($0) } }, bare: .tree(nil)),
    Entry(
      name: "grow", argument: "[N [TOKENS]]", expected: "1 to 64 continuations, and 1 to 1000 tokens of each",
      summary: "draw N continuations from here, side by side", parse: parseGrowth,
      bare: .grow(usualGrowth, tokens: usualGrowthTokens)),
    Entry(
      name: "bookmark", argument: "[NAME]", expected: "a name of at most \(NodeMark.longestName) characters",
      summary: "a bookmark here; again without a name, none",
      parse: { $0.count <= NodeMark.longestName ? .bookmark($0) : nil }, bare: .bookmark(nil)),
    Entry(
      name: "note", argument: "[TEXT]", expected: "a text of at most \(NodeMark.longestNote) characters",
      summary: "a note here; without a text, none",
      parse: { $0.count <= NodeMark.longestNote ? .note($0) : nil }, bare: .note(nil)),
  ]

  private static func parseGrowth(_ text: String) -> Command? {
    let words = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard (1...2).contains(words.count), let count = words[0], (1...64).contains(count) else { return nil }
    guard words.count == 2 else { return .grow(count, tokens: usualGrowthTokens) }
    return words[1].flatMap { (1...1000).contains($0) ? .grow(count, tokens: $0) : nil }
  }
}
