/// Something that a user tells and later asks for.
struct Fact: Sendable {
  /// The slot that stands for it, from the telling to the end of the conversation.
  let slot: String
  /// What `Lexicon` fills the slot with.
  let kind: String
  let tell: Script
  let ask: Script
  /// The question where nothing was told.
  let askInVain: Script
  let correct: Script

  /// Each text has one template a line.
  ///
  /// - Parameter what: what is asked for, as it follows "You have not told me".
  init(
    _ slot: String, kind: String, what: String, told: String, replies: String, questions: String, answers: String,
    corrections: String
  ) {
    self.slot = slot
    self.kind = kind
    tell = Script(user: lines(told), reply: lines(replies))
    ask = Script(user: lines(questions), reply: lines(answers))
    askInVain = Script(
      user: lines(questions),
      reply: [
        "You have not told me \(what) (yet|so far).",
        "I do not know. You have not told me \(what).",
        "I (do not|cannot) know \(what), because you have not (told me|said it) yet.",
        "I do not know \(what). (Please tell me.|Will you tell me?|Would you like to tell me?|Tell me, and I will try to "
          + "remember.)",
        "(Sorry, |)I do not (think|believe) you have (ever |)told me \(what).",
      ])
    correct = Script(
      user: lines(corrections),
      reply: lines(answers).flatMap { answer in
        [
          "(Oh, sorry|Ah, I see|All right|Thank you|Good to know). \(answer)",
          "(Thanks for telling me.|Okay.) \(answer)",
        ]
      })
  }

  static let all = aboutMe + family + pets + favourites + numbers + plans
  static let slots = Set(all.map(\.slot))
  static let kinds = Dictionary(uniqueKeysWithValues: all.map { ($0.slot, $0.kind) })
}

private func lines(_ text: String) -> [String] {
  text.split(separator: "\n").map(String.init)
}
