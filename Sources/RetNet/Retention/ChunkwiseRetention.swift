extension RetentionHead {
  /// Eq. 7: parallel inside a chunk of C tokens, recurrent between chunks.
  ///
  ///     O_i = f ⊙ ( (Q_i K_iᵀ ⊙ D) V_i  +  ξ ⊙ (Q_i S_{i−1}) )      ξ_n = γ^(n+1)
  ///           inner chunk               cross chunk
  ///     S_i = γ^C S_{i−1} + K_iᵀ (ζ ⊙ V_i)                          ζ_m = γ^(C−1−m)
  ///
  /// The last chunk may be shorter, without padding.
  ///
  /// - Parameter output: O, `[time, valueDim]`. `state` is advanced past the sequence. Work grows with time · C.
  func chunkwiseForward(
    _ input: Input, chunkLength: Int, state: inout State, output: MutableMatrixView<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    precondition(chunkLength > 0, "a chunk holds at least 1 token, found \(chunkLength)")
    let powers = scratch.powers(gamma: gamma, upTo: min(chunkLength, input.time))
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    for start in stride(from: 0, to: input.time, by: chunkLength) {
      let range = start..<min(start + chunkLength, input.time)
      let chunk = input.rows(range)
      let chunkOutput = output.rows(range)

      let scores = scratch.scores.matrix(rows: chunk.time, columns: chunk.time)
      scores.setProduct(chunk.q, chunk.k.transposed)
      powers.applyMask(scores)
      chunkOutput.setProduct(scores.view, chunk.v)
      if !state.isEmpty { addCrossChunkTerm(chunk.q, state.matrix.view, powers, to: chunkOutput, scratch: scratch) }

      for n in 0..<chunk.time {
        factors.advance(
          q: chunk.q.row(n), k: chunk.k.row(n), headDim: input.headDim, gamma: gamma, keySum: state.keySum,
          decaySum: &state.decaySum)
        VectorMath.scale(chunkOutput.row(n), by: Scalar(factors.factor), count: input.valueDim)
      }
      advanceState(chunk, powers, state: &state, scratch: scratch)
    }
  }

  /// The gradient of Eq. 7, with norm 3's divisor as a constant.
  ///
  /// It runs from the last chunk to the first; dS is the gradient of the state after a chunk:
  ///
  ///     dO′ = f ⊙ dO     A = QKᵀ ⊙ D     dA = (dO′ Vᵀ) ⊙ D
  ///     dQ = dA K + ξ ⊙ (dO′ S_{i−1}ᵀ)
  ///     dK = dAᵀ Q + ζ ⊙ (V dSᵀ)
  ///     dV = Aᵀ dO′ + ζ ⊙ (K dS)
  ///     dS ← γ^C dS + Qᵀ (ξ ⊙ dO′)
  ///
  /// - Parameters:
  ///   - past: S, z and c before the sequence; nil for an empty state.
  ///   - dPast: the gradient of that S, `[headDim, valueDim]`, added to; nil if it is not needed.
  ///   - dOutput: dO, `[time, valueDim]`.
  ///   - gradient: dQ, dK and dV, shaped as `input`; dQ is set, dK and dV are added to if `accumulate` is true.
  func chunkwiseBackward(
    _ input: Input, chunkLength: Int, from past: StateView? = nil, dPast: MutableMatrixView<Scalar>? = nil,
    dOutput: MatrixView<Scalar>, gradient: MutableInput, accumulate: Bool, scratch: RetentionScratch<Scalar>
  ) {
    precondition(chunkLength > 0, "a chunk holds at least 1 token, found \(chunkLength)")
    let powers = scratch.powers(gamma: gamma, upTo: min(chunkLength, input.time))
    let dScaled = scratch.scaledGradient.matrix(rows: input.time, columns: input.valueDim)
    let keySum = scratch.zeroKeySum(input.headDim)
    if let past { keySum.update(from: past.keySum, count: input.headDim) }
    var decaySum = past?.decaySum ?? 0
    scaleGradient(input, dOutput: dOutput, into: dScaled, keySum: keySum, decaySum: &decaySum)

    let starts = Array(stride(from: 0, to: input.time, by: chunkLength))
    let states = statesBeforeChunks(
      input, from: past, starts: starts, chunkLength: chunkLength, powers, scratch: scratch)
    let dState = scratch.singleState.matrix(rows: input.headDim, columns: input.valueDim)
    dState.fill(0)
    let beta: Scalar = accumulate ? 1 : 0
    for (i, start) in starts.enumerated().reversed() {
      let range = start..<min(start + chunkLength, input.time)
      let isLast = i == starts.count - 1
      let (chunk, d, dOut) = (input.rows(range), gradient.rows(range), dScaled.view.rows(range))
      let scores = scratch.scores.matrix(rows: chunk.time, columns: chunk.time)

      scores.setProduct(chunk.q, chunk.k.transposed)
      powers.applyMask(scores)
      d.v.setProduct(scores.transposed, dOut, beta: beta)
      let dScores = scores
      dScores.setProduct(dOut, chunk.v.transposed)
      powers.applyMask(dScores)
      d.q.setProduct(dScores.view, chunk.k)
      d.k.setProduct(dScores.transposed, chunk.q, beta: beta)

      if !isLast {
        let decayed = scratch.cross.matrix(rows: chunk.time, columns: input.headDim)
        decayed.copy(chunk.k) { powers.inner($0, of: chunk.time) }
        d.v.setProduct(decayed.view, dState.view, beta: 1)
        let decayedValues = scratch.values.matrix(rows: chunk.time, columns: input.valueDim)
        decayedValues.copy(chunk.v) { powers.inner($0, of: chunk.time) }
        d.k.setProduct(decayedValues.view, dState.transposed, beta: 1)
      }
      if i > 0 || past != nil {
        let crossed = scratch.values.matrix(rows: chunk.time, columns: input.valueDim)
        crossed.copy(dOut) { powers.cross($0) }
        d.q.setProduct(crossed.view, states[i].transposed, beta: 1)
        if i > 0 || dPast != nil { dState.setProduct(chunk.q.transposed, crossed.view, beta: powers[chunk.time]) }
      }
    }
    dPast?.add(dState.view, times: 1)
  }

  /// S before each chunk, recomputed from keys and values: storing it in the forward pass would need more memory.
  private func statesBeforeChunks(
    _ input: Input, from past: StateView?, starts: [Int], chunkLength: Int, _ powers: DecayPowers<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) -> [MutableMatrixView<Scalar>] {
    let size = input.headDim * input.valueDim
    scratch.states.require(starts.count * size)
    let states = starts.indices.map {
      MutableMatrixView(scratch.states.pointer + $0 * size, rows: input.headDim, columns: input.valueDim)
    }
    if let past { states.first?.copy(past.matrix) } else { states.first?.fill(0) }
    for i in starts.indices.dropLast() {
      let chunk = input.rows(starts[i]..<starts[i] + chunkLength)
      states[i + 1].copy(states[i].view)
      updateState(chunk, powers, to: states[i + 1], scratch: scratch)
    }
    return states
  }

  /// The cross-chunk term of Eq. 7: output += ξ ⊙ (Q S).
  ///
  /// - Parameters:
  ///   - q: `[rows, headDim]`.
  ///   - state: S before the first of the rows, `[headDim, valueDim]`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func addCrossChunkTerm(
    _ q: MatrixView<Scalar>, _ state: MatrixView<Scalar>, _ powers: DecayPowers<Scalar>,
    to output: MutableMatrixView<Scalar>, scratch: RetentionScratch<Scalar>
  ) {
    let crossed = scratch.cross.matrix(rows: q.rows, columns: q.columns)
    crossed.copy(q) { powers.cross($0) }
    output.setProduct(crossed.view, state, beta: 1)
  }

  /// The state update of Eq. 7: S ← γ^C S + Kᵀ (ζ ⊙ V).
  func updateState(
    _ chunk: Input, _ powers: DecayPowers<Scalar>, to state: MutableMatrixView<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    let decayed = scratch.cross.matrix(rows: chunk.time, columns: chunk.headDim)
    decayed.copy(chunk.k) { powers.inner($0, of: chunk.time) }
    state.setProduct(decayed.transposed, chunk.v, beta: powers[chunk.time])
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func advanceState(
    _ chunk: Input, _ powers: DecayPowers<Scalar>, state: inout State, scratch: RetentionScratch<Scalar>
  ) {
    guard chunk.time > 0 else { return }
    updateState(chunk, powers, to: state.matrix, scratch: scratch)
    state.isEmpty = false
  }
}
