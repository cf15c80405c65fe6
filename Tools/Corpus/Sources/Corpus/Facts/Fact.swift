/// A fact that a user states and later asks for.
struct Fact: Sendable {
  /// Its slot, which keeps its word to the end of the conversation.
  let slot: String
  /// The kind of word with which `Lexicon` fills the slot.
  let kind: String
  let tell: Script
  let ask: Script
  /// The question if the fact was not stated.
  let askInVain: Script
  let correct: Script

  /// Each text has one template per line. In a correction, `{was}` is the word that was stated before.
  ///
  /// - Parameter what: the object of "You have not told me".
  init(
    _ slot: String, kind: String, what: String, told: String, replies: String, questions: String, answers: String,
    corrections: String
  ) {
    self.slot = slot
    self.kind = kind
    tell = Script(user: lines(told), reply: lines(replies))
    ask = Script(user: lines(questions), reply: lines(answers))
    askInVain = Script(
      user: lines(questions).filter { !$0.hasPrefix("And ") && !$0.contains("did I say") && !$0.contains("forg") },
      reply: [
        "You have not told me (yet|so far). (What is it?|)", "You have not told me \(what) yet.",
        "I do not know yet. You have not told me \(what).", "I do not know \(what) yet. (Tell me!|Will you tell me?)",
      ])
    correct = Script(
      user: lines(corrections),
      reply: lines(answers).filter { !$0.contains("told me") }.map {
        "(Oh, sorry|Ah, I see|All right|Thanks|Got it|Sorry|Okay)(.|!) \($0)"
      })
  }

  static let all = aboutMe + family + pets + favourites + numbers + plans
  static let slots = Set(all.map(\.slot))
  static let kinds = Dictionary(uniqueKeysWithValues: all.map { ($0.slot, $0.kind) })
}

private func lines(_ text: String) -> [String] {
  text.split(separator: "\n").map(String.init)
}
