import Foundation

/// A number in terms of a session's quantities, which a lesson computes instead of stating it.
///
/// Comparisons, `and`, `or` and `not` give 1 if true and 0 if false.
package indirect enum Formula: Sendable, Hashable {
  package enum Operator: String, Sendable, Hashable {
    case plus = "+", minus = "-", times = "*", divided = "/", power = "^"
    case equal = "==", unequal = "!=", less = "<", atMost = "<=", greater = ">", atLeast = ">="
    case and, or
  }

  /// Functions of numbers.
  package enum Function: String, Sendable, Hashable, CaseIterable {
    case min, max, sqrt, exp, ln, log2, abs, round, sin, cos, atan2, not

    /// The allowed numbers of arguments.
    var arguments: ClosedRange<Int> {
      switch self {
      case .min, .max: 1...16
      case .atan2: 2...2
      default: 1...1
      }
    }
  }

  case number(Double)
  /// The counter of an enclosing `sum`.
  case counter(String)
  case quantity(Quantity, [Formula])
  case negative(Formula)
  case operation(Operator, Formula, Formula)
  case function(Function, [Formula])
  /// Σ of the body over the whole numbers of a range; 0 for an empty range.
  case sum(counter: String, from: Formula, to: Formula, body: Formula)
}

/// Why a formula has no value on the current session.
package enum FormulaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A quantity that is not available; `text` says why.
  case missing(quantity: String, text: String)
  /// An argument, such as a head, that the session does not have.
  case outOfRange(quantity: String, argument: String, found: Double, allowed: String)
  case notWhole(what: String, found: Double)
  /// More operations than `Formula.operationLimit`.
  case tooLong

  package var description: String {
    switch self {
    case .missing(let quantity, let text): "\(quantity) is not known here: \(text)"
    case .outOfRange(let quantity, let argument, let found, let allowed):
      "\(quantity) got \(argument) \(LessonNumber.plain(found)), expected \(allowed). Correct the lesson."
    case .notWhole(let what, let found):
      "\(what) is \(LessonNumber.plain(found)), expected a whole number. Correct the lesson."
    case .tooLong:
      "A formula needs more than \(Formula.operationLimit) operations. Shorten the ranges of its sums."
    }
  }
}

extension Formula {
  /// Limit of the operations of one formula: far more than a lesson needs, and computed without a noticeable delay.
  static let operationLimit = 5_000_000

  /// - Throws: `FormulaError`, including errors of `facts`.
  package func value(_ facts: some LessonFacts) throws(FormulaError) -> Double {
    var remaining = Self.operationLimit
    return try value(facts, counters: [:], remaining: &remaining)
  }

  private func value(
    _ facts: some LessonFacts, counters: [String: Double], remaining: inout Int
  ) throws(FormulaError) -> Double {
    remaining -= 1
    guard remaining > 0 else { throw .tooLong }
    switch self {
    case .number(let number): return number
    case .counter(let name): return counters[name] ?? .nan
    case .negative(let formula): return -(try formula.value(facts, counters: counters, remaining: &remaining))
    case .quantity(let quantity, let formulas):
      var arguments: [Double] = []
      for formula in formulas { arguments.append(try formula.value(facts, counters: counters, remaining: &remaining)) }
      return try facts.value(of: quantity, arguments)
    case .function(let function, let formulas):
      var arguments: [Double] = []
      for formula in formulas { arguments.append(try formula.value(facts, counters: counters, remaining: &remaining)) }
      return function.value(arguments)
    case .operation(let operation, let first, let second):
      let a = try first.value(facts, counters: counters, remaining: &remaining)
      // `and` and `or` need no second operand if the first decides.
      if operation == .and && a == 0 { return 0 }
      if operation == .or && a != 0 { return 1 }
      return operation.value(a, try second.value(facts, counters: counters, remaining: &remaining))
    case .sum(let counter, let from, let to, let body):
      let first = try from.value(facts, counters: counters, remaining: &remaining)
      let last = try to.value(facts, counters: counters, remaining: &remaining)
      for bound in [first, last] where bound != bound.rounded() || abs(bound) > 1e9 {
        throw .notWhole(what: "A bound of the sum over \(counter)", found: bound)
      }
      var (inner, total, place) = (counters, 0.0, first)
      while place <= last {
        inner[counter] = place
        total += try body.value(facts, counters: inner, remaining: &remaining)
        place += 1
      }
      return total
    }
  }

  /// All quantities that it needs.
  package var quantities: Set<Quantity> {
    switch self {
    case .number, .counter: []
    case .quantity(let quantity, let arguments): arguments.reduce([quantity]) { $0.union($1.quantities) }
    case .negative(let formula): formula.quantities
    case .operation(_, let first, let second): first.quantities.union(second.quantities)
    case .function(_, let arguments): arguments.reduce([]) { $0.union($1.quantities) }
    case .sum(_, let from, let to, let body): from.quantities.union(to.quantities).union(body.quantities)
    }
  }
}

extension Formula.Operator {
  func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .plus: a + b
    case .minus: a - b
    case .times: a * b
    case .divided: a / b
    case .power: pow(a, b)
    case .equal: a == b ? 1 : 0
    case .unequal: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .atMost: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .atLeast: a >= b ? 1 : 0
    case .and, .or: b != 0 ? 1 : 0
    }
  }
}

extension Formula.Function {
  func value(_ x: [Double]) -> Double {
    switch self {
    case .min: x.min() ?? .nan
    case .max: x.max() ?? .nan
    case .sqrt: x[0].squareRoot()
    case .exp: Foundation.exp(x[0])
    case .ln: log(x[0])
    case .log2: Foundation.log2(x[0])
    case .abs: Swift.abs(x[0])
    case .round: x[0].rounded()
    case .sin: Foundation.sin(x[0])
    case .cos: Foundation.cos(x[0])
    case .atan2: Foundation.atan2(x[0], x[1])
    case .not: x[0] == 0 ? 1 : 0
    }
  }
}
