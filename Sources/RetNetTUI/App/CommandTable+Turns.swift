/// The commands that change single turns.
extension CommandTable {
  static let turnEntries: [Entry] = [
    turn("regenerate", "another reply to the same message") { .regenerate($0) },
    turn("continue", "continue a reply that has ended or was stopped") { .continueReply($0) },
    Entry(
      name: "edit", argument: "[N TEXT]", expected: "nothing, or a turn's number from 0 and a text",
      summary: "the message in $VISUAL or $EDITOR; or another text as turn N, and the old one as a branch",
      parse: parseEdit, bare: .edit),
    Entry(
      name: "prefix", argument: "TEXT|off", expected: "a text, or 'off'",
      summary: "the next or the selected reply begins with it",
      parse: { .prefix($0 == "off" ? nil : $0) }),
    Entry(
      name: "branch", argument: "[N|turn N]", expected: "nothing, a branch's number, or 'turn' and a turn's number",
      summary: "continue branch N, or begin a branch after a turn", parse: parseBranch, bare: .fork(nil)),
  ]

  private static func turn(_ name: String, _ summary: String, make: @escaping @Sendable (Int?) -> Command) -> Entry {
    Entry(
      name: name, argument: "[N]", expected: "nothing, or a turn's number from 0", summary: summary,
      parse: { number($0).map(make) }, bare: make(nil))
  }

  /// A whole number from 0 to a million.
  private static func number(_ text: some StringProtocol) -> Int? {
    Int(text).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
  }

  private static func parseEdit(_ text: String) -> Command? {
    let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard parts.count == 2, let turn = number(parts[0]) else { return nil }
    return .editTurn(turn, trimmed(parts[1]))
  }

  private static func parseBranch(_ text: String) -> Command? {
    let words = text.split(whereSeparator: \.isWhitespace)
    if words.count == 2, words[0].lowercased() == "turn" { return number(words[1]).map { .fork($0) } }
    return number(text).map { .branch($0) }
  }
}
