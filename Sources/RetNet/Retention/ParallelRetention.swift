extension RetentionHead {
  /// Eq. 5: all tokens in parallel.
  ///
  ///     O = f ⊙ ((QKᵀ ⊙ D) V + ξ ⊙ (Q S))
  ///
  /// The second term is the retention of the tokens before this sequence, from their state S. It is 0 for an empty
  /// state.
  ///
  /// - Parameter output: O, `[time, valueDim]`. `state` is advanced past the sequence. Work and memory grow with time².
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func parallelForward(
    _ input: Input, state: inout State, output: MutableMatrixView<Scalar>, scratch: RetentionScratch<Scalar>
  ) {
    let powers = scratch.powers(gamma: gamma, upTo: input.time)
    let scores = scratch.scores.matrix(rows: input.time, columns: input.time)
    scores.setProduct(input.q, input.k.transposed)
    powers.applyMask(scores)
    output.setProduct(scores.view, input.v)
    if !state.isEmpty { addCrossChunkTerm(input.q, state.matrix.view, powers, to: output, scratch: scratch) }

    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    for n in 0..<input.time {
      factors.advance(
        q: input.q.row(n), k: input.k.row(n), headDim: input.headDim, gamma: gamma, keySum: state.keySum,
        decaySum: &state.decaySum)
      if norms.norm3 == .torchscale { factors.divideByAbsoluteSum(scores.row(n), count: n + 1) }
      VectorMath.scale(output.row(n), by: Scalar(factors.factor), count: input.valueDim)
    }
    advanceState(input, powers, state: &state, scratch: scratch)
  }

  /// The gradient of Eq. 5 for a sequence that begins with an empty state, with norm 3's divisor as a constant.
  ///
  ///     dO′ = f ⊙ dO     A = QKᵀ ⊙ D     dA = (dO′ Vᵀ) ⊙ D
  ///     dQ = dA K        dK = dAᵀ Q      dV = Aᵀ dO′
  ///
  /// - Parameters:
  ///   - dOutput: dO, `[time, valueDim]`.
  ///   - gradient: dQ, dK and dV, shaped as `input`; dQ is set, dK and dV are added to if `accumulate` is true.
  func parallelBackward(
    _ input: Input, dOutput: MatrixView<Scalar>, gradient: MutableInput, accumulate: Bool,
    scratch: RetentionScratch<Scalar>
  ) {
    let powers = scratch.powers(gamma: gamma, upTo: input.time)
    let scores = scratch.scores.matrix(rows: input.time, columns: input.time)
    scores.setProduct(input.q, input.k.transposed)
    powers.applyMask(scores)
    let dScaled = scratch.scaledGradient.matrix(rows: input.time, columns: input.valueDim)
    let keySum = scratch.zeroKeySum(input.headDim)
    var decaySum = 0.0
    scaleGradient(
      input, dOutput: dOutput, into: dScaled, keySum: keySum, decaySum: &decaySum,
      scores: norms.norm3 == .torchscale ? scores.view : nil)

    let beta: Scalar = accumulate ? 1 : 0
    gradient.v.setProduct(scores.transposed, dScaled.view, beta: beta)
    let dScores = scores
    dScores.setProduct(dScaled.view, input.v.transposed)
    powers.applyMask(dScores)
    gradient.q.setProduct(dScores.view, input.k)
    gradient.k.setProduct(dScores.transposed, input.q, beta: beta)
  }

  /// dO′ = f ⊙ dO, with the factors f recomputed from q and k.
  ///
  /// - Parameter scores: QKᵀ ⊙ D for torchscale's norm 3, otherwise nil.
  func scaleGradient(
    _ input: Input, dOutput: MatrixView<Scalar>, into dScaled: MutableMatrixView<Scalar>,
    keySum: UnsafeMutablePointer<Double>, decaySum: inout Double, scores: MatrixView<Scalar>? = nil
  ) {
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    for n in 0..<input.time {
      factors.advance(
        q: input.q.row(n), k: input.k.row(n), headDim: input.headDim, gamma: gamma, keySum: keySum, decaySum: &decaySum)
      if let scores { factors.divideByAbsoluteSum(scores.row(n), count: n + 1) }
      let factor = Scalar(factors.factor)
      let (from, to) = (dOutput.row(n), dScaled.row(n))
      for j in 0..<input.valueDim { to[j] = factor * from[j] }
    }
  }
}
