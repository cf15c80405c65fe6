import RetNet

/// Conversations of people, to put questions in the midst of.
public struct Talks: Sendable {
  let all: [[Turn]]

  /// Those of the files that are long enough and in which nobody has a name yet. Throws `FileError`, `TextError`, or
  /// `CorpusError` where there is none.
  public init(files paths: [String]) throws {
    all = try paths.flatMap { try DialogueFile.read(path: $0) }.filter(Self.suits)
    if all.isEmpty {
      throw CorpusError.broken(
        path: paths.joined(separator: "', '"),
        reason: "no conversation in it has four turns or more, the speakers in turn, and nobody's name")
    }
  }

  static func suits(_ talk: [Turn]) -> Bool {
    talk.count >= 4 && talk.count.isMultiple(of: 2)
      && zip(talk, talk.dropFirst()).allSatisfy { $0.speaker != $1.speaker }
      && talk.allSatisfy {
        !$0.text.isEmpty && !$0.text.lowercased().contains("name") && ToldName.first(in: $0.text) == nil
      }
  }
}

extension Plot {
  /// The user's name or a greeting, then some of the talk and a question, so many times: for a name, or for a fact that was
  /// told on the way. The answers then do not hang on words that this generator wrote.
  ///
  /// - Precondition: the talk `suits`.
  static func amid(_ talk: [Turn], questions: Int) -> Plot {
    Plot { draft in
      if draft.random.chance(0.6) {
        draft.introduceUser()
      } else if draft.random.chance(0.5) {
        (draft.random.chance(0.5) ? Topic.nameQuestions : .greeting).play(&draft, 2)
      }
      var rest = talk[...]
      // The talk begins with a greeting of its own.
      if draft.exchanges > 0 { rest = rest.dropFirst(2 * draft.random.number(1...talk.count / 2 - 1)) }
      func listen(_ exchanges: ClosedRange<Int>, _ draft: inout Draft) {
        let count = draft.random.number(exchanges)
        let part = rest.prefix(2 * count)
        draft.add(part)
        rest = rest.dropFirst(part.count)
        draft.pass(exchanges: count - part.count / 2)
      }
      for _ in 0..<questions {
        listen(1...3, &draft)
        let share = draft.random.share()
        if share < 0.35, draft.facts[Fact.myName.slot] != nil {
          draft.askForUser()
        } else if share < 0.6 {
          draft.askForModel()
        } else {
          let fact = draft.random.pick(draft.untold)
          draft.tell(fact)
          listen(0...2, &draft)
          draft.play(fact.ask)
        }
      }
      if draft.random.chance(0.3) { listen(1...1, &draft) }
      if draft.random.chance(0.2) { Topic.goodbye.play(&draft, 1) }
    }
  }
}
