/// Multi-scale retention (Eq. 8): every head with its own decay, then group norm, gate and output projection.
///
///     Q = XPos(X W_q)   K = XPos(X W_k)   V = X W_v   G = X W_g
///     Y = (f(G) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o,   f the gate's activation
///
/// It holds no numbers, only where they stand in a block of weights: `MultiScaleRetention` is the layer that owns its own.
struct MultiScaleRetentionLayer: Sendable, Hashable {
  let heads: Int
  let keyValueHeads: Int
  /// d_k of one head.
  let headDim: Int
  /// d_v of one head.
  let valueDim: Int
  let decay: Decay
  let rotation: XPos
  let query: Linear
  let key: Linear
  let value: Linear
  /// W_g and its activation; nil where there is no output gate.
  let gate: Linear?
  let gateActivation: Gate
  let groupNorm: GroupNorm
  let output: Linear

  /// - Parameter prefix: what stands before the tensors' names, with a dot between; empty where nothing does.
  init(_ shape: RetentionLayerShape, prefix: String, _ layout: inout ParameterLayout) {
    precondition(shape.problem == nil, shape.problem ?? "")
    heads = shape.heads
    keyValueHeads = shape.keyValueHeads
    headDim = shape.keyDim / shape.heads
    valueDim = shape.valueDim / shape.heads
    precondition(
      shape.rotation.frequencies.count * 2 == headDim,
      "a rotation of \(shape.rotation.frequencies.count) pairs for heads of \(headDim)")
    decay = Decay(heads: heads)
    rotation = shape.rotation
    func name(_ part: String) -> String { prefix.isEmpty ? part : "\(prefix).\(part)" }
    func linear(_ part: String, inputs: Int, outputs: Int, _ layout: inout ParameterLayout) -> Linear {
      Linear(name(part), inputs: inputs, outputs: outputs, bias: shape.bias, &layout)
    }
    let (names, modelDim) = (shape.names, shape.modelDim)
    query = linear(names.query, inputs: modelDim, outputs: heads * headDim, &layout)
    key = linear(names.key, inputs: modelDim, outputs: keyValueHeads * headDim, &layout)
    value = linear(names.value, inputs: modelDim, outputs: keyValueHeads * valueDim, &layout)
    let hasGate = shape.gate != nil
    gate = hasGate ? linear(names.gate, inputs: modelDim, outputs: heads * valueDim, &layout) : nil
    gateActivation = Gate(activation: shape.gate ?? .silu)
    groupNorm = GroupNorm(
      shape.groupNorm, name: name(names.groupNorm), valueDim: valueDim, epsilon: shape.normEpsilon, &layout)
    output = linear(names.output, inputs: heads * valueDim, outputs: modelDim, &layout)
  }

  /// What `forward` computes on the way: `backward` and viewers read it.
  final class Saved {
    /// Rotated queries, `[rows, heads · headDim]`.
    let q: Buffer<Float>
    /// Rotated keys, `[rows, keyValueHeads · headDim]`.
    let k: Buffer<Float>
    /// `[rows, keyValueHeads · valueDim]`.
    let v: Buffer<Float>
    /// The gate before its activation, `[rows, heads · valueDim]`.
    let g: Buffer<Float>
    /// Retention before the group norm, `[rows, heads · valueDim]`.
    let retained: Buffer<Float>
    /// After it, likewise.
    let normed: Buffer<Float>
    /// After the gate, likewise.
    let gated: Buffer<Float>
    /// 1 / r of the group norm, `[rows · heads]`.
    let inverse: Buffer<Float>

