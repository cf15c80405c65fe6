/// A few connected turns, written as in the corpus:
///
///     U: What is your name?
///      | Who are you?
///     B: (I am|My name is) RetNet.
///
/// A line with `|` is a variant of the turn above it. The user opens, and the speakers alternate.
struct Script: Sendable {
  /// The source text of the script, which identifies it.
  let text: String
  let turns: [[Template]]
  /// The names of all slots.
  let slots: Set<String>

  /// - Precondition: the text has the form above. Scripts are part of the program.
  init(_ text: some StringProtocol) {
    var turns: [[Template]] = []
    for line in text.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      let words = line.drop { $0 != " " }.dropFirst()
      switch line.prefix(2) {
      case "U:" where turns.count.isMultiple(of: 2): turns.append([Template(String(words))])
      case "B:" where !turns.count.isMultiple(of: 2): turns.append([Template(String(words))])
      case "| " where !turns.isEmpty: turns[turns.count - 1].append(Template(String(words)))
      default: preconditionFailure("A script has the line '\(line)' where another speaker's turn is due.")
      }
    }
    self.init(turns, text: String(text))
  }

  /// One exchange, with one template for each variant of a turn.
  init(user: [String], reply: [String]) {
    self.init([user.map { Template($0) }, reply.map { Template($0) }], text: (user + reply).joined(separator: "\n"))
  }

  private init(_ turns: [[Template]], text: String) {
    precondition(!turns.isEmpty && turns.count.isMultiple(of: 2), "A script does not end with a reply: '\(text)'.")
    self.text = text
    self.turns = turns
    slots = Set(turns.joined().flatMap { $0.slots.map(\.name) })
  }

  /// The scripts of a text, separated by blank lines.
  static func list(_ text: String) -> [Script] {
    text.split(separator: "\n\n").map { Script($0) }
  }

  /// A user turn and its reply form one exchange.
  var exchanges: Int { turns.count / 2 }

  /// One variant of each turn, with marked words. A slot keeps its word: the one in `words`, otherwise a new one, which is
  /// added to `words`.
  func sentences(words: inout [String: String], _ random: inout Randomness) -> [String] {
    turns.map { alternatives in
      Sentence.tidy(
        random.pick(alternatives).expand(&random) { slot, random in
          let word = words[slot.name] ?? Lexicon.word(for: slot.name, avoiding: words.values, &random)
          words[slot.name] = word
          return Mark.open + word + Mark.close
        })
    }
  }
}
