extension MultiScaleRetentionLayer {
  /// `retainOneToken` of a head that is treated otherwise than Eq. 6 has it.
  ///
  ///     S_n = γ' S_{n−1} + k_nᵀ v_n, or S_{n−1} where it is frozen
  ///     what goes into W_o, times the head's scale
  func retainOneToken(
    head h: Int, changed change: HeadChange, _ states: RetentionState<Float>.Heads?, saved: Saved, _ pass: RetentionPass
  ) {
    let shared = h / (heads / keyValueHeads)
    func row(_ buffer: Buffer<Float>, _ place: Int, _ width: Int) -> Matrix<Float> {
      Matrix(buffer.pointer + place * width, rows: 1, columns: width)
    }
    let input = RetentionHead<Float>.Input(
      q: row(saved.q, h, headDim), k: row(saved.k, shared, headDim), v: row(saved.v, shared, valueDim))
    let output = row(saved.retained, h, valueDim)
    let head = RetentionHead<Float>(
      gamma: change.gamma ?? decay.gammas[h],
      norms: pass.norms.retention.available(in: .recurrent, from: states?.position ?? 0))
    states?.advance(head: h) { _, state in
      if change.isFrozen {
        head.read(input, state: state, output: output)
      } else {
        head.recurrentForward(input, state: &state, output: output)
      }
    }
    normalizeAndGate(groups: h..<h + 1, saved: saved, pass)
    let result = gate == nil ? saved.normed : saved.gated
    VectorMath.scale(result.pointer + h * valueDim, by: change.scale, count: valueDim)
  }
}

extension RetentionHead {
  /// o = f q S of one token, which leaves the state as it is.
  ///
  /// - Parameter output: `[1, valueDim]`.
  fileprivate func read(_ input: Input, state: State, output: Matrix<Scalar>) {
    var factors = RowFactors(gamma: gamma, norms: norms, headDim: input.headDim)
    factors.read(q: input.q.row(0), headDim: input.headDim, keySum: state.keySum, decaySum: state.decaySum)
    output.fill(0)
    for i in 0..<input.headDim {
      let query = input.q.row(0)[i] * Scalar(factors.factor)
      for j in 0..<input.valueDim { output.row(0)[j] += query * state.matrix.row(i)[j] }
    }
  }
}
