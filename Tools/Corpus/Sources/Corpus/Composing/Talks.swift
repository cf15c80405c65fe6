import RetNetText

/// Conversations of people, parts of which are used beside scenes.
struct Talks: Sendable {
  private let all: [[Turn]]

  /// Reads the conversations of a file that are long enough and name no speaker, as the user may have another name here.
  /// Throws `FileError`, `TextError`, or `CorpusError` if there is none.
  init(path: String) throws {
    var all: [[Turn]] = []
    try DialogueFile.forEach(path: path) { if Self.suits($0) { all.append($0) } }
    guard !all.isEmpty else {
      throw CorpusError.broken(
        path: path, reason: "it has no conversation of four or more turns, with alternating speakers and without names")
    }
    self.all = all
  }

  static func suits(_ talk: [Turn]) -> Bool {
    talk.count >= 4 && talk.count.isMultiple(of: 2)
      && zip(talk, talk.dropFirst()).allSatisfy { $0.speaker != $1.speaker }
      && talk.allSatisfy { !$0.text.isEmpty && !names.areIn($0.text.searchable) && ToldName.first(in: $0.text) == nil }
  }

  /// A name, or an unfilled placeholder for one.
  private static let names = Phrases(["name", "["])

  /// One to five consecutive exchanges.
  ///
  /// - Parameter isFirst: whether they begin the conversation; otherwise they must open a subject.
  /// - Returns: nil if a reply speaks about itself as a person does, which the model should not learn here.
  func part(isFirst: Bool, _ random: inout Randomness) -> [Exchange]? {
    let talk = random.pick(all)
    let count = random.number(1...min(5, talk.count / 2))
    let start = isFirst ? 0 : random.number(0...talk.count / 2 - count)
    guard isFirst || Splice.opensSubject(talk[2 * start].text.searchable) else { return nil }
    let exchanges = (start..<start + count).map { Exchange(user: talk[2 * $0].text, reply: talk[2 * $0 + 1].text) }
    return exchanges.contains { Self.persons.areIn($0.reply.searchable) } ? nil : exchanges
  }

  private static let persons = Phrases([
    " my ", " i live", " i work", " i'm a ", " i am a ", "married", " i went", " i was ", " i saw", " i've been",
    " i have been", " i grew", " i had ", " i ate", " i'm from", " i am from", " i watched", " i used to", " we ",
    " i drive", " i own", " i'm in ", " me and", " i have a ", " i have two", " i have three", "lol", "haha",
    "booked", "reservation", " i like to ", " i do.", " i do,", " yes i ", " yes, i ", " i don't have", " i have one",
  ])
}
