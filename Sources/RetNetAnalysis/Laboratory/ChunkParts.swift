import RetNet

extension RetentionHead where Scalar == Float {
  /// The two terms of Eq. 7 separately, on a text from an empty state:
  ///
  ///     inner_n = f_n ((Q_i K_iᵀ ⊙ D) V_i)_n      cross_n = f_n ξ_n q_n S_{i−1}
  ///
  /// and the state S_i after each chunk.
  ///
  /// - Parameter chunkLength: at least 1.
  func chunkParts(_ input: Input, chunkLength: Int) -> [FormComparison.Chunk] {
    let scratch = RetentionScratch<Float>()
    let powers = scratch.powers(gamma: gamma, upTo: min(chunkLength, input.time))
    // The inner term is Eq. 5 on the chunk alone, without the factor f_n.
    let alone = RetentionHead(gamma: gamma, norms: RetentionNorms(norm1: false))
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    let matrix = Buffer<Float>(count: input.headDim * input.valueDim)
    let keySum = Buffer<Double>(count: input.headDim)
    var state = State(
      matrix: matrix.matrix(rows: input.headDim, columns: input.valueDim), keySum: keySum.pointer, decaySum: 0,
      isEmpty: true)
    let parts = (Buffer<Float>(count: input.time * input.valueDim), Buffer<Float>(count: input.time * input.valueDim))
    return stride(from: 0, to: input.time, by: chunkLength).map { start in
      let range = start..<min(start + chunkLength, input.time)
      let chunk = input.rows(range)
      let inner = parts.0.matrix(rows: chunk.time, columns: input.valueDim)
      let cross = parts.1.matrix(rows: chunk.time, columns: input.valueDim)
      var empty = scratch.emptyState(headDim: input.headDim, valueDim: input.valueDim)
      alone.parallelForward(chunk, state: &empty, output: inner, scratch: scratch)
      cross.fill(0)
      if !state.isEmpty { addCrossChunkTerm(chunk.q, state.matrix.view, powers, to: cross, scratch: scratch) }

      var found = FormComparison.Chunk(range: range, inner: [], cross: [], state: [])
      for n in 0..<chunk.time {
        factors.advance(
          q: chunk.q.row(n), k: chunk.k.row(n), headDim: input.headDim, gamma: gamma, keySum: state.keySum,
          decaySum: &state.decaySum)
        found.inner.append(factors.factor * Self.length(inner.row(n), input.valueDim))
        found.cross.append(factors.factor * Self.length(cross.row(n), input.valueDim))
      }
      advanceState(chunk, powers, state: &state, scratch: scratch)
      found.state = matrix.values
      return found
    }
  }

  /// ‖x‖
  private static func length(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var sum = 0.0
    for j in 0..<count { sum += Double(x[j]) * Double(x[j]) }
    return sum.squareRoot()
  }
}
