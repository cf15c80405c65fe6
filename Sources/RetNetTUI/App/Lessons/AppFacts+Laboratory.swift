import Lessons
import RetNet
import RetNetAnalysis

/// Quantities from the readings of the forms laboratory.
extension AppFacts {
  func laboratoryValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    switch quantity {
    case .formDifference, .formBudget: return try formsValue(of: quantity, arguments)
    case .formToken, .formGap, .formGapBudget: return try tokenValue(of: quantity)
    case .normDifference, .normDifferenceAfter, .divergence, .changedTokens:
      return try normsValue(of: quantity, arguments)
    case .precisionError, .precisionLength: return try precisionValue(of: quantity, arguments)
    default: return try costsValue(of: quantity, arguments)
    }
  }

  private func known<Reading>(_ reading: Reading?, _ quantity: Quantity) throws(FormulaError) -> Reading {
    if let reading { return reading }
    throw .missing(quantity: quantity.rawValue, text: "the forms laboratory has not answered.")
  }

  /// Formulas number the forms as in `Quantity.constants`, in the order of `FormComparison.differences`.
  private func formsValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let forms = try known(state.lab.forms, quantity)
    let form = try whole(quantity, arguments, 0, in: 0...max(forms.differences.count - 1, 0))
    guard let difference = forms.differences[at: form], difference.isExact else {
      throw .missing(quantity: quantity.rawValue, text: "the form does not compute the chosen norms.")
    }
    let pairs = zip(difference.before.joined(), difference.beforeBudget.joined())
    guard let farthest = pairs.max(by: { $0.0 < $1.0 }) else {
      throw .missing(quantity: quantity.rawValue, text: Self.noResult)
    }
    return quantity == .formDifference ? farthest.0 : farthest.1
  }

  /// What the page forms shows of one token.
  private func tokenValue(of quantity: Quantity) throws(FormulaError) -> Double {
    let forms = try known(state.lab.forms, quantity)
    if quantity == .formToken { return Double(forms.skipped + state.lab.token) }
    guard let agreement = forms.agreement(at: state.lab.token) else {
      throw .missing(quantity: quantity.rawValue, text: "only one form computes the chosen norms.")
    }
    return quantity == .formGap ? agreement.gap : agreement.allowed
  }

  private func normsValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let norms = try known(state.lab.norms, quantity)
    if quantity == .divergence { return norms.logits.divergence }
    if quantity == .changedTokens { return Double(norms.logits.changed) }
    let head = norms.heads[try whole(quantity, arguments, 0, in: 0...max(norms.heads.count - 1, 0))]
    return quantity == .normDifference ? head.before : head.after
  }

  private func precisionValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let precision = try known(state.lab.precision, quantity)
    let place = quantity == .precisionLength ? 0 : 1
    let index = try whole(quantity, arguments, place, in: 1...max(precision.lengths.count, 1)) - 1
    if quantity == .precisionLength { return precision.lengths[at: index].map(Double.init) ?? .nan }
    let methods: [PrecisionComparison.Method] = [.chunkwise, .recurrent, .bfloat16, .normalizedState, .localRowSum]
    let method = methods[try whole(quantity, arguments, 0, in: 1...methods.count) - 1]
    return precision.rows.first { $0.method == method }?.errors[at: index] ?? .nan
  }

  private func costsValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let costs = try known(state.lab.costs, quantity)
    let form = try whole(quantity, arguments, 0, in: 0...2)
    let length = try whole(quantity, arguments, 1, in: 1...1 << 32)
    let row = costs.rows.first { row in
      guard row.length == length else { return false }
      switch row.form {
      case .parallel: return form == 0
      case .chunkwise: return form == 1
      case .recurrent: return form == 2
      }
    }
    guard let row else {
      let lengths = Set(costs.rows.map(\.length)).sorted().map(String.init).joined(separator: ", ")
      throw .outOfRange(
        quantity: quantity.rawValue, argument: "length", found: Double(length), allowed: "one of \(lengths)")
    }
    switch quantity {
    case .formSeconds: return row.seconds
    case .formBytes: return Double(row.bytes)
    default: return row.operations
    }
  }
}

extension LessonStep {
  /// Pages of the laboratory whose readings the step states.
  var laboratoryPages: [Lab.Page] { Quantity.Reading.allCases.filter { readings.contains($0) }.map(\.page) }
}

extension Quantity.Reading {
  /// The page of the laboratory that requests it.
  var page: Lab.Page {
    switch self {
    case .forms: .forms
    case .norms: .norms
    case .precision: .precision
    case .costs: .costs
    }
  }
}
