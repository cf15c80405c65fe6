import RetNet
import RetNetSession

/// One recurrent step of one head (Eq. 6), in Float, as the engine computes it:
///
///     S_n = γ S_{n−1} + k_nᵀ v_n, or S_{n−1} if the head is frozen
struct HeadStep: Sendable {
  /// Rows and columns of S.
  let rows: Int
  let columns: Int
  let gamma: Float
  let isFrozen: Bool
  /// k_n, `[rows]`, and v_n, `[columns]`.
  let key: ArraySlice<Float>
  let value: ArraySlice<Float>
  /// S_{n−1}, edits included, `[rows, columns]`; nil if it is not available.
  let before: ArraySlice<Float>?
  /// The stored S_n, `[rows, columns]`.
  let after: ArraySlice<Float>

  /// - Parameters:
  ///   - before: the state before the step, if available; nil before the first token is an empty state.
  ///   - gamma: the model's γ of the head. An experiment may replace it.
  /// - Returns: nil if the result has no such head.
  init?(_ result: StepResult, before: ModelState?, place: HeadIndex, gamma: Double) {
    guard let layer = result.state.layers[at: place.layer], let trace = result.trace.layers[at: place.layer],
      place.head >= 0, place.head < min(layer.heads, trace.heads)
    else { return nil }
    let change = result.options.changes[place]
    (rows, columns) = (layer.headDim, layer.valueDim)
    self.gamma = Float(change.gamma ?? gamma)
    isFrozen = change.isFrozen
    (key, value) = (trace.key(head: place.head), trace.value(head: place.head))
    after = layer.matrix(head: place.head)
    // The first state of a session without a persona is zero.
    self.before =
      Self.matrix(before, place, edits: result.options.edits, count: after.count)
      ?? (before == nil && result.position == 1 ? ArraySlice(repeating: 0, count: after.count) : nil)
  }

  /// S_{n−1} after experiments that changed the state before the step, such as a copy from another head.
  private static func matrix(
    _ state: ModelState?, _ place: HeadIndex, edits: [Intervention], count: Int
  ) -> ArraySlice<Float>? {
    var place = place
    for edit in edits.reversed() where edit.target == place {
      switch edit {
      case .zero: return ArraySlice(repeating: 0, count: count)
      case .copy(let from, _): place = from
      }
    }
    guard let layer = state?.layers[at: place.layer], place.head < layer.heads else { return nil }
    let matrix = layer.matrix(head: place.head)
    return matrix.count == count ? matrix : nil
  }

  /// γ S_{n−1}, or S_{n−1} if the head is frozen, `[rows, columns]`; nil if S_{n−1} is not available.
  var kept: [Float]? { before.map { matrix in isFrozen ? Array(matrix) : matrix.map { gamma * $0 } } }

  /// k_nᵀ v_n, or 0 if the head is frozen, `[rows, columns]`.
  var written: [Float] { key.flatMap { key in value.map { isFrozen ? 0 : key * $0 } } }

  /// The arithmetic of one entry.
  ///
  /// - Returns: nil outside the matrix.
  func cell(row: Int, column: Int) -> CellArithmetic? {
    guard (0..<rows).contains(row), (0..<columns).contains(column) else { return nil }
    let offset = row * columns + column
    return CellArithmetic(
      row: row, column: column, gamma: gamma, key: key[key.startIndex + row], value: value[value.startIndex + column],
      isFrozen: isFrozen, before: before.map { $0[$0.startIndex + offset] }, stored: after[after.startIndex + offset])
  }
}

extension AppState {
  /// The last step of a head; nil before the first token.
  func step(of place: HeadIndex) -> HeadStep? {
    let first = result?.position == 1 ? model?.persona?.state : nil
    return result.flatMap { step($0, before: stateBefore ?? first, of: place) }
  }

  /// A step of a head.
  func step(_ result: StepResult, before: ModelState?, of place: HeadIndex) -> HeadStep? {
    guard let model, (0..<model.heads).contains(place.head) else { return nil }
    return HeadStep(result, before: before, place: place, gamma: model.decay.gammas[place.head])
  }
}
