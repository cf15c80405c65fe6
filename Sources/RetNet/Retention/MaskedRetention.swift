extension RetentionHead {
  /// Eq. 5 with any mask, over a whole sequence, without a state.
  ///
  ///     O = f ⊙ ((QKᵀ ⊙ D) V)
  ///
  /// Norms 2 and 3 use the row sums of this mask: r_n = (Σ_m D_nm)^(−1/2), and Σ_m R_nm over all m with D_nm > 0. A row
  /// of zeros gives 0.
  ///
  /// - Parameter output: O, `[time, valueDim]`, set. Work and memory grow with time².
  func maskedForward(
    _ input: Input, mask: RetentionMask, output: MutableMatrixView<Scalar>, scratch: RetentionScratch<Scalar>
  ) {
    output.setProduct(maskedScores(input, mask: mask, scratch: scratch), input.v)
  }

  /// R = f ⊙ (QKᵀ ⊙ D), the scores under norms 1, 2 and 3.
  ///
  /// - Returns: `[time, time]`, in memory that the next call with `scratch` overwrites.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func maskedScores(
    _ input: Input, mask: RetentionMask, scratch: RetentionScratch<Scalar>
  ) -> MatrixView<Scalar> {
    let scores = scratch.scores.matrix(rows: input.time, columns: input.time)
    scores.setProduct(input.q, input.k.transposed)
    maskRows(input, mask, scores, scratch) { n, factor in
      VectorMath.scale(scores.row(n), by: factor, count: input.time)
    }
    return scores.view
  }

  /// The gradient of `maskedForward`, with norm 3's divisor as a constant.
  ///
  ///     dO′ = f ⊙ dO     A = QKᵀ ⊙ D     dA = (dO′ Vᵀ) ⊙ D
  ///     dQ = dA K        dK = dAᵀ Q      dV = Aᵀ dO′
  ///
  /// - Parameters: those of `parallelBackward`.
  func maskedBackward(
    _ input: Input, mask: RetentionMask, dOutput: MatrixView<Scalar>, gradient: MutableInput, accumulate: Bool,
    scratch: RetentionScratch<Scalar>
  ) {
    let scores = scratch.scores.matrix(rows: input.time, columns: input.time)
    scores.setProduct(input.q, input.k.transposed)
    let dScaled = scratch.scaledGradient.matrix(rows: input.time, columns: input.valueDim)
    maskRows(input, mask, scores, scratch) { n, factor in
      let (from, to) = (dOutput.row(n), dScaled.row(n))
      for j in 0..<input.valueDim { to[j] = factor * from[j] }
    }

    let beta: Scalar = accumulate ? 1 : 0
    gradient.v.setProduct(scores.transposed, dScaled.view, beta: beta)
    let dScores = scores
    dScores.setProduct(dScaled.view, input.v.transposed)
    let rows = MaskRows(mask, gamma: gamma, time: input.time)
    let weights = scratch.maskRow(input.time)
    for n in 0..<input.time {
      rows.fill(weights, n: n)
      Self.multiply(dScores.row(n), by: weights, count: input.time)
    }
    gradient.q.setProduct(dScores.view, input.k)
    gradient.k.setProduct(dScores.transposed, input.q, beta: beta)
  }

  /// Applies the mask to each row of `scores`, QKᵀ, in place, and passes the row's factor of norms 1, 2 and 3 to
  /// `body`.
  private func maskRows(
    _ input: Input, _ mask: RetentionMask, _ scores: MutableMatrixView<Scalar>, _ scratch: RetentionScratch<Scalar>,
    _ body: (_ n: Int, _ factor: Scalar) -> Void
  ) {
    let rows = MaskRows(mask, gamma: gamma, time: input.time)
    let weights = scratch.maskRow(input.time)
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    for n in 0..<input.time {
      rows.fill(weights, n: n)
      Self.multiply(scores.row(n), by: weights, count: input.time)
      // z_n and c_n of this row: Σ_m D_nm k_m and Σ_m D_nm.
      let keySum = scratch.zeroKeySum(input.headDim)
      var decaySum = 0.0
      for m in 0..<input.time {
        let weight = weights[m]
        decaySum += weight
        guard norms.norm3 == .paper, weight > 0 else { continue }
        let k = input.k.row(m)
        for i in 0..<input.headDim { keySum[i] += weight * Double(k[i]) }
      }
      factors.read(
        q: input.q.row(n), headDim: input.headDim, keySum: keySum, decaySum: decaySum > 0 ? decaySum : 1)
      if norms.norm3 == .torchscale { factors.divideByAbsoluteSum(scores.row(n), count: input.time) }
      body(n, Scalar(factors.factor))
    }
  }

  private static func multiply(_ x: UnsafeMutablePointer<Scalar>, by weights: UnsafePointer<Double>, count: Int) {
    for j in 0..<count { x[j] *= Scalar(weights[j]) }
  }
}