    init(_ layer: MultiScaleRetentionLayer, rows: Int) {
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
  ///   - sequences: which rows make one text.
  ///   - angles: the rotation of each row's position, counted from the beginning of its sequence.
  ///   - state: one state with as many batch entries as there are sequences, all of one length, advanced in place; nil
  ///     where every sequence begins with an empty state that nobody asks for afterwards.
  ///   - mask: other than causal only in the parallel form, without a state, and as long as every sequence.
  ///   - y: `[rows, modelDim]`; the result is added to it.
  func forward(
    _ x: Matrix<Float>, sequences: Sequences, angles: XPos.Angles, form: RetentionForm, norms: NormOptions,
    mask: RetentionMask = .causal, state: UnsafeMutablePointer<RetentionState<Float>>?, addingTo y: Matrix<Float>,
    saved: Saved,
    scratch: RetentionScratch<Float>, _ weights: Weights
  ) {
    let views = Views(self, rows: x.rows, saved)
    query.forward(x, into: views.q, weights)
    key.forward(x, into: views.k, weights)
    value.forward(x, into: views.v, weights)
    for range in sequences.ranges {
      angles.rotate(views.q.rows(range), heads: heads)
      angles.rotate(views.k.rows(range), heads: keyValueHeads)
    }
    if mask == .causal {
      retain(views, sequences: sequences, form: form, norms: norms.retention, state: state, scratch: scratch)
    } else {
      precondition(form == .parallel && state == nil, "the \(mask.name) mask is there in the parallel form, stateless")
      for range in sequences.ranges where !range.isEmpty {
        for h in 0..<heads {
          RetentionHead(gamma: decay.gammas[h], norms: norms.retention).maskedForward(
            views.head(h, range), mask: mask, output: views.retained(h, range), scratch: scratch)
        }
      }
    }
    groupNorm.norm(norms)
      .forward(views.heads(views.retained), into: views.heads(views.normed), inverse: saved.inverse.pointer, weights)
    if let gate {
      gate.forward(x, into: views.g, weights)
      gateActivation.forward(
        saved.g.pointer, saved.normed.pointer, into: saved.gated.pointer, count: x.rows * heads * valueDim)
      output.forward(views.gated, into: y, adding: true, weights)
    } else {
      output.forward(views.normed, into: y, adding: true, weights)
    }
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`; every sequence began with an empty state.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, set.
  ///   - gradientScratch: memory for the gradients of what `saved` holds.
  func backward(
    _ x: Matrix<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>, sequences: Sequences, angles: XPos.Angles,
    form: RetentionForm, norms: NormOptions, mask: RetentionMask = .causal, saved: Saved, gradientScratch: Saved,
    scratch: RetentionScratch<Float>,
    _ weights: Weights, _ gradients: Gradients
  ) {
    let (views, d) = (Views(self, rows: x.rows, saved), Views(self, rows: x.rows, gradientScratch))
    if let gate {
      output.backward(views.gated, dy, into: d.gated, weights, gradients)
      gateActivation.backward(
        saved.g.pointer, saved.normed.pointer, dy: gradientScratch.gated.pointer,
        dGate: gradientScratch.g.pointer, into: gradientScratch.normed.pointer, count: x.rows * heads * valueDim)
      gate.backward(x, d.g, into: dx, weights, gradients)
    } else {
      output.backward(views.normed, dy, into: d.normed, weights, gradients)
    }
    groupNorm.norm(norms).backward(
      views.heads(views.retained), d.heads(d.normed), inverse: saved.inverse.pointer, into: d.heads(d.retained),
      weights, gradients)
    retainBackward(
      views, d, sequences: sequences, form: form, norms: norms.retention, mask: mask, scratch: scratch)
    for range in sequences.ranges {
      angles.rotateBackward(d.q.rows(range), heads: heads)
      angles.rotateBackward(d.k.rows(range), heads: keyValueHeads)
    }
    query.backward(x, d.q, into: dx, adding: gate != nil, weights, gradients)
    key.backward(x, d.k, into: dx, adding: true, weights, gradients)
    value.backward(x, d.v, into: dx, adding: true, weights, gradients)
  }
}

extension MultiScaleRetentionLayer {
  /// The saved values of one call as matrices.
  private struct Views {
    let q, k, v, g, retained, normed, gated: Matrix<Float>
    let layer: MultiScaleRetentionLayer

    init(_ layer: MultiScaleRetentionLayer, rows: Int, _ saved: Saved) {
      self.layer = layer
      let outputs = layer.heads * layer.valueDim
      q = saved.q.matrix(rows: rows, columns: layer.heads * layer.headDim)
      k = saved.k.matrix(rows: rows, columns: layer.keyValueHeads * layer.headDim)
      v = saved.v.matrix(rows: rows, columns: layer.keyValueHeads * layer.valueDim)
      retained = saved.retained.matrix(rows: rows, columns: outputs)
      normed = saved.normed.matrix(rows: rows, columns: outputs)
      let hasGate = layer.gate != nil
      g = hasGate ? saved.g.matrix(rows: rows, columns: outputs) : normed
      gated = hasGate ? saved.gated.matrix(rows: rows, columns: outputs) : normed
    }

    /// `[rows, heads · valueDim]` seen as `[rows · heads, valueDim]`.
    func heads(_ x: Matrix<Float>) -> Matrix<Float> {
      Matrix(x.base, rows: x.rows * layer.heads, columns: layer.valueDim)
    }

    /// One query head of one sequence, with the key and value head that serves it.
    func head(_ h: Int, _ range: Range<Int>) -> RetentionHead<Float>.Input {
      let shared = h / (layer.heads / layer.keyValueHeads)
      return .init(
        q: q.rows(range).columns(h * layer.headDim, layer.headDim),
        k: k.rows(range).columns(shared * layer.headDim, layer.headDim),
        v: v.rows(range).columns(shared * layer.valueDim, layer.valueDim))
    }

    func retained(_ h: Int, _ range: Range<Int>) -> Matrix<Float> {
      retained.rows(range).columns(h * layer.valueDim, layer.valueDim)
    }
  }

  /// Retention of every head of every sequence.
  private func retain(
    _ views: Views, sequences: Sequences, form: RetentionForm, norms: RetentionNorms,
    state: UnsafeMutablePointer<RetentionState<Float>>?, scratch: RetentionScratch<Float>
  ) {
    let available = norms.available(in: form, from: state?.pointee.position ?? 0)
    func run(_ h: Int, _ range: Range<Int>, _ headState: inout RetentionHead<Float>.State) {
      RetentionHead(gamma: decay.gammas[h], norms: available).forward(
        form, views.head(h, range), state: &headState, output: views.retained(h, range), scratch: scratch)
    }
    if let state {
      state.pointee.advance(by: sequences.lengths.first ?? 0) { b, h, headState in
        run(h, sequences.ranges[b], &headState)
      }
    } else {
      for range in sequences.ranges {
        for h in 0..<heads {
          var empty = scratch.emptyState(headDim: headDim, valueDim: valueDim)
          run(h, range, &empty)
        }
      }
    }
  }

  private func retainBackward(
    _ views: Views, _ d: Views, sequences: Sequences, form: RetentionForm, norms: RetentionNorms,
    mask: RetentionMask, scratch: RetentionScratch<Float>
  ) {
    for range in sequences.ranges where !range.isEmpty {
      for h in 0..<heads {
        let head = RetentionHead<Float>(gamma: decay.gammas[h], norms: norms.available(in: form, from: 0))
        // The heads that share a key and value head add up in its gradient; the first of them sets it.
        let accumulate = h % (heads / keyValueHeads) != 0
        let (input, gradient, dOutput) = (views.head(h, range), d.head(h, range), d.retained(h, range))
        switch form {
        case .parallel where mask != .causal:
          head.maskedBackward(
            input, mask: mask, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .parallel:
          head.parallelBackward(
            input, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .chunkwise(let length):
          head.chunkwiseBackward(
            input, chunkLength: length, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        case .recurrent:
          // The same gradient: a chunk of one token is one recurrent step.
          head.chunkwiseBackward(
            input, chunkLength: 1, dOutput: dOutput, gradient: gradient, accumulate: accumulate, scratch: scratch)
        }
      }
    }
  }
}
