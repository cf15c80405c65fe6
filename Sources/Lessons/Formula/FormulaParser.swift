/// Reads formulas: numbers, + − * / ^, comparisons, `and` `or`, parentheses, functions, quantities, and
/// `sum(m, first, last, body)`. The first fault is thrown.
struct FormulaParser {
  /// What a formula cannot be read for.
  struct Fault: Error, Equatable {
    var found: String
    var expected: String
  }

  /// Longer ones are refused, and deeper ones: a formula is walked through by recursion.
  static let longest = 2000
  static let deepest = 60

  private var tokens: ArraySlice<Token> = []
  /// Names that stand for formulas of their own.
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
  ///   - names: what else a name may stand for.
  ///   - shape: what its layers, heads, rows and columns are held against.
  static func formula(
    _ text: String, names: [String: Formula] = [:], shape: ModelShape? = nil
  ) throws(Fault) -> Formula {
    var parser = FormulaParser(names: names, knowsQuantities: true)
    let formula = try parser.whole(text)
    if let fault = shape.flatMap({ formula.fault(in: $0) }) { throw fault }
    return formula
  }

  /// Arithmetic on plain numbers, as a learner types it; nil where it is none.
  static func arithmetic(_ text: String) -> Double? {
    var parser = FormulaParser(names: [:], knowsQuantities: false)
    guard let formula = try? parser.whole(text), let value = try? formula.value(NoFacts()) else { return nil }
    return value
  }

  private init(names: [String: Formula], knowsQuantities: Bool) {
    self.names = names
    self.knowsQuantities = knowsQuantities
  }

  private mutating func whole(_ text: String) throws(Fault) -> Formula {
    guard text.count <= Self.longest else {
      throw Fault(found: "a formula of \(text.count) characters", expected: "at most \(Self.longest)")
    }
    tokens = try Self.tokens(text)[...]
    let formula = try either()
    if let extra = tokens.first { throw Fault(found: "'\(extra.text)'", expected: "an operator, or the end") }
    return formula
  }

  // MARK: Tokens

