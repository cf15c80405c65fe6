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
  /// The user's name or a greeting, some of the talk, questions for both names, and some more of the talk: so that the
  /// answers do not hang on words that this generator wrote.
  ///
  /// - Precondition: the talk `suits`.
  static func amid(_ talk: [Turn]) -> Plot {
    Plot { draft in
      let isTold = draft.random.chance(0.6)
      if isTold { draft.introduceUser() } else if draft.random.chance(0.4) { Scene.greeting.play(&draft, 2) }
      var rest = talk[...]
      // The talk begins with a greeting of its own.
      if draft.exchanges > 0 { rest = rest.dropFirst(2 * draft.random.number(1...talk.count / 2 - 1)) }
      func listen(_ exchanges: ClosedRange<Int>, _ draft: inout Draft) {
        let part = rest.prefix(2 * draft.random.number(exchanges))
        draft.add(part)
        rest = rest.dropFirst(part.count)
      }
      listen(1...3, &draft)
      if isTold, draft.random.chance(0.7) {
        draft.askForUser()
        listen(0...1, &draft)
      }
      if !isTold || draft.random.chance(0.6) {
        draft.askForModel()
        if draft.random.chance(0.3) { draft.askForModel() }
        listen(0...1, &draft)
      }
      if isTold, draft.random.chance(0.2) { draft.askForUser() }
    }
  }
}
