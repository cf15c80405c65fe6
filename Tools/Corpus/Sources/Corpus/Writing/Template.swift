/// A sentence with variants: `(Hi|Hello), I am {name}.` Alternatives are in parentheses, and may nest or be empty. A slot in
/// braces is filled with a word.
struct Template: Sendable {
  /// A placeholder for a word: `{food}`, `{food:2}` (another of the same kind), `{capital.city}` (a field of a value).
  struct Slot: Sendable, Hashable {
    var name: String
    var number = 1
    var field: String?
  }

  private indirect enum Part: Sendable {
    case text(String)
    case slot(Slot)
    case choice([[Part]])
  }

  private let parts: [Part]
  let slots: Set<Slot>

  /// - Precondition: the text has the form above. Templates are part of the program.
  init(_ text: String) {
    do {
      try self.init(parsing: text)
    } catch {
      preconditionFailure("The template '\(text)' cannot be used: \(error).")
    }
  }

  init(parsing text: String) throws(TemplateError) {
    var parser = TemplateParser(text)
    parts = try parser.sequence()
    if let stray = parser.rest.first { throw .stray(stray, near: parser.place) }
    slots = parser.slots
  }

  /// Chooses among the alternatives and calls `word` for each slot.
  func expand(_ random: inout Randomness, word: (Slot, inout Randomness) -> String) -> String {
    var text = ""
    Self.expand(parts, into: &text, &random, word)
    return text
  }

  private static func expand(
    _ parts: [Part], into text: inout String, _ random: inout Randomness, _ word: (Slot, inout Randomness) -> String
  ) {
    for part in parts {
      switch part {
      case .text(let words): text += words
      case .slot(let slot): text += word(slot, &random)
      case .choice(let alternatives): expand(random.pick(alternatives), into: &text, &random, word)
      }
    }
  }

  /// Recursive descent: a sequence of parts ends at a `|` or `)` of an enclosing alternative.
  private struct TemplateParser {
    private let text: String
    private(set) var rest: Substring
    private(set) var slots: Set<Slot> = []

    init(_ text: String) {
      self.text = text
      rest = Substring(text)
    }

    /// The parser's position, for messages.
    var place: String { String(rest.prefix(30)) }

    mutating func sequence() throws(TemplateError) -> [Part] {
      var parts: [Part] = []
      while let first = rest.first, first != "|", first != ")" {
        switch first {
        case "{": parts.append(.slot(try slot()))
        case "(": parts.append(try choice())
        case "}": throw .stray(first, near: place)
        default:
          let words = rest.prefix { !"{}(|)".contains($0) }
          parts.append(.text(String(words)))
          rest = rest[words.endIndex...]
        }
      }
      return parts
    }

    private mutating func choice() throws(TemplateError) -> Part {
      let start = place
      rest.removeFirst()
      var alternatives = [try sequence()]
      while rest.first == "|" {
        rest.removeFirst()
        alternatives.append(try sequence())
      }
      guard rest.first == ")" else { throw .unclosed("(", near: start) }
      guard alternatives.count > 1 else { throw .singleAlternative(near: start) }
      rest.removeFirst()
      return .choice(alternatives)
    }

    private mutating func slot() throws(TemplateError) -> Slot {
      let start = place
      guard let end = rest.firstIndex(of: "}") else { throw .unclosed("{", near: start) }
      var body = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      var slot = Slot(name: "")
      if let colon = body.firstIndex(of: ":") {
        let digits = body[body.index(after: colon)...]
        guard digits.count == 1, let number = Int(digits), number > 0 else { throw .noSlot(near: start) }
        slot.number = number
        body = body[..<colon]
      }
      if let dot = body.firstIndex(of: ".") {
        slot.field = String(body[body.index(after: dot)...])
        body = body[..<dot]
      }
      slot.name = String(body)
      guard Self.isName(slot.name), slot.field.map(Self.isName) ?? true else { throw .noSlot(near: start) }
      slots.insert(slot)
      return slot
    }

    private static func isName(_ text: String) -> Bool {
      text.first?.isLetter == true && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
  }
}

/// A syntax error of a template.
enum TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
  case unclosed(Character, near: String)
  case stray(Character, near: String)
  case singleAlternative(near: String)
  case noSlot(near: String)

  var description: String {
    switch self {
    case .unclosed(let bracket, let near): "'\(bracket)' is not closed at '\(near)'"
    case .stray(let character, let near): "'\(character)' is outside a choice at '\(near)'"
    case .singleAlternative(let near): "a choice without '|' at '\(near)'; write its text without parentheses"
    case .noSlot(let near): "'\(near)' is not a slot; expected {name}, {name:2}, {name.field} or {name.field:2}"
    }
  }
}
