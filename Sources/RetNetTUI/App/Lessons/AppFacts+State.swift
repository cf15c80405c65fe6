import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession

/// Quantities from the states, the last step and earlier steps.
extension AppFacts {
  func stateValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    switch quantity {
    case .gamma, .halfLife:
      let facts = HeadFacts(state, place: try place(quantity, arguments, 0))
      return (quantity == .gamma ? facts?.gamma : facts?.halfLife) ?? .nan
    case .state, .before:
      let (place, row, column) = try entryPlace(quantity, arguments, 0)
      let now = try result(quantity)
      guard let held = quantity == .state ? now.state : state.stateBefore else {
        throw .missing(quantity: quantity.rawValue, text: "the state before is known after a step.")
      }
      return Double(held.layers[place.layer].entry(head: place.head, row: row, column: column))
    case .keySum:
      let (place, row) = (try place(quantity, arguments, 0), try row(quantity, arguments, 2))
      let layer = try result(quantity).state.layers[place.layer]
      return layer.keySum[place.head * layer.headDim + row]
    case .decaySum:
      let place = try place(quantity, arguments, 0)
      return try result(quantity).state.layers[place.layer].decaySum[place.head]
    case .norm, .rank, .energy:
      let place = try place(quantity, arguments, 0)
      let result = try result(quantity)
      let energy = result.trace.layers[place.layer].energy[place.head]
      if quantity == .energy { return Double(energy) }
      let statistics = HeadStatistics(
        result.state.layers[place.layer], head: place.head, gamma: state.gamma(place) ?? .nan, energy: energy)
      return Double(quantity == .norm ? statistics.norm : statistics.effectiveRank)
    case .query, .key, .value, .rowScale, .divisor, .factor, .readout:
      return try traceValue(of: quantity, arguments)
    case .queryAt, .keyAt, .valueAt, .weight, .score, .share, .written, .surprise:
      return try pastValue(of: quantity, arguments)
    case .probability:
      let candidates = try result(quantity).candidates
      let rank = try whole(quantity, arguments, 0, in: 1...max(candidates.count, 1))
      return candidates.isEmpty ? .nan : Double(candidates[rank - 1].probability)
    case .entropy: return Double(try result(quantity).entropy)
    default: return .nan
    }
  }

  // MARK: The last step

  private func traceValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let place = try place(quantity, arguments, 0)
    let result = try result(quantity)
    let layer = result.trace.layers[place.layer]
    let scale = result.norms.retention.norm1 ? 1 / Double(try model(quantity).headDim).squareRoot() : 1
    let factor = scale * layer.rowScale(head: place.head) / layer.divisor(head: place.head)
    switch quantity {
    case .rowScale: return layer.rowScale(head: place.head)
    case .divisor: return layer.divisor(head: place.head)
    case .factor: return factor
    case .query: return Double(layer.query(head: place.head).element(try row(quantity, arguments, 2)))
    case .key: return Double(layer.key(head: place.head).element(try row(quantity, arguments, 2)))
    case .value: return Double(layer.value(head: place.head).element(try column(quantity, arguments, 2)))
    default:
      // o_j = f_n Σ_i q_i S_ij
      let column = try column(quantity, arguments, 2)
      let held = result.state.layers[place.layer]
      let sum = layer.query(head: place.head).enumerated().reduce(0.0) {
        $0 + Double($1.element) * Double(held.entry(head: place.head, row: $1.offset, column: column))
      }
      return factor * sum
    }
  }

  // MARK: Earlier steps

  private func pastValue(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let token = try whole(quantity, arguments, 0, in: 0...1 << 32)
    let entry = try entry(quantity.rawValue, token)
    if quantity == .surprise {
      guard let logProbability = entry.logProbability else {
        throw .missing(quantity: quantity.rawValue, text: "nothing came before the first token.")
      }
      return -Double(logProbability)
    }
    let place = try place(quantity, arguments, 1)
    switch quantity {
    case .queryAt:
      return Double(entry.step.layers[place.layer].query(head: place.head).element(try row(quantity, arguments, 3)))
    case .keyAt:
      return Double(entry.step.layers[place.layer].key(head: place.head).element(try row(quantity, arguments, 3)))
    case .valueAt:
      return Double(entry.step.layers[place.layer].value(head: place.head).element(try column(quantity, arguments, 3)))
    default: break
    }
    var selected = state
    (selected.settings.layer, selected.settings.head) = (place.layer, place.head)
    guard let session = RecordedSession(selected) else {
      throw .missing(quantity: quantity.rawValue, text: Self.noResult)
    }
    switch quantity {
    case .score, .share:
      // A token without a contribution to the state is not read.
      guard let read = session.reading.entries.first(where: { $0.token == token }) else { return 0 }
      return quantity == .score ? read.score : read.share
    case .written:
      let part = StatePart.cell(row: try row(quantity, arguments, 3), column: try column(quantity, arguments, 4))
      return session.contributions(to: part).ranked.first { $0.token == token }?.amount ?? 0
    default:
      return session.contributions(to: .cell(row: 0, column: 0)).ranked.first { $0.token == token }?.weight ?? 0
    }
  }

  // MARK: Rows and columns

  private func row(_ quantity: Quantity, _ arguments: [Double], _ index: Int) throws(FormulaError) -> Int {
    try whole(quantity, arguments, index, in: 0...model(quantity).headDim - 1)
  }

  private func column(_ quantity: Quantity, _ arguments: [Double], _ index: Int) throws(FormulaError) -> Int {
    try whole(quantity, arguments, index, in: 0...model(quantity).valueDim - 1)
  }

  private func entryPlace(
    _ quantity: Quantity, _ arguments: [Double], _ index: Int
  ) throws(FormulaError) -> (HeadIndex, row: Int, column: Int) {
    (
      try place(quantity, arguments, index), try row(quantity, arguments, index + 2),
      try column(quantity, arguments, index + 3)
    )
  }
}

extension RetentionState where Scalar == Float {
  /// S_ij of one head, for a batch of one.
  fileprivate func entry(head: Int, row: Int, column: Int) -> Float {
    matrix[(head * headDim + row) * valueDim + column]
  }
}

extension ArraySlice {
  /// The element at an offset from the first.
  fileprivate func element(_ offset: Int) -> Element { self[startIndex + offset] }
}
