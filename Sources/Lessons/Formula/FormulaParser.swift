/// Parses formulas: numbers, + − * / ^, comparisons, `and` `or`, parentheses, functions, quantities, and
/// `sum(m, first, last, body)`. Throws at the first error.
struct FormulaParser {
  /// The first error of a formula.
  struct SyntaxError: Error, Equatable {
    var found: String
    var expected: String
    /// The name that is unknown, if that is the error.
    var unknownName: String?
  }

  /// Limits of length and nesting, as the parser is recursive.
  static let maximumLength = 2000
  static let maximumDepth = 60

  private var tokens: ArraySlice<Token> = []
  /// Names of other formulas.
  private let names: [String: Formula]
  private let knowsQuantities: Bool
  private var counters: [String] = []
  private var depth = 0

  private enum Token: Equatable {
    case number(Double)
    case name(String)
    case sign(String)

    var text: String {
      switch self {
      case .number(let number): LessonNumber.plain(number)
      case .name(let name): name
      case .sign(let sign): sign
      }
    }
  }

  /// - Parameters:
  ///   - names: other formulas by name.
  ///   - shape: bounds its layers, heads, rows and columns.
  static func formula(
    _ text: String, names: [String: Formula] = [:], shape: ModelShape? = nil
  ) throws(SyntaxError) -> Formula {
    var parser = FormulaParser(names: names, knowsQuantities: true)
    let formula = try parser.parse(text)
    if let error = shape.flatMap({ formula.firstError(in: $0) }) { throw error }
    return formula
  }

  /// Arithmetic on numbers and named formulas, as typed by a learner. Quantities are unknown, as they could be the answer.
  static func answer(_ text: String, names: [NamedFormula] = []) throws(SyntaxError) -> Formula {
    let spelled = names.flatMap { named in
      ([named.name] + (Glossary.entry(symbol: named.name)?.aliases ?? [])).map { (Self.spelled($0), named.formula) }
    }
    // The first meaning of a name has priority.
    var parser = FormulaParser(names: Dictionary(spelled) { first, _ in first }, knowsQuantities: false)
    return try parser.parse(text)
  }

  private init(names: [String: Formula], knowsQuantities: Bool) {
    self.names = names
    self.knowsQuantities = knowsQuantities
  }

  private mutating func parse(_ text: String) throws(SyntaxError) -> Formula {
    guard text.count <= Self.maximumLength else {
      throw SyntaxError(found: "a formula of \(text.count) characters", expected: "at most \(Self.maximumLength)")
    }
    tokens = try Self.tokens(text)[...]
    let formula = try disjunction()
    if let extra = tokens.first { throw SyntaxError(found: "'\(extra.text)'", expected: "an operator or the end") }
    return formula
  }

  // MARK: Tokens

