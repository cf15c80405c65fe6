import RetNet

/// What one head held after a token.
package struct HeadStatistics: Sendable, Hashable {
  /// ‖S‖, the Frobenius norm.
  package var norm: Float
  /// How many directions S uses: (Σ σ²)² / Σ σ⁴ over its singular values σ, from 1 to min(d_k, d_v); 0 of an empty S.
  package var effectiveRank: Float
  /// How far the head's horizon is filled: c (1 − γ), which goes to 1.
  package var saturation: Float
  /// ‖o‖, what the token has read out of the state, before the group norm.
  package var energy: Float
}

extension HeadStatistics {
  /// What a head of a state of one text holds.
  ///
  ///     ‖S‖ = √(tr G)     rank = (Σ σ²)² / Σ σ⁴ = (tr G)² / ‖G‖²,   G = S Sᵀ or Sᵀ S, whichever is smaller
  ///
  /// No singular values are needed. G is Float32, which an effective rank to three digits does not mind; S whose squares
  /// are below what Float32 holds, ‖S‖ < 10⁻¹⁹, counts as empty.
  ///
  /// - Parameters:
  ///   - state: S `[1, heads, headDim, valueDim]`.
  ///   - gamma: the head's decay.
  ///   - energy: ‖o‖ of the token, as its trace has it.
  package init(_ state: RetentionState<Float>, head: Int, gamma: Double, energy: Float) {
    norm = state.norm(head: head)
    effectiveRank = Self.effectiveRank(state.matrix(head: head), rows: state.headDim, columns: state.valueDim)
    saturation = Float(state.decaySum[head] * (1 - gamma))
    self.energy = energy
  }

  /// (tr G)² / ‖G‖² of S, `[rows, columns]`; 0 where S is.
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
    // Rounding shall not lead out of what a rank can be.
    return Float(min(max(trace * trace / squares, 1), Double(size)))
  }
}

extension HeadStatistics {
  /// Every head of a layer after a step.
  package static func all(
    _ state: ModelState, _ trace: StepTrace, _ conditions: StepOptions, layer: Int
  ) -> [HeadStatistics] {
    let heads = state.layers[layer].heads
    let decay = Decay(heads: heads)
    return (0..<heads).map { head in
      HeadStatistics(
        state.layers[layer], head: head,
        gamma: conditions.changes[HeadIndex(layer: layer, head: head)].gamma ?? decay.gammas[head],
        energy: trace.layers[layer].energy[head])
    }
  }

  /// Every head of a layer at a moment.
  package static func all(_ result: StepResult, layer: Int) -> [HeadStatistics] {
    all(result.state, result.trace, result.conditions, layer: layer)
  }
}
