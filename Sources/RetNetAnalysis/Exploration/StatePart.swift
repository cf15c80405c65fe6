import RetNet

/// A part of a head's state S, `[headDim, valueDim]`.
package enum StatePart: Sendable, Hashable {
  /// S_ij
  case cell(row: Int, column: Int)
  /// One dimension of the keys.
  case row(Int)
  /// One dimension of the values.
  case column(Int)
  /// All of S.
  case head

  /// The amount that one token's w kᵀ v adds to this part of S: signed for a cell, otherwise the Frobenius norm.
  ///
  ///     w k_i v_j     w |k_i| ‖v‖     w ‖k‖ |v_j|     w ‖k‖ ‖v‖
  ///
  /// - Parameters:
  ///   - key: k, `[headDim]`.
  ///   - value: v, `[valueDim]`.
  func amount(weight: Double, key: ArraySlice<Float>, value: ArraySlice<Float>) -> Double {
    func entry(_ x: ArraySlice<Float>, _ index: Int) -> Double {
      precondition(
        index >= 0 && index < x.count, "\(self) of a state of [\(key.count), \(value.count)]")
      return Double(x[x.startIndex + index])
    }
    switch self {
    case .cell(let row, let column): return weight * entry(key, row) * entry(value, column)
    case .row(let row): return weight * abs(entry(key, row)) * value.euclideanNorm
    case .column(let column): return weight * key.euclideanNorm * abs(entry(value, column))
    case .head: return weight * key.euclideanNorm * value.euclideanNorm
    }
  }

  /// The amount of a state w S₀ in this part of S: signed for a cell, otherwise the Frobenius norm.
  ///
  /// - Parameter state: S₀ of one head, `[headDim, valueDim]`.
  func amount(weight: Double, state: ArraySlice<Float>, valueDim: Int) -> Double {
    func entry(_ row: Int, _ column: Int) -> Double {
      precondition(
        row >= 0 && column >= 0 && column < valueDim && row * valueDim + column < state.count,
        "\(self) of a state with \(state.count) entries in rows of \(valueDim)")
      return Double(state[state.startIndex + row * valueDim + column])
    }
    func norm(_ entries: [Double]) -> Double { entries.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    switch self {
    case .cell(let row, let column): return weight * entry(row, column)
    case .row(let row): return weight * norm((0..<valueDim).map { entry(row, $0) })
    case .column(let column): return weight * norm((0..<state.count / valueDim).map { entry($0, column) })
    case .head: return weight * state.euclideanNorm
    }
  }
}