  private static let signs = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "(", ")", ","]
  /// Typographic signs and their ASCII forms.
  private static let spellings: [Character: String] = [
    "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "γ": "gamma",
  ]

  private static func spelled(_ text: String) -> String { text.reduce(into: "") { $0 += spellings[$1] ?? String($1) } }

  private static func tokens(_ text: String) throws(SyntaxError) -> [Token] {
    var tokens: [Token] = []
    var rest = spelled(text)[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first.isASCII && (first.isNumber || first == ".") {
        tokens.append(try number(&rest))
      } else if first.isLetter {
        let name = rest.prefix { $0.isLetter || $0 == "_" || $0.isASCII && $0.isNumber }
        tokens.append(.name(String(name)))
        rest = rest.dropFirst(name.count)
      } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
        tokens.append(.sign(sign))
        rest = rest.dropFirst(sign.count)
      } else {
        throw SyntaxError(found: "'\(first)'", expected: "a number, a name, an operator or a parenthesis")
      }
    }
    return tokens
  }

  private static func number(_ rest: inout Substring) throws(SyntaxError) -> Token {
    var text = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    rest = rest.dropFirst(text.count)
    if let e = rest.first, e == "e" || e == "E" {
      let sign = rest.dropFirst().prefix { $0 == "-" || $0 == "+" }
      let digits = rest.dropFirst(1 + sign.count).prefix { $0.isASCII && $0.isNumber }
      if sign.count <= 1, !digits.isEmpty {
        text += "e" + sign + digits
        rest = rest.dropFirst(1 + sign.count + digits.count)
      }
    }
    guard let value = Double(text), value.isFinite else {
      throw SyntaxError(found: "'\(text)'", expected: "a number such as 0.5 or 1e-3")
    }
    return .number(value)
  }

  // MARK: Grammar, by rising precedence

  private mutating func disjunction() throws(SyntaxError) -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw SyntaxError(found: "more than \(Self.maximumDepth) nested parentheses", expected: "fewer")
    }
    var formula = try conjunction()
    while accept(name: "or") { formula = .operation(.or, formula, try conjunction()) }
    return formula
  }

  private mutating func conjunction() throws(SyntaxError) -> Formula {
    var formula = try comparison()
    while accept(name: "and") { formula = .operation(.and, formula, try comparison()) }
    return formula
  }

  private mutating func comparison() throws(SyntaxError) -> Formula {
    let first = try terms()
    guard let comparison = accept(oneOf: [.equal, .unequal, .atMost, .atLeast, .less, .greater]) else { return first }
    return .operation(comparison, first, try terms())
  }

  private mutating func terms() throws(SyntaxError) -> Formula {
    var formula = try factors()
    while let sign = accept(oneOf: [.plus, .minus]) { formula = .operation(sign, formula, try factors()) }
    return formula
  }

  private mutating func factors() throws(SyntaxError) -> Formula {
    var formula = try signed()
    while let sign = accept(oneOf: [.times, .divided]) { formula = .operation(sign, formula, try signed()) }
    return formula
  }

  /// −2^2 is −4: the power has the higher precedence.
  private mutating func signed() throws(SyntaxError) -> Formula {
    var isNegative = false
    while let sign = accept(oneOf: [.plus, .minus]) { if sign == .minus { isNegative.toggle() } }
    let formula = try power()
    return isNegative ? .negative(formula) : formula
  }

  private mutating func power() throws(SyntaxError) -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw SyntaxError(found: "more than \(Self.maximumDepth) nested powers", expected: "fewer")
    }
    let base = try primary()
    return accept(sign: "^") ? .operation(.power, base, try signed()) : base
  }

  private mutating func primary() throws(SyntaxError) -> Formula {
    guard let token = tokens.popFirst() else {
      throw SyntaxError(found: "the end", expected: "a number, a name or a parenthesis")
    }
    switch token {
    case .number(let number): return .number(number)
    case .sign("("):
      let inner = try disjunction()
      try close()
      return inner
    case .name(let name): return try named(name)
    case .sign(let sign): throw SyntaxError(found: "'\(sign)'", expected: "a number, a name or a parenthesis")
    }
  }

  private mutating func named(_ name: String) throws(SyntaxError) -> Formula {
    if counters.contains(name) { return .counter(name) }
    if let formula = names[name] { return formula }
    if let constant = Quantity.constants[name] { return .number(constant) }
    if name == "sum" { return try sum() }
    if let function = Formula.Function(rawValue: name) {
      let arguments = try arguments()
      guard function.arguments.contains(arguments.count) else {
        throw SyntaxError(
          found: "\(name) with \(Self.argumentCount(arguments.count))",
          expected: function.arguments.count == 1
            ? Self.argumentCount(function.arguments.lowerBound) : "1 to \(function.arguments.upperBound) arguments")
      }
      return .function(function, arguments)
    }
    guard knowsQuantities, let quantity = Quantity(rawValue: name) else {
      throw SyntaxError(
        found: "'\(name)'", expected: knowsQuantities ? Self.known(name, names) : "only numbers", unknownName: name)
    }
    let arguments = quantity.arguments.isEmpty && tokens.first != .sign("(") ? [] : try arguments()
    guard arguments.count == quantity.arguments.count else {
      throw SyntaxError(
        found: "\(name) with \(Self.argumentCount(arguments.count))", expected: quantity.signature)
    }
    return .quantity(quantity, arguments)
  }

  private static func argumentCount(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }

  /// Known names that are similar to an unknown one.
  private static func known(_ name: String, _ names: [String: Formula]) -> String {
    let all = Quantity.allCases.map(\.rawValue) + Formula.Function.allCases.map(\.rawValue) + ["sum"] + names.keys
    let near = all.filter { $0.lowercased().hasPrefix(name.lowercased().prefix(3)) }.sorted()
    return near.isEmpty ? "a quantity or a function (docs/lessons.md lists them)" : near.joined(separator: " or ")
  }

  /// The rest of `sum(m, first, last, body)` after its name.
  private mutating func sum() throws(SyntaxError) -> Formula {
    guard accept(sign: "("), case .name(let counter)? = tokens.popFirst() else {
      throw SyntaxError(found: "sum without a counter", expected: "sum(m, first, last, body)")
    }
    guard accept(sign: ",") else {
      throw SyntaxError(found: "sum without a first value", expected: "sum(m, first, last, body)")
    }
    let from = try disjunction()
    guard accept(sign: ",") else {
      throw SyntaxError(found: "sum without a last value", expected: "sum(m, first, last, body)")
    }
    let to = try disjunction()
    guard accept(sign: ",") else {
      throw SyntaxError(found: "sum without a body", expected: "sum(m, first, last, body)")
    }
    counters.append(counter)
    defer { counters.removeLast() }
    let body = try disjunction()
    try close()
    return .sum(counter: counter, from: from, to: to, body: body)
  }

  private mutating func arguments() throws(SyntaxError) -> [Formula] {
    guard accept(sign: "(") else {
      throw SyntaxError(found: tokens.first.map { "'\($0.text)'" } ?? "the end", expected: "'(' and arguments")
    }
    if accept(sign: ")") { return [] }
    var arguments = [try disjunction()]
    while accept(sign: ",") { arguments.append(try disjunction()) }
    try close()
    return arguments
  }

  private mutating func close() throws(SyntaxError) {
    guard accept(sign: ")") else {
      throw SyntaxError(found: tokens.first.map { "'\($0.text)'" } ?? "the end", expected: "')'")
    }
  }

  private mutating func accept(sign: String) -> Bool {
    guard tokens.first == .sign(sign) else { return false }
    tokens.removeFirst()
    return true
  }

  private mutating func accept(name: String) -> Bool {
    guard tokens.first == .name(name) else { return false }
    tokens.removeFirst()
    return true
  }

  private mutating func accept(oneOf operators: [Formula.Operator]) -> Formula.Operator? {
    guard case .sign(let sign)? = tokens.first, let found = operators.first(where: { $0.rawValue == sign }) else {
      return nil
    }
    tokens.removeFirst()
    return found
  }
}
