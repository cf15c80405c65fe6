extension RetentionHead {
  /// Eq. 6: one token after the other, with memory that does not grow.
  ///
  ///     S_n = γ S_{n−1} + k_nᵀ v_n
  ///     o_n = f_n q_n S_n
  ///
  /// - Parameter output: O, `[time, valueDim]`. `state` is advanced past the sequence.
  func recurrentForward(_ input: Input, state: inout State, output: Matrix<Scalar>) {
    let decay = Scalar(gamma)
    var factors = RowFactors(gamma: gamma, norms: norms, headDim: input.headDim)
    for n in 0..<input.time {
      let (q, k, v) = (input.q.row(n), input.k.row(n), input.v.row(n))
      factors.advance(q: q, k: k, headDim: input.headDim, keySum: state.keySum, decaySum: &state.decaySum)
      let o = output.row(n)
      o.update(repeating: 0, count: input.valueDim)
      for i in 0..<input.headDim {
        let row = state.matrix.row(i)
        let (key, query) = (k[i], q[i])
        for j in 0..<input.valueDim {
          row[j] = decay * row[j] + key * v[j]
          o[j] += query * row[j]
        }
      }
      VectorMath.scale(o, by: Scalar(factors.factor), count: input.valueDim)
    }
    state.isEmpty = state.isEmpty && input.time == 0
  }
}
