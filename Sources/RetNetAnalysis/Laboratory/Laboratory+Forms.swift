import RetNet

extension Laboratory {
  /// The three forms of a layer on the session's last tokens, and the details of one of its heads.
  ///
  /// - Parameter computation: computes a head in a form for the differences; nil means the package's forms.
  /// - Throws: `ModelError`, `CancellationError`.
  func forms(
    layer: Int, head h: Int, chunkLength: Int, computation: RetentionHead<Float>.Computation? = nil
  ) throws -> FormComparison {
    let tokens = Array(tokens.suffix(FormComparison.longestText))
    let input = try LayerInput.read(model, tokens, layer: layer, norms: norms).input
    try Task.checkCancellation()
    let headInput = input.head(h)
    let gamma = Decay.gamma(head: h)
    let head = RetentionHead<Float>(gamma: gamma, norms: norms.retention)
    let scratch = RetentionScratch<Float>()
    let scores = head.maskedScores(headInput, mask: .causal, scratch: scratch)
    let chunkwise = RetentionForm.chunkwise(length: chunkLength)
    let chunked = RetentionHead<Float>(gamma: gamma, norms: norms.retention.available(in: chunkwise, from: 0))
    let compute = computation ?? Self.own(scratch)
    return FormComparison(
      layer: layer, head: h, norms: norms, gamma: gamma, skipped: self.tokens.count - tokens.count, tokens: tokens,
      chunkLength: chunkLength, headDim: headInput.headDim, valueDim: headInput.valueDim,
      mask: Self.mask(gamma: gamma, time: headInput.time, norm2: norms.retention.norm2),
      scores: Array(UnsafeBufferPointer(start: scores.base, count: headInput.time * headInput.time)),
      chunks: chunked.chunkParts(headInput, chunkLength: chunkLength), states: Self.recurrentStates(head, headInput),
      outputs: [.parallel, .recurrent, chunkwise].map { output(of: $0, gamma, headInput, compute) },
      differences: try FormDifference.measure(
        input, norms: norms, chunkLength: chunkLength, model.parameters.weights, computation: compute))
  }

  /// One head in one form, from an empty state.
  private func output(
    of form: RetentionForm, _ gamma: Double, _ input: RetentionHead<Float>.Input,
    _ compute: RetentionHead<Float>.Computation
  ) -> FormComparison.Output {
    let available = norms.retention.available(in: form, from: 0)
    let output = Buffer<Float>(count: input.time * input.valueDim)
    Self.withEmptyState(input) { state in
      compute(
        RetentionHead<Float>(gamma: gamma, norms: available), form, input, &state,
        output.matrix(rows: input.time, columns: input.valueDim))
    }
    return FormComparison.Output(form: form, isExact: available == norms.retention, values: output.values)
  }

  /// The package's forms.
  static func own(_ scratch: RetentionScratch<Float>) -> RetentionHead<Float>.Computation {
    { head, form, input, state, output in head.compute(form, input, state: &state, output: output, scratch: scratch) }
  }

  /// D_nm = γ^(n−m) for n ≥ m, else 0, divided by √(Σ_i D_ni) under norm 2, `[time, time]`.
  private static func mask(gamma: Double, time: Int, norm2: Bool) -> [Float] {
    let rows = MaskRows(.causal, gamma: gamma, time: time)
    let row = Buffer<Double>(count: time)
    return (0..<time).flatMap { n in
      rows.fill(row.pointer, n: n)
      let values = row.values
      let scale = norm2 ? 1 / values.reduce(0, +).squareRoot() : 1
      return values.map { Float($0 * scale) }
    }
  }

  /// S of Eq. 6 after each token, `[time, headDim, valueDim]`.
  private static func recurrentStates(_ head: RetentionHead<Float>, _ input: RetentionHead<Float>.Input) -> [Float] {
    let output = Buffer<Float>(count: input.valueDim)
    return withEmptyState(input) { state in
      (0..<input.time).flatMap { n in
        head.recurrentForward(
          input.rows(n..<n + 1), state: &state, output: output.matrix(rows: 1, columns: input.valueDim))
        return Array(UnsafeBufferPointer(start: state.matrix.base, count: input.headDim * input.valueDim))
      }
    }
  }

  private static func withEmptyState<Result>(
    _ input: RetentionHead<Float>.Input, _ body: (inout RetentionHead<Float>.State) -> Result
  ) -> Result {
    let (matrix, keySum) = (Buffer<Float>(count: input.headDim * input.valueDim), Buffer<Double>(count: input.headDim))
    return withExtendedLifetime((matrix, keySum)) {
      var state = RetentionHead<Float>.State(
        matrix: matrix.matrix(rows: input.headDim, columns: input.valueDim), keySum: keySum.pointer, decaySum: 0,
        isEmpty: true)
      return body(&state)
    }
  }
}
