import RetNet

/// Conversations as the text that `DialogueFile` reads.
public enum DialogueText {
  /// A line for each turn, without an empty line after the last.
  public static func block(_ turns: [Turn]) -> String {
    turns.map { "\($0.speaker == .user ? "U" : "B"): \($0.text)\n" }.joined()
  }

  public static func file(_ conversations: some Sequence<[Turn]>) -> String {
    conversations.map(block).joined(separator: "\n")
  }
}
