/// Retention of one token (Eq. 6), with group norm and gate, of every head of a layer: what `MultiScaleRetentionLayer` does
/// with one row of the recurrent form.
///
/// It is made of numbers and pointers alone. A layer holds the names of its tensors, and threads that share one would take
/// turns in counting their references.
struct TokenRetention {
  private let widths: HeadWidths
  private let gammas: UnsafePointer<Double>
  private let gate: Gate?
  /// As in `MultiScaleRetentionLayer.Activations`, one row each.
  private let q, k, v, g: UnsafePointer<Float>
  private let retained, normed, gated: UnsafeMutablePointer<Float>
  /// Set for each step.
  package var norms = RetentionNorms()
  package var groupNorm = Norm.Placed.off
  package var states: RetentionState<Float>.Heads?

  /// - Parameters:
  ///   - saved: of one row; it has to outlive this, as `gammas` has to.
  ///   - gammas: `[heads]`.
  package init(
    _ layer: MultiScaleRetentionLayer, activations: MultiScaleRetentionLayer.Activations, gammas: UnsafePointer<Double>
  ) {
    widths = layer.widths
    self.gammas = gammas
    gate = layer.gate == nil ? nil : layer.gateActivation
    (q, k, v) = (
      UnsafePointer(activations.q.pointer), UnsafePointer(activations.k.pointer), UnsafePointer(activations.v.pointer)
    )
    g = UnsafePointer(activations.g.pointer)
    (retained, normed, gated) = (activations.retained.pointer, activations.normed.pointer, activations.gated.pointer)
  }

  package var heads: Int { widths.heads }

  /// One head. Where it is treated otherwise than Eq. 6 has it:
  ///
  ///     S_n = γ' S_{n−1} + k_nᵀ v_n, or S_{n−1} where it is frozen
  ///     what goes into W_o, times the head's scale
  package func perform(head h: Int, change: HeadOverride) {
    let (shared, headDim, valueDim) = (h / widths.group, widths.headDim, widths.valueDim)
    let input = RetentionHead<Float>.Input(
      q: row(q, h, headDim), k: row(k, shared, headDim), v: row(v, shared, valueDim))
    let first = h * valueDim
    let output = MutableMatrixView(retained + first, rows: 1, columns: valueDim)
    let head = RetentionHead<Float>(gamma: change.gamma ?? gammas[h], norms: norms)
    states?.advance(head: h) { _, state in
      if change.isFrozen {
        head.read(input, state: state.view, output: output)
      } else {
        head.recurrentForward(input, state: &state, output: output)
      }
    }
    _ = groupNorm.forward(retained + first, into: normed + first, columns: valueDim)
    gate?.forward(g + first, normed + first, into: gated + first, count: valueDim)
    if change.scale != 1 {
      VectorMath.scale((gate == nil ? normed : gated) + first, by: change.scale, count: valueDim)
    }
  }

  private func row(_ values: UnsafePointer<Float>, _ place: Int, _ width: Int) -> MatrixView<Float> {
    MatrixView(values + place * width, rows: 1, columns: width)
  }
}

extension RetentionHead {
  /// o = f q S of one token, which leaves the state as it is.
  ///
  /// - Parameter output: `[1, valueDim]`.
  fileprivate func read(_ input: Input, state: StateView, output: MutableMatrixView<Scalar>) {
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    factors.read(q: input.q.row(0), headDim: input.headDim, keySum: state.keySum, decaySum: state.decaySum)
    output.fill(0)
    for i in 0..<input.headDim {
      let query = input.q.row(0)[i] * Scalar(factors.factor)
      for j in 0..<input.valueDim { output.row(0)[j] += query * state.matrix.row(i)[j] }
    }
  }
}
