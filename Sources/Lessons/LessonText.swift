/// A text with placeholders for numbers, which are computed when it is shown.
///
/// `{state(0, 1, 2, 3) | 4}` is the value of a formula with four digits after the decimal point, `| 2e` writes a power of
/// ten, `{piece(3)}` and `{candidate(1)}` are words of the session, `{{` is a brace.
package struct LessonText: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case words(String)
    case number(Formula, LessonNumber.Format)
    case quoted(WordQuantity, [Formula])
  }

  let parts: [Part]

  /// A placeholder that cannot be parsed.
  struct SyntaxError: Error {
    /// The text of the placeholder.
    var place: String
    var found: String
    var expected: String
  }

  init(parts: [Part]) { self.parts = parts }

  /// A text without placeholders.
  package init(plain text: String) { parts = [.words(text)] }

  /// - Parameter shape: bounds the layers, heads, rows and columns of the formulas.
  init(_ text: String, names: [String: Formula] = [:], shape: ModelShape? = nil) throws(SyntaxError) {
    var parts: [Part] = []
    var words = ""
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        words.append(first)
        rest = rest.dropFirst(2)
      } else if first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw SyntaxError(place: String(rest.prefix(20)), found: "'{' without '}'", expected: "{formula | digits}")
        }
        if !words.isEmpty { parts.append(.words(words)) }
        words = ""
        parts.append(try Self.place(String(rest[rest.index(after: rest.startIndex)..<end]), names, shape))
        rest = rest[rest.index(after: end)...]
      } else if first == "}" {
        throw SyntaxError(place: String(rest.prefix(20)), found: "'}' without '{'", expected: "'}}' for a brace")
      } else {
        words.append(first)
        rest.removeFirst()
      }
    }
    if !words.isEmpty || parts.isEmpty { parts.append(.words(words)) }
    self.parts = parts
  }

  private static func place(
    _ inside: String, _ names: [String: Formula], _ shape: ModelShape?
  ) throws(SyntaxError) -> Part {
    let place = "{" + inside + "}"
    do throws(FormulaParser.SyntaxError) {
      if let quoted = try quoted(inside, names) { return quoted }
      let halves = inside.split(separator: "|", omittingEmptySubsequences: false)
      guard halves.count <= 2 else {
        throw FormulaParser.SyntaxError(found: "more than one '|'", expected: "{formula | digits}")
      }
      let formula = try FormulaParser.formula(String(halves[0]), names: names, shape: shape)
      guard halves.count == 2 else { return .number(formula, .plain) }
      let digits = halves[1].filter { !$0.isWhitespace }
      guard let format = LessonNumber.Format(digits) else {
        throw FormulaParser.SyntaxError(found: "'\(digits)' digits", expected: "0 to 15, or a power of ten such as 2e")
      }
      return .number(formula, format)
    } catch {
      throw SyntaxError(place: place, found: "\(error.found) in \(place)", expected: error.expected)
    }
  }

  /// Parses a call such as `piece(3)`; nil for any other text.
  private static func quoted(_ inside: String, _ names: [String: Formula]) throws(FormulaParser.SyntaxError) -> Part? {
    let text = inside.trimmed
    guard let quantity = WordQuantity.allCases.first(where: { text.hasPrefix($0.rawValue + "(") }), text.last == ")"
    else {
      return nil
    }
    // All of them take one argument.
    let argument = text.dropFirst(quantity.rawValue.count + 1).dropLast()
    return .quoted(quantity, [try FormulaParser.formula(String(argument), names: names)])
  }

  /// The text with its current numbers. Unknown numbers appear as `?`, with their errors in `problems`.
  package func shown(_ facts: some LessonFacts) -> (text: String, problems: [FormulaError]) {
    var (text, problems) = ("", [FormulaError]())
    for part in parts {
      do throws(FormulaError) {
        switch part {
        case .words(let words): text += words
        case .number(let formula, let format): text += LessonNumber.text(try formula.value(facts), format)
        case .quoted(let quantity, let formulas):
          var arguments: [Double] = []
          for formula in formulas { arguments.append(try formula.value(facts)) }
          text += try facts.text(of: quantity, arguments)
        }
      } catch {
        text += "?"
        problems.append(error)
      }
    }
    return (text, problems)
  }

  /// The formulas of its numbers, in order.
  package var formulas: [Formula] { parts.compactMap { if case .number(let formula, _) = $0 { formula } else { nil } } }

  /// All quantities that it needs.
  package var quantities: Set<Quantity> {
    parts.reduce([]) { all, part in
      switch part {
      case .words: all
      case .number(let formula, _): all.union(formula.quantities)
      case .quoted(_, let arguments): arguments.reduce(all) { $0.union($1.quantities) }
      }
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
