/// The shape of a model, for checks of lesson files.
package struct ModelShape: Sendable, Hashable {
  package var layers: Int
  /// Heads per layer.
  package var heads: Int
  /// d_k, the rows of a head's state.
  package var headDim: Int
  /// d_v, the columns of a head's state.
  package var valueDim: Int

  package init(layers: Int, heads: Int, headDim: Int, valueDim: Int) {
    (self.layers, self.heads, self.headDim, self.valueDim) = (layers, heads, headDim, valueDim)
  }

  /// The number of valid values of a quantity's argument, from 0; nil if it depends on the session.
  fileprivate func count(of argument: String) -> Int? {
    switch argument {
    case "layer": layers
    case "head": heads
    case "row": headDim
    case "column": valueDim
    default: nil
    }
  }

  fileprivate func value(of quantity: Quantity) -> Int? {
    switch quantity {
    case .layers: layers
    case .heads: heads
    case .headDim: headDim
    case .valueDim: valueDim
    default: nil
    }
  }
}

extension Formula {
  /// The first layer, head, row or column in it that a model does not have; nil if there is none. Arguments that depend on
  /// the session are not checked.
  func firstError(in shape: ModelShape) -> FormulaParser.SyntaxError? {
    var check = ShapeCheck(shape)
    _ = check.value(self, [:])
    return check.error
  }
}

/// Evaluates a formula as far as a model's shape determines it.
private struct ShapeCheck {
  private let shape: ModelShape
  private(set) var error: FormulaParser.SyntaxError?
  /// Remaining operations.
  private var remaining = Formula.operationLimit

  init(_ shape: ModelShape) { self.shape = shape }

  /// The value of a part; nil if it depends on the session.
  ///
  /// - Parameter counters: the known counters of enclosing sums.
  mutating func value(_ formula: Formula, _ counters: [String: Double]) -> Double? {
    remaining -= 1
    guard remaining > 0, error == nil else { return nil }
    switch formula {
    case .number(let number): return number
    case .counter(let name): return counters[name]
    case .negative(let formula): return value(formula, counters).map { -$0 }
    case .quantity(let quantity, let formulas): return value(of: quantity, formulas, counters)
    case .function(let function, let formulas):
      var arguments: [Double] = []
      for formula in formulas {
        if let argument = value(formula, counters) { arguments.append(argument) }
      }
      return arguments.count == formulas.count ? function.value(arguments) : nil
    case .operation(let operation, let first, let second):
      let a = value(first, counters)
      if let a, operation == .and && a == 0 || operation == .or && a != 0 { return a == 0 ? 0 : 1 }
      let b = value(second, counters)
      if let a, let b { return operation.value(a, b) }
      return nil
    case .sum(let counter, let from, let to, let body):
      let (first, last) = (value(from, counters), value(to, counters))
      var inner = counters
      guard let first, let last else {
        inner[counter] = nil
        _ = value(body, inner)
        return nil
      }
      var (total, place): (Double?, Double) = (0, first)
      while place <= last, remaining > 0, error == nil {
        inner[counter] = place
        let term = value(body, inner)
        total = total.flatMap { total in term.map { total + $0 } }
        place += 1
      }
      return total
    }
  }

  private mutating func value(
    of quantity: Quantity, _ formulas: [Formula], _ counters: [String: Double]
  ) -> Double? {
    for (argument, formula) in zip(quantity.arguments, formulas) {
      guard let found = value(formula, counters), let count = shape.count(of: argument), error == nil else { continue }
      if !(0...Double(count - 1)).contains(found) {
        error = FormulaParser.SyntaxError(
          found: "\(argument) \(LessonNumber.plain(found)) of \(quantity.rawValue)", expected: "0 to \(count - 1)")
      }
    }
    return shape.value(of: quantity).map(Double.init)
  }
}
