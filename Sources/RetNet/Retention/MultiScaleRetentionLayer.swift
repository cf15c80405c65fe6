/// Multi-scale retention (Eq. 8): heads with different decays, then group norm, gate and output projection.
///
///     U = Norm(X)      Q = XPos(U W_q)   K = XPos(U W_k)   V = U W_v   G = U W_g
///     Y = (f(G) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o,   f the gate's activation
///
/// U = X unless the layer has a norm of its own. The retention of each head is in
/// `MultiScaleRetentionLayer+Heads.swift`.
///
/// A trivial type that holds the offsets of its weights in a layout: threads share a layer without reference counting.
/// `MultiScaleRetention` is the layer that owns its weights.
package struct MultiScaleRetentionLayer: Sendable, Hashable {
  package let modelDim: Int
  package let widths: HeadWidths
  /// The norm of the input; `off` unless the layer has its own.
  package let preNorm: Norm
  package let query: LinearMap
  package let key: LinearMap
  package let value: LinearMap
  /// W_g; nil without an output gate.
  package let gate: LinearMap?
  let gateActivation: Gate
  package let groupNorm: GroupNorm
  package let output: LinearMap

  /// - Parameters:
  ///   - preNorm: whether the layer has its own LayerNorm before the projections.
  ///   - prefix: the prefix of the tensors' names, without its dot; empty for none.
  package init(_ shape: RetentionLayerShape, preNorm: Bool = false, prefix: String, _ layout: inout ParameterLayout) {
    precondition(shape.problem == nil, shape.problem ?? "")
    modelDim = shape.modelDim
    widths = HeadWidths(shape)
    let (heads, headDim, valueDim) = (widths.heads, widths.headDim, widths.valueDim)
    precondition(
      shape.rotation.frequencies.count * 2 == headDim,
      "a rotation of \(shape.rotation.frequencies.count) pairs for heads of \(headDim)")
    func name(_ part: String) -> String { prefix.isEmpty ? part : "\(prefix).\(part)" }
    func linear(_ part: String, inputs: Int, outputs: Int, _ layout: inout ParameterLayout) -> LinearMap {
      LinearMap(name(part), inputs: inputs, outputs: outputs, bias: shape.bias, &layout)
    }
    let (names, modelDim) = (shape.names, shape.modelDim)
    self.preNorm =
      preNorm
      ? Norm(.layer(affine: true), name: name("pre_norm"), columns: modelDim, epsilon: shape.normEpsilon, &layout)
      : .off
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

  /// The intermediate values of `forward` that `backward` needs and viewers show; the same shapes hold their gradients.
  package final class Activations {
    /// U, `[rows, modelDim]`; empty without a norm.
    package let input: Buffer<Float>
    /// 1 / r of that norm, `[rows]`; empty without a norm.
    package let inputInverse: Buffer<Float>
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
    /// After the group norm, the same shape.
    package let normed: Buffer<Float>
    /// After the gate, the same shape.
    package let gated: Buffer<Float>
    /// 1 / r of the group norm, `[rows · heads]`.
    package let inverse: Buffer<Float>
    /// The states of sequences that continue from batch to batch; set before `forward`.
    package var states: SequenceStates?

    /// Numbers of one row.
    static func numbersPerRow(_ layer: MultiScaleRetentionLayer) -> Int {
      let outputs = layer.heads * layer.valueDim
      return (layer.preNorm == .off ? 0 : layer.modelDim + 1)
        + (layer.heads + layer.keyValueHeads) * layer.headDim + layer.keyValueHeads * layer.valueDim
        + (layer.gate == nil ? 2 : 4) * outputs + layer.heads
    }

    package init(_ layer: MultiScaleRetentionLayer, rows: Int) {
      let outputs = layer.heads * layer.valueDim
      input = Buffer(count: layer.preNorm == .off ? 0 : rows * layer.modelDim)
      inputInverse = Buffer(count: layer.preNorm == .off ? 0 : rows)
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
  ///   - y: `[rows, modelDim]`, added to; may be x if the layer has a norm.
  ///   - state: one batch entry per sequence, advanced in place; all sequences have the same length. nil if every
  ///     sequence begins with an empty state and the final state is discarded.
  package func forward(
    _ x: MatrixView<Float>, addingTo y: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    run(
      Rows(layer: self, x: x, y: y, activations: activations, pass: pass), rows: x.rows, state: state,
      activations: activations, pass)
  }

  private struct Rows: RowWork {
    let layer: MultiScaleRetentionLayer
    let x: MatrixView<Float>
    let y: MutableMatrixView<Float>
    let activations: Activations
    let pass: RetentionPass

    func beforeRetention(_ rows: Range<Int>) { layer.project(x, rows: rows, activations: activations, pass) }
    func afterRetention(_ rows: Range<Int>) { layer.finish(rows: rows, addingTo: y, activations: activations, pass) }
  }

  /// U, Q, K, V and G of the given rows, Q and K rotated.
  ///
  /// - Parameter x: the whole input, `[rows, modelDim]`.
  package func project(_ x: MatrixView<Float>, rows: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    let views = Views(self, rows: x.rows, activations)
    let input = normalizedInput(x, activations).rows(rows)
    if preNorm != .off {
      preNorm.forward(
        x.rows(rows), into: activations.input.matrix(rows: x.rows, columns: modelDim).rows(rows),
        inverse: activations.inputInverse.pointer + rows.lowerBound, pass.weights)
    }
    query.forward(input, into: views.q.rows(rows), pass.weights)
    key.forward(input, into: views.k.rows(rows), pass.weights)
    value.forward(input, into: views.v.rows(rows), pass.weights)
    gate?.forward(input, into: views.g.rows(rows), pass.weights)
    for (i, range) in pass.sequences.ranges.enumerated() where range.overlaps(rows) {
      let own = range.clamped(to: rows)
      let first = pass.angleRow(i) + own.lowerBound - range.lowerBound
      pass.angles.rotate(views.q.rows(own), heads: heads, from: first)
      pass.angles.rotate(views.k.rows(own), heads: keyValueHeads, from: first)
    }
  }

  /// Group norm, gate and output projection of the given rows.
  ///
  /// - Parameter y: the whole output, `[rows, modelDim]`, added to.
  package func finish(
    rows: Range<Int>, addingTo y: MutableMatrixView<Float>, activations: Activations, _ pass: RetentionPass
  ) {
    let views = Views(self, rows: y.rows, activations)
    normalizeAndGate(groups: rows.lowerBound * heads..<rows.upperBound * heads, views, pass.norms, pass.weights)
    output.forward(views.gated.view.rows(rows), into: y.rows(rows), adding: true, pass.weights)
  }

  /// Group norm and gate of the given groups. A group is one head of one row.
  func normalizeAndGate(groups: Range<Int>, _ views: Views, _ norms: NormOptions, _ weights: Weights) {
    let first = groups.lowerBound * valueDim
    func matrix(_ x: MutableMatrixView<Float>) -> MutableMatrixView<Float> {
      MutableMatrixView(x.base + first, rows: groups.count, columns: valueDim)
    }
    groupNorm.norm(norms).forward(
      matrix(views.retained).view, into: matrix(views.normed), inverse: views.inverse + groups.lowerBound, weights)
    guard gate != nil else { return }
    gateActivation.forward(
      views.g.base + first, views.normed.base + first, into: views.gated.base + first, count: groups.count * valueDim)
  }

  /// - Parameters:
  ///   - x: the unchanged input of `forward`, `[rows, modelDim]`. Every sequence began with an empty state or, in the
  ///     chunkwise and recurrent forms, with that of `activations.states`; its gradient is added to
  ///     `SequenceStates.gradient`.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, set, or added to if `adding` is true; may be dy if `adding` is true.
  ///   - gradientScratch: memory for the gradients of `activations`.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, adding: Bool = false,
    activations: Activations, gradientScratch: Activations, _ pass: RetentionPass, _ gradients: Gradients
  ) {
    let (views, d) = (Views(self, rows: x.rows, activations), Views(self, rows: x.rows, gradientScratch))
    let weights = pass.weights
    output.backward(views.gated.view, dy, into: d.gated, weights, gradients)
    if gate != nil {
      gateActivation.backward(
        views.g.base, views.normed.base, dy: d.gated.base, dGate: d.g.base, into: d.normed.base,
        count: x.rows * heads * valueDim)
    }
    groupNorm.norm(pass.norms).backward(
      views.groups(views.retained).view, d.groups(d.normed), inverse: views.inverse, into: d.groups(d.retained),
      weights, gradients)
    retainBackward(views, d, activations.states, pass)
    for (i, range) in pass.sequences.ranges.enumerated() {
      pass.angles.rotateBackward(d.q.rows(range), heads: heads, from: pass.angleRow(i))
      pass.angles.rotateBackward(d.k.rows(range), heads: keyValueHeads, from: pass.angleRow(i))
    }
    guard preNorm != .off else {
      return projectBackward(x, d, into: dx, adding: adding, weights, gradients)
    }
    let dInput = gradientScratch.input.matrix(rows: x.rows, columns: modelDim)
    projectBackward(normalizedInput(x, activations), d, into: dInput, adding: false, weights, gradients)
    preNorm.backward(
      x, dInput, inverse: activations.inputInverse.pointer, into: dx, adding: adding, weights, gradients)
  }

  /// dU, and the gradients of W_q, W_k, W_v and W_g.
  private func projectBackward(
    _ input: MatrixView<Float>, _ d: Views, into dInput: MutableMatrixView<Float>, adding: Bool, _ weights: Weights,
    _ gradients: Gradients
  ) {
    gate?.backward(input, d.g.view, into: dInput, adding: adding, weights, gradients)
    query.backward(input, d.q.view, into: dInput, adding: adding || gate != nil, weights, gradients)
    key.backward(input, d.k.view, into: dInput, adding: true, weights, gradients)
    value.backward(input, d.v.view, into: dInput, adding: true, weights, gradients)
  }

  /// U.
  private func normalizedInput(_ x: MatrixView<Float>, _ activations: Activations) -> MatrixView<Float> {
    preNorm == .off ? x : activations.input.view(rows: x.rows, columns: modelDim)
  }
}

extension MultiScaleRetentionLayer {
  /// The activations of one call, or their gradients, as matrices. A trivial type, like the layer.
  struct Views {
    let q, k, v, g, retained, normed, gated: MutableMatrixView<Float>
    /// `[rows · heads]`.
    let inverse: UnsafeMutablePointer<Float>
    private let widths: HeadWidths

    init(_ layer: MultiScaleRetentionLayer, rows: Int, _ activations: Activations) {
      widths = layer.widths
      let outputs = widths.heads * widths.valueDim
      q = activations.q.matrix(rows: rows, columns: widths.heads * widths.headDim)
      k = activations.k.matrix(rows: rows, columns: widths.keyValueHeads * widths.headDim)
      v = activations.v.matrix(rows: rows, columns: widths.keyValueHeads * widths.valueDim)
      retained = activations.retained.matrix(rows: rows, columns: outputs)
      normed = activations.normed.matrix(rows: rows, columns: outputs)
      // Without a gate, the group norm's output is the input of W_o.
      g = layer.gate == nil ? normed : activations.g.matrix(rows: rows, columns: outputs)
      gated = layer.gate == nil ? normed : activations.gated.matrix(rows: rows, columns: outputs)
      inverse = activations.inverse.pointer
    }

    /// `[rows, heads · valueDim]` as `[rows · heads, valueDim]`.
    func groups(_ x: MutableMatrixView<Float>) -> MutableMatrixView<Float> {
      MutableMatrixView(x.base, rows: x.rows * widths.heads, columns: widths.valueDim)
    }

    /// One query head of one sequence, with its key and value head.
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
}
