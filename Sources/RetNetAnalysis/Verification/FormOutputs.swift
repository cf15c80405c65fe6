import RetNet

/// Retention of one layer in one form, before and after the group norm. The buffers are reused for each form.
final class FormOutputs {
  private let time: Int
  private let heads: Int
  private let valueDim: Int
  /// `[time, heads · valueDim]`
  private let retained: Buffer<Float>
  private let normed: Buffer<Float>
  /// The norm's 1 / r.
  private let inverse: Buffer<Float>
  private let state: Buffer<Float>
  private let keySum: Buffer<Double>

  init(_ layer: MultiScaleRetentionLayer, time: Int) {
    (self.time, heads, valueDim) = (time, layer.heads, layer.valueDim)
    let count = time * heads * valueDim
    (retained, normed) = (Buffer(count: count), Buffer(count: count))
    inverse = Buffer(count: time * heads)
    state = Buffer(count: layer.headDim * valueDim)
    keySum = Buffer(count: layer.headDim)
  }

  /// Runs a form on all heads from an empty state.
  ///
  /// - Parameters:
  ///   - inputs: one for each head, with the head's decay and the norms that the form can compute.
  ///   - norm: the group norm that follows.
  ///   - computation: computes a head in a form.
  func run(
    _ form: RetentionForm, _ inputs: [(RetentionHead<Float>, RetentionHead<Float>.Input)], norm: Norm,
    _ weights: Weights, computation: RetentionHead<Float>.Computation
  ) {
    for (h, (head, input)) in inputs.enumerated() {
      state.zero()
      keySum.zero()
      var empty = RetentionHead<Float>.State(
        matrix: state.matrix(rows: input.headDim, columns: valueDim), keySum: keySum.pointer, decaySum: 0,
        isEmpty: true)
      computation(head, form, input, &empty, columns(retained, h))
    }
    let groups = time * heads
    norm.forward(
      retained.view(rows: groups, columns: valueDim), into: normed.matrix(rows: groups, columns: valueDim),
      inverse: inverse.pointer, weights)
  }

  /// One head's output before the group norm, `[time, valueDim]`.
  func before(_ head: Int) -> MatrixView<Float> { columns(retained, head).view }

  /// Likewise after it.
  func after(_ head: Int) -> MatrixView<Float> { columns(normed, head).view }

  private func columns(_ buffer: Buffer<Float>, _ head: Int) -> MutableMatrixView<Float> {
    buffer.matrix(rows: time, columns: heads * valueDim).columns(head * valueDim, valueDim)
  }
}
