import RetNetText

/// Fills `[name]`, `[user 1's name]`, `(your name)`, `[city]` and the like: each speaker has one name and one town
/// throughout a conversation, none of them held out.
struct Placeholders {
  private let turns: [Turn]
  private let known: [Turn.Speaker: String]
  private let isSuspect: Bool
  /// nil until a name is needed; most conversations need none.
  private var names: [Turn.Speaker: String]?
  private var towns: [Turn.Speaker: String] = [:]
  private var random: Randomness

  /// - Parameter known: names that are fixed, whatever the turns say.
  init(_ turns: [Turn], names known: [Turn.Speaker: String] = [:], _ random: Randomness) {
    self.turns = turns
    self.known = known
    self.random = random
    isSuspect = turns.contains { Self.mayHaveAny($0.text) }
  }

  /// Whether the text contains a placeholder that cannot be filled.
  static func hasAny(_ text: String) -> Bool {
    hasBracket(text) && text.contains(#/\[[A-Za-z][^\]]*\]/#)
  }

  private static func hasBracket(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "[")) }

  /// Words that are in every placeholder for a name.
  private static let nameMarks = Marks(["name", "user"], ignoringCase: true)

  /// A fast test for the beginning of a placeholder: a bracket, or the number of "user 1".
  private static func mayHaveAny(_ text: String) -> Bool {
    var last: UInt8 = 0
    for byte in text.utf8 {
      let isNumber = (byte == UInt8(ascii: "1") || byte == UInt8(ascii: "2")) && last == UInt8(ascii: " ")
      if isNumber || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") { return true }
      last = byte
    }
    return false
  }

  mutating func filled(_ mends: inout [Mend: Int]) -> [Turn] {
    let turns = turns
    guard isSuspect else { return turns }
    return turns.map { turn in
      guard Self.mayHaveAny(turn.text) else { return turn }
      var text = turn.text
      // Towns first: "[user 1's city]" contains "user 1", which by itself is a name.
      while Self.hasBracket(text), let match = text.firstMatch(of: Self.townPattern) {
        text.replaceSubrange(match.range, with: town(of: Self.speaker(numbered: match.1) ?? turn.speaker))
        mends[.town, default: 0] += 1
      }
      while Self.mayHaveAny(text), Self.nameMarks.areIn(text), let match = text.firstMatch(of: Self.namePattern) {
        let owner = Self.owner(match.1 ?? match.2, before: text[..<match.range.lowerBound], turn.speaker)
        text.replaceSubrange(match.range, with: name(of: owner))
        mends[.name, default: 0] += 1
      }
      return Turn(turn.speaker, text)
    }
  }

  private mutating func name(of speaker: Turn.Speaker) -> String {
    var names = names ?? namesTold
    defer { self.names = names }
    if let name = names[speaker] { return name }
    let name = random.pick(Lexicon.firstNames.filter { !names.values.contains($0) })
    names[speaker] = name
    return name
  }

  private mutating func town(of speaker: Turn.Speaker) -> String {
    if let town = towns[speaker] { return town }
    let town = random.pick(Lexicon.towns.filter { !towns.values.contains($0) })
    towns[speaker] = town
    return town
  }

  private static var namePattern: Regex<(Substring, Substring?, Substring?)> {
    #/(?i)[\[(](?:insert |enter |my |your |their |the )?(?:user ?([12])(?:'s)?(?:[ _]name)?|(?:user ?)?name)[\])]|\buser ([12])\b/#
  }
  private static var townPattern: Regex<(Substring, Substring?)> {
    #/(?i)\[(?:(?:user ?([12])(?:'s)?|your|my)[ _])?(?:city|town|home ?town|town name|location|city, state)\]/#
  }

  /// The owner of a name: given by the number, or by whether the words before introduce the speaker.
  private static func owner(_ user: Substring?, before: Substring, _ speaker: Turn.Speaker) -> Turn.Speaker {
    if let numbered = Self.speaker(numbered: user) { return numbered }
    let isOwn = before.contains(#/(?i)\b(I'm|I am|name is|name's|call me|this is|it's|called)\s*$/#)
    return isOwn == (speaker == .user) ? .user : .reply
  }

  private static func speaker(numbered user: Substring?) -> Turn.Speaker? {
    user.map { $0 == "1" ? .user : .reply }
  }

  private var namesTold: [Turn.Speaker: String] {
    turns.reduce(into: known) { names, turn in
      if names[turn.speaker] == nil { names[turn.speaker] = ToldName.first(in: turn.text) }
    }
  }
}
