/// The row-wise work of a pass before and after retention, for example norms and projections.
protocol RowWork {
  func beforeRetention(_ rows: Range<Int>)
  func afterRetention(_ rows: Range<Int>)
}

extension MultiScaleRetentionLayer {
  /// Computes `work` and, between its two parts, retention. Threads divide `work` by blocks of rows, and retention by
  /// heads.
  ///
  /// - Parameter index: the layer's index, for `PieceOrder`.
  func run<Work: RowWork>(
    _ work: Work, rows: Int, index: Int = 0, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    let (team, length) = (pass.workers.team, pass.rowsPerPart(of: rows))
    let parts = (rows + length - 1) / length
    func shared(_ step: SharedWork<Work>.Step) -> SharedWork<Work> {
      SharedWork(
        layer: self, step: step, work: work, rows: rows, rowsPerPart: length, activations: activations, pass: pass)
    }
    team.perform(shared(.before), parts: parts)
    pass.turn?.wait(forLayer: index)
    if let state {
      state.pointee.advance(by: pass.sequences.lengths.first ?? 0) {
        team.perform(shared(.retention($0)), parts: heads)
      }
    } else {
      team.perform(shared(.retention(nil)), parts: heads)
    }
    pass.turn?.pass(layer: index)
    team.perform(shared(.after), parts: parts)
  }

  private struct SharedWork<Work: RowWork>: TeamWork {
    enum Step {
      case before
      case retention(RetentionState<Float>.Heads?)
      case after
    }

    let layer: MultiScaleRetentionLayer
    let step: Step
    let work: Work
    let rows: Int
    let rowsPerPart: Int
    let activations: Activations
    let pass: RetentionPass

    func perform(part: Int, thread: Int) {
      let range = min(part * rowsPerPart, rows)..<min((part + 1) * rowsPerPart, rows)
      switch step {
      case .before: work.beforeRetention(range)
      case .retention(let states):
        layer.retain(head: part, states, activations: activations, pass, scratch: pass.workers.scratch(thread))
      case .after: work.afterRetention(range)
      }
    }
  }

  /// Retention of one head of every sequence, in the form of `pass`.
  ///
  /// - Parameter states: all heads' states, advanced past the pass; nil if sequences begin with an empty state or with
  ///   `activations.states`.
  private func retain(
    head h: Int, _ states: RetentionState<Float>.Heads?, activations: Activations, _ pass: RetentionPass,
    scratch: RetentionScratch<Float>
  ) {
    let views = Views(self, rows: pass.sequences.rows, activations)
    let ranges = pass.sequences.ranges
    let gamma = Decay.gamma(head: h)
    if pass.mask != .causal {
      precondition(
        pass.form == .parallel && states == nil,
        "the \(pass.mask.name) mask needs the parallel form without a state")
      let head = RetentionHead<Float>(gamma: gamma, norms: pass.norms.retention)
      for range in ranges where !range.isEmpty {
        head.maskedForward(
          views.head(h, range).view, mask: pass.mask, output: views.retained(h, range), scratch: scratch)
      }
      return
    }
    let head = RetentionHead<Float>(
      gamma: gamma, norms: pass.norms.retention.available(in: pass.form, from: states?.position ?? 0))
    func run(_ range: Range<Int>, _ state: inout RetentionHead<Float>.State) {
      head.forward(
        pass.form, views.head(h, range).view, state: &state, output: views.retained(h, range), scratch: scratch)
    }
    if let states {
      states.advance(head: h) { b, state in run(ranges[b], &state) }
    } else {
      for (i, range) in ranges.enumerated() {
        if activations.states?.advance(i, head: h, { run(range, &$0) }) == true { continue }
        var empty = scratch.emptyState(headDim: headDim, valueDim: valueDim)
        run(range, &empty)
      }
    }
  }