  private static let signs = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "(", ")", ","]
  /// As people write and print them.
  private static let spellings: [Character: String] = [
    "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "γ": "gamma",
  ]

  private static func tokens(_ text: String) throws(Fault) -> [Token] {
    var tokens: [Token] = []
    var rest = text.reduce(into: "") { $0 += spellings[$1] ?? String($1) }[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first.isASCII && (first.isNumber || first == ".") {
        tokens.append(try number(&rest))
      } else if first.isASCII && first.isLetter {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        tokens.append(.name(String(name)))
        rest = rest.dropFirst(name.count)
      } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
        tokens.append(.sign(sign))
        rest = rest.dropFirst(sign.count)
      } else {
        throw Fault(found: "'\(first)'", expected: "a number, a name, an operator or a parenthesis")
      }
    }
    return tokens
  }

  private static func number(_ rest: inout Substring) throws(Fault) -> Token {
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
      throw Fault(found: "'\(text)'", expected: "a number such as 0.5 or 1e-3")
    }
    return .number(value)
  }

  // MARK: Grammar, loosest first

  private mutating func either() throws(Fault) -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Fault(found: "more than \(Self.deepest) parentheses inside each other", expected: "fewer")
    }
    var formula = try both()
    while accept(name: "or") { formula = .operation(.or, formula, try both()) }
    return formula
  }

  private mutating func both() throws(Fault) -> Formula {
    var formula = try comparison()
    while accept(name: "and") { formula = .operation(.and, formula, try comparison()) }
    return formula
  }

  private mutating func comparison() throws(Fault) -> Formula {
    let first = try terms()
    guard let comparison = accept(oneOf: [.equal, .unequal, .atMost, .atLeast, .less, .greater]) else { return first }
    return .operation(comparison, first, try terms())
  }

  private mutating func terms() throws(Fault) -> Formula {
    var formula = try factors()
    while let sign = accept(oneOf: [.plus, .minus]) { formula = .operation(sign, formula, try factors()) }
    return formula
  }

  private mutating func factors() throws(Fault) -> Formula {
    var formula = try signed()
    while let sign = accept(oneOf: [.times, .divided]) { formula = .operation(sign, formula, try signed()) }
    return formula
  }

  /// −2^2 is −4, as the power binds first.
  private mutating func signed() throws(Fault) -> Formula {
    var isNegative = false
    while let sign = accept(oneOf: [.plus, .minus]) { if sign == .minus { isNegative.toggle() } }
    let formula = try power()
    return isNegative ? .negative(formula) : formula
  }

  private mutating func power() throws(Fault) -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Fault(found: "more than \(Self.deepest) powers inside each other", expected: "fewer")
    }
    let base = try primary()
    return accept(sign: "^") ? .operation(.power, base, try signed()) : base
  }

  private mutating func primary() throws(Fault) -> Formula {
    guard let token = tokens.popFirst() else {
      throw Fault(found: "the end", expected: "a number, a name or a parenthesis")
    }
    switch token {
    case .number(let number): return .number(number)
    case .sign("("):
      let inner = try either()
      try close()
      return inner
    case .name(let name): return try named(name)
    case .sign(let sign): throw Fault(found: "'\(sign)'", expected: "a number, a name or a parenthesis")
    }
  }

  private mutating func named(_ name: String) throws(Fault) -> Formula {
    if counters.contains(name) { return .counter(name) }
    if let formula = names[name] { return formula }
    if let constant = Quantity.constants[name] { return .number(constant) }
    if name == "sum" { return try sum() }
    if let function = Formula.Function(rawValue: name) {
      let arguments = try arguments()
      guard function.arguments.contains(arguments.count) else {
        throw Fault(
          found: "\(name) of \(arguments.count)",
          expected: function.arguments.count == 1
            ? "\(function.arguments.lowerBound) arguments" : "1 to \(function.arguments.upperBound) arguments")
      }
      return .function(function, arguments)
    }
    guard knowsQuantities, let quantity = Quantity(rawValue: name) else {
      throw Fault(found: "'\(name)'", expected: knowsQuantities ? Self.known(name, names) : "numbers alone")
    }
    let arguments = quantity.arguments.isEmpty && tokens.first != .sign("(") ? [] : try arguments()
    guard arguments.count == quantity.arguments.count else {
      throw Fault(found: "\(name) of \(arguments.count) arguments", expected: quantity.signature)
    }
    return .quantity(quantity, arguments)
  }

  /// What a name that means nothing may have been meant for.
  private static func known(_ name: String, _ names: [String: Formula]) -> String {
    let all = Quantity.allCases.map(\.rawValue) + Formula.Function.allCases.map(\.rawValue) + ["sum"] + names.keys
    let near = all.filter { $0.lowercased().hasPrefix(name.lowercased().prefix(3)) }.sorted()
    return near.isEmpty ? "a quantity or a function (docs/lessons.md lists them)" : near.joined(separator: " or ")
  }

  /// `sum(m, 1, position, …)`, its name taken.
  private mutating func sum() throws(Fault) -> Formula {
    guard accept(sign: "("), case .name(let counter)? = tokens.popFirst() else {
      throw Fault(found: "sum without a counter", expected: "sum(m, first, last, body)")
    }
    guard accept(sign: ",") else { throw Fault(found: "sum of a counter alone", expected: "sum(m, first, last, body)") }
    let from = try either()
    guard accept(sign: ",") else { throw Fault(found: "sum without a last", expected: "sum(m, first, last, body)") }
    let to = try either()
    guard accept(sign: ",") else { throw Fault(found: "sum without a body", expected: "sum(m, first, last, body)") }
    counters.append(counter)
    defer { counters.removeLast() }
    let body = try either()
    try close()
    return .sum(counter: counter, from: from, to: to, body: body)
  }

  private mutating func arguments() throws(Fault) -> [Formula] {
    guard accept(sign: "(") else {
      throw Fault(found: tokens.first.map { "'\($0.text)'" } ?? "the end", expected: "'(' and arguments")
    }
    if accept(sign: ")") { return [] }
    var arguments = [try either()]
    while accept(sign: ",") { arguments.append(try either()) }
    try close()
    return arguments
  }

  private mutating func close() throws(Fault) {
    guard accept(sign: ")") else {
      throw Fault(found: tokens.first.map { "'\($0.text)'" } ?? "the end", expected: "')'")
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

/// Where nothing is known: plain arithmetic needs no session.
private struct NoFacts: LessonFacts {
  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    throw .missing(quantity: quantity.rawValue, text: "plain numbers are expected.")
  }

  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String {
    throw .missing(quantity: quantity.rawValue, text: "plain numbers are expected.")
  }
}
