import RetNetText

/// Makes replies short and predictable, so that a small network can learn to end them: one sentence, or a short one and a
/// short question. Replies to plain statements that occur in few other places become reactions that fit the statement.
package struct Shortener: Sendable {
  /// Replies that occur more often are common enough to be learnt.
  static let common = 40

  let seed: UInt64
  /// The number of times each reply occurs in the text.
  private var counts: [String: Int] = [:]

  package init(seed: UInt64, _ conversations: some Sequence<[Turn]>) {
    self.seed = seed
    for turns in conversations {
      for turn in turns where turn.speaker == .reply { counts[turn.text, default: 0] += 1 }
    }
  }

  /// The conversation with short replies. It depends only on the seed, its index and the counts of its replies.
  package func conversation(_ turns: [Turn], _ index: Int) -> [Turn] {
    var random = Randomness(seed: seed, index: index)
    var user = ""
    return turns.map { turn in
      guard turn.speaker == .reply else {
        user = turn.text
        return turn
      }
      return Turn(.reply, reply(turn.text, to: user, &random))
    }
  }

  private func reply(_ text: String, to user: String, _ random: inout Randomness) -> String {
    let isPlain = Statement.isPlain(user)
    let words = text.split(separator: " ").count
    var reply = text
    if isPlain, counts[text, default: 0] < Self.common, random.chance(words > 8 ? 0.8 : 0.24) {
      reply = Reaction.to(user, &random)
    }
    // A quoted reply repeats what was said.
    guard reply.first != "\"", random.chance(0.9) else { return reply }
    return Self.shortened(reply, &random) ?? (isPlain ? Reaction.to(user, &random) : reply)
  }

  /// - Returns: nil if no sentence is short.
  static func shortened(_ reply: String, _ random: inout Randomness) -> String? {
    let words = wordCount(reply)
    if words <= 8 { return reply }
    let sentences = sentences(reply)
    guard sentences.count > 1 else { return words <= 16 || random.chance(0.25) ? reply : nil }
    let (first, second, last) = (sentences[0], sentences[1], sentences[sentences.count - 1])
    let length = wordCount(first)
    if length > 16 { return random.chance(0.25) ? first : nil }
    if length <= 12, last.hasSuffix("?"), wordCount(last) <= 7, random.chance(0.55) { return "\(first) \(last)" }
    if length <= 3, wordCount(second) <= 9 { return "\(first) \(second)" }
    return length + wordCount(second) <= 10 && random.chance(0.5) ? "\(first) \(second)" : first
  }

  private static func wordCount(_ text: String) -> Int { text.split(separator: " ").count }

  /// The sentences of a reply. An initial such as the "J." of a name ends none.
  static func sentences(_ reply: String) -> [String] {
    var sentences: [String] = []
    var current: [Substring] = []
    for word in reply.split(separator: " ") {
      current.append(word)
      let bare = word.reversed().drop { "\"')".contains($0) }
      let isInitial = bare.count == 2 && bare.last?.isUppercase == true && bare.last != "I"
      if let mark = bare.first, ".!?".contains(mark), !isInitial {
        sentences.append(current.joined(separator: " "))
        current = []
      }
    }
    return current.isEmpty ? sentences : sentences + [current.joined(separator: " ")]
  }
}
