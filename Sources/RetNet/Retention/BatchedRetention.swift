/// Retention of all heads of a batch on plain arrays, without projections, group norm or gate.
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// In Float32, or in Double as a reference for it.
package struct BatchedRetention<Scalar: BLASScalar> {
  package let decay: Decay
  package let headDim: Int
  package let valueDim: Int
  private let scratch = RetentionScratch<Scalar>()

  package init(decay: Decay, headDim: Int, valueDim: Int) {
    self.decay = decay
    self.headDim = headDim
    self.valueDim = valueDim
  }

  /// The state before the first token.
  package func makeState(batch: Int) -> RetentionState<Scalar> {
    RetentionState(batch: batch, heads: decay.gammas.count, headDim: headDim, valueDim: valueDim)
  }

  /// - Parameters:
  ///   - q: queries, rotated, `[batch, heads, time, headDim]`.
  ///   - k: keys, rotated, `[batch, heads, time, headDim]`.
  ///   - v: values, `[batch, heads, time, valueDim]`.
  ///   - norms: torchscale's norm 3 is off unless `RetentionNorms.available` allows it.
  ///   - state: the state after the previous tokens, advanced past these.
  /// - Returns: o, `[batch, heads, time, valueDim]`.
  package func callAsFunction(
    q: [Scalar], k: [Scalar], v: [Scalar], form: RetentionForm, norms: RetentionNorms,
    state: inout RetentionState<Scalar>
  ) -> [Scalar] {
    let available = norms.available(in: form, from: state.position)
    return compute(q, k, v, batch: state.batch) { time, head in
      state.advance(by: time) { states in
        for (h, gamma) in decay.gammas.enumerated() {
          states.advance(head: h) { b, headState in
            let (input, output) = head(b, h)
            RetentionHead(gamma: gamma, norms: available).forward(
              form, input, state: &headState, output: output, scratch: scratch)
          }
        }
      }
    }
  }

  /// Eq. 5 under any mask, over whole sequences, without a state.
  ///
  /// - Parameters: q, k, v: as above.
  /// - Returns: o, `[batch, heads, time, valueDim]`.
  /// - Throws: `RetNetError` if a custom mask has the wrong size or an invalid distance, or the scores of a head do not
  ///   fit into the available memory.
  package func callAsFunction(
    q: [Scalar], k: [Scalar], v: [Scalar], batch: Int, mask: RetentionMask, norms: RetentionNorms
  ) throws -> [Scalar] {
    let time = time(q, batch: batch)
    try RetentionForm.parallel.requireMemory(time: time, bytesPerNumber: MemoryLayout<Scalar>.stride)
    try mask.validate(in: .parallel, time: time)
    return compute(q, k, v, batch: batch) { _, head in
      for b in 0..<batch {
        for (h, gamma) in decay.gammas.enumerated() {
          let (input, output) = head(b, h)
          RetentionHead(gamma: gamma, norms: norms).maskedForward(input, mask: mask, output: output, scratch: scratch)
        }
      }
    }
  }

  /// Tokens per sequence.
  private func time(_ q: [Scalar], batch: Int) -> Int {
    let width = batch * decay.gammas.count * headDim
    return width == 0 ? 0 : q.count / width
  }

  /// Calls `body` once, unless `time` is 0, with a function that returns the input and output views of one head of one
  /// sequence.
  ///
  /// - Returns: o, `[batch, heads, time, valueDim]`.
  private func compute(
    _ q: [Scalar], _ k: [Scalar], _ v: [Scalar], batch: Int,
    _ body: (
      _ time: Int, _ head: (_ batch: Int, _ head: Int) -> (RetentionHead<Scalar>.Input, MutableMatrixView<Scalar>)
    ) -> Void
  ) -> [Scalar] {
    let heads = decay.gammas.count
    let (rows, time) = (batch * heads, time(q, batch: batch))
    precondition(
      q.count == rows * time * headDim && k.count == q.count && v.count == rows * time * valueDim,
      "q, k, v of \(q.count), \(k.count), \(v.count) numbers for [\(batch), \(heads), time, "
        + "\(headDim) and \(valueDim)]")
    var output = [Scalar](repeating: 0, count: v.count)
    output.withUnsafeMutableBufferPointer { output in
      q.withUnsafeBufferPointer { q in
        k.withUnsafeBufferPointer { k in
          v.withUnsafeBufferPointer { v in
            guard time > 0, let o = output.baseAddress, let q = q.baseAddress, let k = k.baseAddress,
              let v = v.baseAddress
            else { return }
            body(time) { b, h in
              let row = (b * heads + h) * time
              let input = RetentionHead<Scalar>.Input(
                q: MatrixView(q + row * headDim, rows: time, columns: headDim),
                k: MatrixView(k + row * headDim, rows: time, columns: headDim),
                v: MatrixView(v + row * valueDim, rows: time, columns: valueDim))
              return (input, MutableMatrixView(o + row * valueDim, rows: time, columns: valueDim))
            }
          }
        }
      }
    }
    return output
  }
}

extension RetentionState where Scalar: BLASScalar {
  /// The state with S and z under norm 1, which scales keys by d_k^(−1/2). The state itself is stored without it.
  package func scaledByNorm1() -> RetentionState {
    var scaled = self
    let factor = 1 / Double(headDim).squareRoot()
    for i in scaled.matrix.indices { scaled.matrix[i] *= Scalar(factor) }
    for i in scaled.keySum.indices { scaled.keySum[i] *= factor }
    return scaled
  }
}
