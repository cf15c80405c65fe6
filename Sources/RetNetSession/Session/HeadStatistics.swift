import RetNet

/// Statistics of one head after a token.
package struct HeadStatistics: Sendable, Hashable {
  /// ‖S‖, the Frobenius norm.
  package var norm: Float
  /// (Σ σ²)² / Σ σ⁴ over the singular values σ of S, from 1 to min(d_k, d_v); 0 for an empty S.
  package var effectiveRank: Float
  /// The filled share of the head's horizon: c (1 − γ), which approaches 1.
  package var saturation: Float
  /// ‖o‖, the norm of the head's output for the token, before the group norm.
  package var energy: Float
}

extension HeadStatistics {
  /// The statistics of one head of a state with batch size 1.
  ///
  ///     ‖S‖ = √(tr G)     rank = (Σ σ²)² / Σ σ⁴ = (tr G)² / ‖G‖²,   G = S Sᵀ or Sᵀ S, whichever is smaller
  ///
  /// G gives the rank without singular values. Float32 is enough for three digits. An S with ‖S‖ < 10⁻¹⁹, whose squares
  /// underflow Float32, counts as empty.
  ///
  /// - Parameters:
  ///   - state: S `[1, heads, headDim, valueDim]`.
  ///   - gamma: the head's decay.
  ///   - energy: ‖o‖ of the token, from its trace.
  package init(_ state: RetentionState<Float>, head: Int, gamma: Double, energy: Float) {
    norm = state.norm(head: head)
    effectiveRank = Self.effectiveRank(state.matrix(head: head), rows: state.headDim, columns: state.valueDim)
    saturation = Float(state.decaySum[head] * (1 - gamma))
    self.energy = energy
  }

  /// (tr G)² / ‖G‖² of S, `[rows, columns]`; 0 for S = 0.
  private static func effectiveRank(_ entries: ArraySlice<Float>, rows: Int, columns: Int) -> Float {
    let size = min(rows, columns)
    let products = [Float](unsafeUninitializedCapacity: size * size) { buffer, count in
      entries.withUnsafeBufferPointer { entries in
        guard let g = buffer.baseAddress, let s = entries.baseAddress else { return }
        let matrix = MatrixView(s, rows: rows, columns: columns)
        MutableMatrixView(g, rows: size, columns: size).setProduct(
          rows <= columns ? matrix : matrix.transposed, rows <= columns ? matrix.transposed : matrix)
        count = size * size
      }
    }
    var (trace, squares) = (0.0, 0.0)
    for i in 0..<size { trace += Double(products[i * size + i]) }
    for product in products { squares += Double(product) * Double(product) }
    guard squares > 0 else { return 0 }
    // Rounding must not leave the range of a rank.
    return Float(min(max(trace * trace / squares, 1), Double(size)))
  }
}

extension HeadStatistics {
  /// All heads of a layer after a step.
  package static func all(
    _ state: ModelState, _ trace: StepTrace, _ options: StepOptions, layer: Int
  ) -> [HeadStatistics] {
    let heads = state.layers[layer].heads
    let decay = Decay(heads: heads)
    return (0..<heads).map { head in
      HeadStatistics(
        state.layers[layer], head: head,
        gamma: options.changes[HeadIndex(layer: layer, head: head)].gamma ?? decay.gammas[head],
        energy: trace.layers[layer].energy[head])
    }
  }

  /// All heads of a layer in a step result.
  package static func all(_ result: StepResult, layer: Int) -> [HeadStatistics] {
    all(result.state, result.trace, result.options, layer: layer)
  }
}
