import RetNet

/// A conversation in the making.
struct Draft: Sendable {
  var random: Randomness
  private(set) var turns: [Turn] = []
  /// What the user has told: the words of the slots that last longer than a script.
  var facts: [String: String] = [:]
  private var played: Set<String> = []

  init(_ random: Randomness) {
    self.random = random
  }

  var exchanges: Int { turns.count / 2 }

  /// Whether the script is new to the conversation and asks for no fact that was not told.
  func canPlay(_ script: Script) -> Bool {
    !played.contains(script.text) && script.slots.allSatisfy { facts[$0] != nil || !Fact.slots.contains($0) }
  }

  /// Adds turns as they are.
  ///
  /// - Precondition: they are whole exchanges.
  mutating func add(_ turns: some Collection<Turn>) {
    precondition(turns.count.isMultiple(of: 2), "There are \(turns.count) turns, but an exchange has two.")
    self.turns += turns
  }

  /// Adds the script's turns. A slot has one word throughout: the one in `words`, that of a told fact, or a new one.
  mutating func play(_ script: Script, words: [String: String] = [:]) {
    played.insert(script.text)
    var words = facts.merging(words) { $1 }
    for (index, sentence) in script.sentences(words: &words, &random).enumerated() {
      if index.isMultiple(of: 2) {
        turns.append(Turn(.user, Mark.removed(from: Typing.apply(to: sentence, &random))))
      } else {
        turns.append(Turn(.reply, Mark.removed(from: Sentence.contracted(sentence, &random))))
      }
    }
  }
}