  /// One token (Eq. 6) with group norm and gate; a part is a head. Under an override
  ///
  ///     S_n = γ' S_{n−1} + k_nᵀ v_n, or S_{n−1} if the head is frozen,
  ///
  /// and the head's part of the input of W_o is multiplied by the override's scale.
  ///
  /// A small trivial type: threads that share it count no references and read few cache lines of another core.
  struct TokenStep: TeamWork {
    private let widths: HeadWidths
    private let gate: Gate?
    private let norms: RetentionNorms
    private let groupNorm: Norm
    private let weights: Weights
    private let states: RetentionState<Float>.Heads
    private let overrides: UnsafePointer<HeadOverride>?
    private let q, k, v, g, retained, normed, gated: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - views: of one row.
    ///   - overrides: one for each head; nil for none.
    init(
      _ layer: MultiScaleRetentionLayer, _ views: Views, _ states: RetentionState<Float>.Heads, _ norms: NormOptions,
      overrides: UnsafePointer<HeadOverride>?, _ weights: Weights
    ) {
      widths = layer.widths
      gate = layer.gate == nil ? nil : layer.gateActivation
      self.norms = norms.retention.available(in: .recurrent, from: states.position)
      groupNorm = layer.groupNorm.norm(norms)
      (self.weights, self.states, self.overrides) = (weights, states, overrides)
      (q, k, v, g) = (views.q.base, views.k.base, views.v.base, views.g.base)
      (retained, normed, gated) = (views.retained.base, views.normed.base, views.gated.base)
    }

    func perform(part h: Int, thread: Int) {
      let (shared, headDim, valueDim) = (h / widths.group, widths.headDim, widths.valueDim)
      let override = overrides?[h] ?? .none
      let head = RetentionHead<Float>(gamma: override.gamma ?? Decay.gamma(head: h), norms: norms)
      let input = RetentionHead<Float>.Input(
        q: MatrixView(q + h * headDim, rows: 1, columns: headDim),
        k: MatrixView(k + shared * headDim, rows: 1, columns: headDim),
        v: MatrixView(v + shared * valueDim, rows: 1, columns: valueDim))
      let first = h * valueDim
      let output = MutableMatrixView(retained + first, rows: 1, columns: valueDim)
      states.advance(head: h) { _, state in
        if override.isFrozen {
          head.read(input, state: state.view, output: output)
        } else {
          head.recurrentForward(input, state: &state, output: output)
        }
      }
      _ = groupNorm.forward(retained + first, into: normed + first, columns: valueDim, weights)
      gate?.forward(g + first, normed + first, into: gated + first, count: valueDim)
      if override.scale != 1 { VectorMath.scale(gated + first, by: override.scale, count: valueDim) }
    }
  }

  /// The gradient of `retain`: sets d.q, d.k and d.v from d.retained.
  func retainBackward(_ views: Views, _ d: Views, _ states: SequenceStates?, _ pass: RetentionPass) {
    let (form, mask, scratch) = (pass.form, pass.mask, pass.workers.scratch(0))
    let norms = pass.norms.retention.available(in: form, from: 0)
    for (i, range) in pass.sequences.ranges.enumerated() where !range.isEmpty {
      for h in 0..<heads {
        let head = RetentionHead<Float>(gamma: Decay.gamma(head: h), norms: norms)
        // Query heads that share a key and value head add to its gradient; the first of them sets it.
        let accumulate = h % widths.group != 0
        let (input, dOutput) = (views.head(h, range).view, d.retained(h, range).view)
        let gradient = d.head(h, range)
        func chunkwise(_ length: Int) {
          func backward(_ past: RetentionHead<Float>.StateView?, _ dPast: MutableMatrixView<Float>?) {
            head.chunkwiseBackward(
              input, chunkLength: length, from: past, dPast: dPast, dOutput: dOutput, gradient: gradient,
              accumulate: accumulate, scratch: scratch)
          }
          if let states { states.readBefore(i, head: h, backward) } else { backward(nil, nil) }
        }
        switch form {
        case .parallel where mask != .causal:
          head.maskedBackward(
            input, mask: mask, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .parallel:
          precondition(states == nil, "the gradient of the parallel form begins with an empty state")
          head.parallelBackward(
            input, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .chunkwise(let length): chunkwise(length)
        case .recurrent: chunkwise(1)  // a chunk of one token is one recurrent step
        }
      }
    }
  }
}

extension RetentionHead {
  /// o = f q S of one token, without changing the state.
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
