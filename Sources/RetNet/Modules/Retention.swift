/// Retention of all heads on queries, keys and values, without projections, group norm or gate.
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m,   f_n the factor of the norms
public struct Retention {
  /// γ of each head.
  public let gammas: [Double]
  /// d_k, the width of one head's queries and keys.
  public let headDim: Int
  /// d_v, the width of one head's values.
  public let valueDim: Int
  private let retention: BatchedRetention<Float>

  /// Retention with given decays.
  ///
  /// - Parameters:
  ///   - gammas: γ of each head, between 0 and 1; the paper's are 1 − 2^(−5−h).
  ///   - headDim: d_k, the width of one head's queries and keys.
  ///   - valueDim: d_v, the width of one head's values.
  /// - Throws: `RetNetError.value` if there is no γ, one is out of range, or a width is not in 1 … 2²⁰.
  public init(gammas: [Double], headDim: Int, valueDim: Int) throws(RetNetError) {
    let widths = RetentionLayerShape.widths
    try RetNetError.require((1...1024).contains(gammas.count), "number of heads", gammas.count, "1 to 1024")
    for gamma in gammas { try RetNetError.require(gamma > 0 && gamma < 1, "γ", gamma, "between 0 and 1") }
    try RetNetError.require(widths.contains(headDim), "width of keys", headDim, "1 to \(widths.upperBound)")
    try RetNetError.require(widths.contains(valueDim), "width of values", valueDim, "1 to \(widths.upperBound)")
    (self.gammas, self.headDim, self.valueDim) = (gammas, headDim, valueDim)
    retention = BatchedRetention(decay: Decay(gammas: gammas), headDim: headDim, valueDim: valueDim)
  }

  /// The state before the first token.
  ///
  /// - Parameter batch: the number of texts, 1 to 2²⁰.
  /// - Returns: zeros, at position 0.
  /// - Throws: ``RetNetError`` if the batch is not in 1 … 2²⁰, or S has more than 2³¹ elements.
  public func makeState(batch: Int = 1) throws(RetNetError) -> RetentionState<Float> {
    try RetentionState(checkedBatch: batch, heads: gammas.count, headDim: headDim, valueDim: valueDim)
  }

  /// Computes retention, continuing from a state.
  ///
  /// - Parameters:
  ///   - q: queries, rotated by their positions, `[batch, heads, time, headDim]`.
  ///   - k: keys, rotated by their positions, `[batch, heads, time, headDim]`.
  ///   - v: values, `[batch, heads, time, valueDim]`.
  ///   - form: how it is computed. All forms give the same output, to rounding.
  ///   - norms: torchscale's norm 3 is off unless the form is parallel and the position is 0.
  ///   - state: the state after the previous tokens, advanced past these. It is unchanged if an error is thrown.
  /// - Returns: o, shaped as `v`.
  /// - Throws: ``RetNetError``, also if the scores of the form need more memory than is available.
  public func callAsFunction(
    q: Tensor, k: Tensor, v: Tensor, form: RetentionForm, norms: RetentionNorms = RetentionNorms(),
    state: inout RetentionState<Float>
  ) throws(RetNetError) -> Tensor {
    try form.validate()
    try state.requirePosition()
    let expected = [gammas.count, headDim, valueDim]
    guard [state.heads, state.headDim, state.valueDim] == expected else {
      throw .shape(
        of: "state", found: [state.batch, state.heads, state.headDim, state.valueDim],
        expected: "[batch, heads, d_k, d_v] with \(expected)")
    }
    let time = q.shape.count == 4 ? q.shape[2] : 0
    for (name, tensor, width) in [("queries", q, headDim), ("keys", k, headDim), ("values", v, valueDim)] {
      let shape = [state.batch, gammas.count, time, width]
      guard tensor.shape == shape else {
        throw .shape(of: "tensor of \(name)", found: tensor.shape, expected: "\(shape) of [batch, heads, time, width]")
      }
    }
    try form.requireMemory(time: time)
    let output = retention(q: q.values, k: k.values, v: v.values, form: form, norms: norms, state: &state)
    return Tensor(checked: output, shape: v.shape)
  }
}
