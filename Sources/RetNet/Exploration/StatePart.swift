/// What of a head's state S, `[headDim, valueDim]`, is asked about.
public enum StatePart: Sendable, Hashable {
  /// S_ij
  case cell(row: Int, column: Int)
  /// One dimension of the keys.
  case row(Int)
  /// One dimension of the values.
  case column(Int)
  /// All of S.
  case head

  /// How much of this part of S one token's w kᵀ v is: with its sign for a cell, else its Frobenius norm there.
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
}
