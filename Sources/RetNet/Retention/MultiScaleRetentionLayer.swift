/// Multi-scale retention (Eq. 8): every head with its own decay, then group norm, gate and output projection.
///
///     Q = XPos(X W_q)   K = XPos(X W_k)   V = X W_v   G = X W_g
///     Y = (f(G) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o,   f the gate's activation
///
/// It holds no numbers, only where they stand in a block of weights: `MultiScaleRetention` is the layer that owns its own.
package struct MultiScaleRetentionLayer: Sendable, Hashable {
  package let widths: HeadWidths
  package let decay: Decay
  package let rotation: XPos
  package let query: LinearMap
  package let key: LinearMap
  package let value: LinearMap
  /// W_g and its activation; nil where there is no output gate.
  package let gate: LinearMap?
  let gateActivation: Gate
  package let groupNorm: GroupNorm
  package let output: LinearMap

  /// - Parameter prefix: what stands before the tensors' names, with a dot between; empty where nothing does.
  package init(_ shape: RetentionLayerShape, prefix: String, _ layout: inout ParameterLayout) {
    precondition(shape.problem == nil, shape.problem ?? "")
    widths = HeadWidths(shape)
    let (heads, headDim, valueDim) = (widths.heads, widths.headDim, widths.valueDim)
    precondition(
      shape.rotation.frequencies.count * 2 == headDim,
      "a rotation of \(shape.rotation.frequencies.count) pairs for heads of \(headDim)")
    decay = Decay(heads: heads)
    rotation = shape.rotation
    func name(_ part: String) -> String { prefix.isEmpty ? part : "\(prefix).\(part)" }
    func linear(_ part: String, inputs: Int, outputs: Int, _ layout: inout ParameterLayout) -> LinearMap {
      LinearMap(name(part), inputs: inputs, outputs: outputs, bias: shape.bias, &layout)
    }
    let (names, modelDim) = (shape.names, shape.modelDim)
    query = linear(names.query, inputs: modelDim, outputs: heads * headDim, &layout)
    key = linear(names.key, inputs: modelDim, outputs: widths.keyValueHeads * headDim, &layout)
    value = linear(names.value, inputs: modelDim, outputs: widths.keyValueHeads * valueDim, &layout)
    let hasGate = shape.gate != nil
    gate = hasGate ? linear(names.gate, inputs: modelDim, outputs: heads * valueDim, &layout) : nil
    gateActivation = Gate(activation: shape.gate ?? .silu)
    groupNorm = GroupNorm(
      shape.groupNorm, name: name(names.groupNorm), valueDim: valueDim, epsilon: shape.normEpsilon, &layout)
    output = linear(names.output, inputs: heads * valueDim, outputs: modelDim, &layout)
  }

  /// Query heads.
  package var heads: Int { widths.heads }
  package var keyValueHeads: Int { widths.keyValueHeads }
  /// d_k of one head.
  package var headDim: Int { widths.headDim }
  /// d_v of one head.
  package var valueDim: Int { widths.valueDim }

  /// What `forward` computes on the way: `backward` and viewers read it.
  package final class Activations {
    /// Rotated queries, `[rows, heads · headDim]`.
    package let q: Buffer<Float>
    /// Rotated keys, `[rows, keyValueHeads · headDim]`.
    package let k: Buffer<Float>
    /// `[rows, keyValueHeads · valueDim]`.
    package let v: Buffer<Float>
    /// The gate before its activation, `[rows, heads · valueDim]`.
    package let g: Buffer<Float>
    /// Retention before the group norm, `[rows, heads · valueDim]`.
    package let retained: Buffer<Float>
    /// After it, likewise.
    package let normed: Buffer<Float>
    /// After the gate, likewise.
    package let gated: Buffer<Float>
    /// 1 / r of the group norm, `[rows · heads]`.
    package let inverse: Buffer<Float>
    /// Set before `forward` where sequences go on from batch to batch.
    package var states: SequenceStates?

    package init(_ layer: MultiScaleRetentionLayer, rows: Int) {
      let outputs = layer.heads * layer.valueDim
      q = Buffer(count: rows * layer.heads * layer.headDim)
      k = Buffer(count: rows * layer.keyValueHeads * layer.headDim)
      v = Buffer(count: rows * layer.keyValueHeads * layer.valueDim)
      g = Buffer(count: layer.gate == nil ? 0 : rows * outputs)
      retained = Buffer(count: rows * outputs)
      normed = Buffer(count: rows * outputs)
      gated = Buffer(count: layer.gate == nil ? 0 : rows * outputs)
      inverse = Buffer(count: rows * layer.heads)
    }
  }

  /// - Parameters:
  ///   - x: the input, `[rows, modelDim]`.
  ///   - state: one state with as many batch entries as there are sequences, all of one length, advanced in place; nil
  ///     where every sequence begins with an empty state that nobody asks for afterwards.
  ///   - y: `[rows, modelDim]`; the result is added to it.
  package func forward(
    _ x: MatrixView<Float>, addingTo y: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    let team = pass.workers.team
    let rowsOfPart = max((x.rows + team.threads - 1) / team.threads, 1)
    let parts = (x.rows + rowsOfPart - 1) / rowsOfPart
    func work(_ step: Work.Step) -> Work {
      Work(layer: self, step: step, x: x, y: y, activations: activations, pass: pass, rowsOfPart: rowsOfPart)
    }
    team.perform(work(.project), parts: parts)
    advance(state, pass) { states in team.perform(work(.retain(states)), parts: heads) }
    team.perform(work(.finish), parts: parts)
  }

  /// A step of `forward` that threads share: rows by blocks, retention by heads.
  private struct Work: TeamWork {
    enum Step {
      case project
      case retain(RetentionState<Float>.Heads?)
      case finish
    }

    let layer: MultiScaleRetentionLayer
    let step: Step
    let x: MatrixView<Float>
    let y: MutableMatrixView<Float>
    let activations: Activations
    let pass: RetentionPass
    let rowsOfPart: Int

    func perform(part: Int, thread: Int) {
      let rows = min(part * rowsOfPart, x.rows)..<min((part + 1) * rowsOfPart, x.rows)
      switch step {
      case .project: layer.project(x, rows: rows, activations: activations, pass)
      case .retain(let states):
        layer.retain(head: part, states, activations: activations, pass, scratch: pass.workers.scratch(thread))
      case .finish: layer.finish(rows: rows, addingTo: y, activations: activations, pass)
      }
    }
  }

  /// Q, K, V and G of some rows, Q and K rotated.
  ///
  /// - Parameter x: the whole input, `[rows, modelDim]`.
  package func project(_ x: MatrixView<Float>, rows: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    let views = views(rows: x.rows, activations)
    let input = x.rows(rows)
    query.forward(input, into: views.q.rows(rows), pass.weights)
    key.forward(input, into: views.k.rows(rows), pass.weights)
    value.forward(input, into: views.v.rows(rows), pass.weights)
    gate?.forward(input, into: views.g.rows(rows), pass.weights)
    rotate(rows: rows, activations: activations, pass)
  }

  /// Q and K of some rows, rotated in place.
  package func rotate(rows: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    let views = views(rows: pass.sequences.rows, activations)
    for (i, range) in pass.sequences.ranges.enumerated() where range.overlaps(rows) {
      let own = range.clamped(to: rows)
      let first = pass.angleRow(i) + own.lowerBound - range.lowerBound
      pass.angles.rotate(views.q.rows(own), heads: heads, from: first)
      pass.angles.rotate(views.k.rows(own), heads: keyValueHeads, from: first)
    }
  }

  /// Hands `body` the states of all heads, which it advances past the pass; nil where there is no state.
  package func advance(
    _ state: UnsafeMutablePointer<RetentionState<Float>>?, _ pass: RetentionPass,
    _ body: (RetentionState<Float>.Heads?) -> Void
  ) {
    guard let state else { return body(nil) }
    state.pointee.advance(by: pass.sequences.lengths.first ?? 0) { body($0) }
  }

  /// Retention of one head of every sequence.
  ///
  /// - Parameter states: what `advance` hands over.
  package func retain(
    head h: Int, _ states: RetentionState<Float>.Heads?, activations: Activations, _ pass: RetentionPass,
    scratch: RetentionScratch<Float>
  ) {
    let views = views(rows: pass.sequences.rows, activations)
    let ranges = pass.sequences.ranges
    if pass.mask != .causal {
      precondition(
        pass.form == .parallel && states == nil, "the \(pass.mask.name) mask is there in the parallel form, stateless")
      let head = RetentionHead<Float>(gamma: decay.gammas[h], norms: pass.norms.retention)
      for range in ranges where !range.isEmpty {
        head.maskedForward(
          views.head(h, range).view, mask: pass.mask, output: views.retained(h, range), scratch: scratch)
      }
      return
    }
    let head = RetentionHead<Float>(
      gamma: decay.gammas[h], norms: pass.norms.retention.available(in: pass.form, from: states?.position ?? 0))
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

  /// Group norm, gate and output projection of some rows.
  ///
  /// - Parameter y: the whole output, `[rows, modelDim]`; the result is added to it.
  package func finish(
    rows: Range<Int>, addingTo y: MutableMatrixView<Float>, activations: Activations, _ pass: RetentionPass
  ) {
    let views = views(rows: y.rows, activations)
    normalizeAndGate(groups: rows.lowerBound * heads..<rows.upperBound * heads, activations: activations, pass)
    output.forward(views.gated.view.rows(rows), into: y.rows(rows), adding: true, pass.weights)
  }

  /// Group norm and gate of some groups, each one head of one row.
  func normalizeAndGate(groups: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    let first = groups.lowerBound * valueDim
    func matrix(_ buffer: Buffer<Float>) -> MutableMatrixView<Float> {
      MutableMatrixView(buffer.pointer + first, rows: groups.count, columns: valueDim)
    }
    groupNorm.norm(pass.norms).forward(
      matrix(activations.retained).view, into: matrix(activations.normed),
      inverse: activations.inverse.pointer + groups.lowerBound,
      pass.weights)
    guard gate != nil else { return }
    gateActivation.forward(
      activations.g.pointer + first, activations.normed.pointer + first, into: activations.gated.pointer + first,
      count: groups.count * valueDim)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`; every sequence began with an empty state or, in the chunkwise
  ///     and recurrent forms, with what `activations` says, whose gradient goes no further than to `SequenceStates.gradient`.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, set.
  ///   - gradientScratch: memory for the gradients of what `activations` holds.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, activations: Activations,
    gradientScratch: Activations, _ pass: RetentionPass, _ gradients: Gradients
  ) {
    let (views, d) = (views(rows: x.rows, activations), views(rows: x.rows, gradientScratch))
    let weights = pass.weights
    if let gate {
      output.backward(views.gated.view, dy, into: d.gated, weights, gradients)
      gateActivation.backward(
        activations.g.pointer, activations.normed.pointer, dy: gradientScratch.gated.pointer,
        dGate: gradientScratch.g.pointer, into: gradientScratch.normed.pointer, count: x.rows * heads * valueDim)
      gate.backward(x, d.g.view, into: dx, weights, gradients)
    } else {
      output.backward(views.normed.view, dy, into: d.normed, weights, gradients)
    }
    groupNorm.norm(pass.norms).backward(
      views.heads(views.retained).view, d.heads(d.normed), inverse: activations.inverse.pointer,
      into: d.heads(d.retained),
      weights, gradients)
    retainBackward(views, d, activations.states, pass)
    for (i, range) in pass.sequences.ranges.enumerated() {
      pass.angles.rotateBackward(d.q.rows(range), heads: heads, from: pass.angleRow(i))
      pass.angles.rotateBackward(d.k.rows(range), heads: keyValueHeads, from: pass.angleRow(i))
    }
    query.backward(x, d.q.view, into: dx, adding: gate != nil, weights, gradients)
    key.backward(x, d.k.view, into: dx, adding: true, weights, gradients)
    value.backward(x, d.v.view, into: dx, adding: true, weights, gradients)
  }
}

extension MultiScaleRetentionLayer {
  private func views(rows: Int, _ activations: Activations) -> Views {
    Views(widths, hasGate: gate != nil, rows: rows, activations)
  }

  /// The saved values of one call as matrices.
  private struct Views {
    let q, k, v, g, retained, normed, gated: MutableMatrixView<Float>
    private let widths: HeadWidths

    init(_ widths: HeadWidths, hasGate: Bool, rows: Int, _ activations: Activations) {
      self.widths = widths
      let outputs = widths.heads * widths.valueDim
      q = activations.q.matrix(rows: rows, columns: widths.heads * widths.headDim)
      k = activations.k.matrix(rows: rows, columns: widths.keyValueHeads * widths.headDim)
      v = activations.v.matrix(rows: rows, columns: widths.keyValueHeads * widths.valueDim)
      retained = activations.retained.matrix(rows: rows, columns: outputs)
      normed = activations.normed.matrix(rows: rows, columns: outputs)
      g = hasGate ? activations.g.matrix(rows: rows, columns: outputs) : normed
      gated = hasGate ? activations.gated.matrix(rows: rows, columns: outputs) : normed
    }

    /// `[rows, heads · valueDim]` seen as `[rows · heads, valueDim]`.
    func heads(_ x: MutableMatrixView<Float>) -> MutableMatrixView<Float> {
      MutableMatrixView(x.base, rows: x.rows * widths.heads, columns: widths.valueDim)
    }

    /// One query head of one sequence, with the key and value head that serves it.
    func head(_ h: Int, _ range: Range<Int>) -> RetentionHead<Float>.MutableInput {
      let (shared, headDim, valueDim) = (h / widths.group, widths.headDim, widths.valueDim)
      return .init(
        q: q.rows(range).columns(h * headDim, headDim),
        k: k.rows(range).columns(shared * headDim, headDim),
        v: v.rows(range).columns(shared * valueDim, valueDim))
    }

    func retained(_ h: Int, _ range: Range<Int>) -> MutableMatrixView<Float> {
      retained.rows(range).columns(h * widths.valueDim, widths.valueDim)
    }
  }

  private func retainBackward(_ views: Views, _ d: Views, _ states: SequenceStates?, _ pass: RetentionPass) {
    let (form, mask, scratch) = (pass.form, pass.mask, pass.workers.scratch(0))
    let norms = pass.norms.retention.available(in: form, from: 0)
    for (i, range) in pass.sequences.ranges.enumerated() where !range.isEmpty {
      for h in 0..<heads {
        let head = RetentionHead<Float>(gamma: decay.gammas[h], norms: norms)
        // The heads that share a key and value head add up in its gradient; the first of them sets it.
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
          precondition(states == nil, "the parallel form's gradient begins with an empty state")
          head.parallelBackward(
            input, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .chunkwise(let length): chunkwise(length)
        case .recurrent: chunkwise(1)  // the same gradient: a chunk of one token is one recurrent step
        }
      }
    }
  }
}
