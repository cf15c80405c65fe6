/// A sentence with variants: `(Hi|Hello), I am {name}.` Alternatives stand in parentheses and may nest or be empty;
/// a slot in braces is filled with a word.
struct Template: Sendable {
  private indirect enum Part: Sendable {
    case text(String)
    case slot(String)
    case choice([[Part]])
  }

  private let parts: [Part]

  /// - Precondition: the brackets of the text match. Templates are part of the program.
  init(_ text: String) {
    var rest = Substring(text)
    parts = Self.sequence(&rest)
    precondition(rest.isEmpty, "Template '\(text)' closes a bracket that it did not open.")
  }

  /// The names of all slots.
  var slots: Set<String> {
    func names(_ parts: [Part]) -> [String] {
      parts.flatMap { part -> [String] in
        switch part {
        case .text: []
        case .slot(let name): [name]
        case .choice(let alternatives): alternatives.flatMap(names)
        }
      }
    }
    return Set(names(parts))
  }

  /// Chooses among the alternatives and asks `word` for each slot.
  func expand(_ random: inout Randomness, word: (String, inout Randomness) -> String) -> String {
    Self.expand(parts, &random, word)
  }

  private static func expand(
    _ parts: [Part], _ random: inout Randomness, _ word: (String, inout Randomness) -> String
  ) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .text(let words): text += words
      case .slot(let name): text += word(name, &random)
      case .choice(let alternatives): text += expand(random.pick(alternatives), &random, word)
      }
    }
    return text
  }

  /// Parts up to the end, or to a `|` or `)` that belongs to an alternative around them.
  private static func sequence(_ rest: inout Substring) -> [Part] {
    var parts: [Part] = []
    while let first = rest.first, first != "|", first != ")" {
      rest.removeFirst()
      switch first {
      case "{": parts.append(.slot(until("}", &rest)))
      case "(": parts.append(choice(&rest))
      default:
        let words = rest.prefix { !"{(|)".contains($0) }
        parts.append(.text(String(first) + words))
        rest.removeFirst(words.count)
      }
    }
    return parts
  }

  private static func choice(_ rest: inout Substring) -> Part {
    var alternatives = [sequence(&rest)]
    while rest.first == "|" {
      rest.removeFirst()
      alternatives.append(sequence(&rest))
    }
    precondition(rest.first == ")", "A template opens a bracket and does not close it, near '\(rest)'.")
    rest.removeFirst()
    return .choice(alternatives)
  }

  private static func until(_ end: Character, _ rest: inout Substring) -> String {
    let name = rest.prefix { $0 != end }
    precondition(name.endIndex < rest.endIndex, "A template opens a slot and does not close it: '\(rest)'.")
    rest.removeFirst(name.count + 1)
    return String(name)
  }
}
