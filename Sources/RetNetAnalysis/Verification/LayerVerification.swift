import RetNet

/// Compares the forms with the reference layer by layer, on the q, k and v of each layer.
///
/// All layers share the same buffers, which grow with tokens · heads, not with tokens².
final class LayerVerification {
  private let forms: [RetentionForm]
  private let norms: NormOptions
  private let computation: RetentionHead<Float>.Computation
  private let time: Int
  private let heads: Int
  private let valueDim: Int
  private let reference = RetentionReference()

  /// o in Double and its rounding bound, `[time, heads · valueDim]`.
  private let output: Buffer<Double>
  private let bound: Buffer<Double>
  /// Norm 3's divisor, `[time, heads]`.
  private let divisor: Buffer<Double>
  /// The group norm of o with its bound, and o with its bound for a form without the divisor.
  private let normed: Rows
  private let undivided: Rows
  /// One form's output.
  private let found: FormOutputs

  /// Values and bounds of one token, before and after the norm, `[valueDim]`.
  private struct Rows {
    let values, bounds, normed, normedBounds: Buffer<Double>

    init(_ count: Int) {
      (values, bounds) = (Buffer(count: count), Buffer(count: count))
      (normed, normedBounds) = (Buffer(count: count), Buffer(count: count))
    }
  }

  /// - Parameters:
  ///   - layer: has the sizes of all layers.
  ///   - computation: computes a head in a form.
  init(
    _ layer: MultiScaleRetentionLayer, time: Int, forms: [RetentionForm], norms: NormOptions,
    computation: @escaping RetentionHead<Float>.Computation
  ) {
    (self.time, self.forms, self.norms, self.computation) = (time, forms, norms, computation)
    (heads, valueDim) = (layer.heads, layer.valueDim)
    let count = time * heads * valueDim
    (output, bound) = (Buffer(count: count), Buffer(count: count))
    divisor = Buffer(count: time * heads)
    (normed, undivided) = (Rows(valueDim), Rows(valueDim))
    found = FormOutputs(layer, time: time)
  }

  /// Bytes for `time` tokens: q, k, v and o in Float32, in Double and with their bounds.
  static func bytes(_ layer: MultiScaleRetentionLayer, time: Int) -> Double {
    24 * Double(time) * Double(layer.heads * (layer.headDim + layer.valueDim))
  }

  /// Sums one head in Double.
  ///
  /// - Parameter result: is set to o in Float32, `[time, valueDim]`.
  /// - Returns: the rounding budget of each token, the root mean square over its entries.
  func sum(
    _ head: RetentionHead<Float>, index: Int, _ input: RetentionHead<Float>.Input, into result: MutableMatrixView<Float>
  ) -> [Double] {
    let rows = RetentionReference.Rows(
      output: columns(output, index), bound: columns(bound, index),
      divisor: divisor.matrix(rows: time, columns: heads).columns(index, 1))
    reference.sum(head, input, into: rows)
    return (0..<time).map { n in
      let (exact, limits) = (rows.output.row(n), columns(bound, index).row(n))
      var squares = 0.0
      for j in 0..<valueDim {
        result.row(n)[j] = Float(exact[j])
        squares += limits[j] * limits[j]
      }
      return (squares / Double(valueDim)).squareRoot()
    }
  }

  /// One head's output in one form, and the reference.
  struct Comparison {
    var form: RetentionForm
    /// Whether the form computes the chosen norms.
    var isExact: Bool
    var head: Int
    var stage: HeadFinding.Stage
    /// A token's numbers, each `[valueDim]`, valid until the next call.
    var row: (_ token: Int) -> Row

    struct Row {
      var found: UnsafePointer<Float>
      var exact: UnsafePointer<Double>
      /// The rounding bound of their difference.
      var bound: UnsafePointer<Double>
    }
  }

  /// Runs every form on all heads of a layer, and compares with the result of `sum`, which must have run before.
  ///
  /// - Parameter inputs: one for each head, with the head's decay.
  func compare(
    layer index: Int, _ layer: MultiScaleRetentionLayer, _ inputs: [(RetentionHead<Float>, RetentionHead<Float>.Input)],
    _ weights: Weights
  ) -> [HeadFinding] {
    var findings: [HeadFinding] = []
    compare(layer, inputs, weights) { comparison in
      var finding = HeadFinding(
        layer: index, head: comparison.head, stage: comparison.stage, form: comparison.form, magnitude: 0, budget: 0)
      for n in 0..<time { finding.add(comparison.row(n), count: valueDim, token: n) }
      findings.append(finding)
    }
    return findings
  }

  /// As above, passing each comparison to `body`, ordered by form, then head, then before and after the group norm.
  func compare(
    _ layer: MultiScaleRetentionLayer, _ inputs: [(RetentionHead<Float>, RetentionHead<Float>.Input)],
    _ weights: Weights, _ body: (Comparison) throws -> Void
  ) rethrows {
    let norm = layer.groupNorm.norm(norms)
    let exactNorm = GroupNormReference(norm, weights)
    for form in forms {
      let available = norms.retention.available(in: form, from: 0)
      let isExact = available == norms.retention
      // Without a group norm, the missing divisor remains visible.
      guard isExact || exactNorm.isOn else { continue }
      let heads = inputs.map { (RetentionHead<Float>(gamma: $0.gamma, norms: available), $1) }
      found.run(form, heads, norm: norm, weights, computation: computation)
      for h in inputs.indices {
        if isExact {
          try body(
            Comparison(form: form, isExact: true, head: h, stage: .beforeGroupNorm) { n in self.rowBefore(h, n) })
        }
        try body(
          Comparison(form: form, isExact: isExact, head: h, stage: .afterGroupNorm) { n in
            self.rowAfter(h, n, exactNorm, isExact: isExact)
          })
      }
    }
  }

  private func rowBefore(_ h: Int, _ n: Int) -> Comparison.Row {
    .init(found: found.before(h).row(n), exact: columns(output, h).row(n), bound: columns(bound, h).row(n))
  }

  private func rowAfter(_ h: Int, _ n: Int, _ norm: GroupNormReference, isExact: Bool) -> Comparison.Row {
    let (exact, limits) = (columns(output, h).row(n), columns(bound, h).row(n))
    let (values, bounds) = (normed.normed.pointer, normed.normedBounds.pointer)
    norm.forward(exact, error: limits, head: h, into: values, bound: bounds, count: valueDim)
    if !isExact { leaveDivisorOut(exact, limits, divisor.pointer[n * heads + h], head: h, norm) }
    return .init(found: found.after(h).row(n), exact: values, bound: bounds)
  }

  /// Widens the bounds of the group norm for a form without norm 3's divisor D, by the effect of ε:
  ///
  ///     |norm(D o) − norm(o)|, which is 0 for ε = 0, and the rounding of norm(D o) in place of that of norm(o).
  private func leaveDivisorOut(
    _ exact: UnsafePointer<Double>, _ limits: UnsafePointer<Double>, _ divisor: Double, head: Int,
    _ norm: GroupNormReference
  ) {
    for j in 0..<valueDim {
      undivided.values.pointer[j] = divisor * exact[j]
      undivided.bounds.pointer[j] = divisor * limits[j]
    }
    norm.forward(
      undivided.values.pointer, error: undivided.bounds.pointer, head: head, into: undivided.normed.pointer,
      bound: undivided.normedBounds.pointer, count: valueDim)
    for j in 0..<valueDim {
      let share = abs(undivided.normed.pointer[j] - normed.normed.pointer[j])
      normed.normedBounds.pointer[j] = share + undivided.normedBounds.pointer[j]
    }
  }

  /// One head's columns of `[time, heads · valueDim]`.
  private func columns(_ buffer: Buffer<Double>, _ head: Int) -> MutableMatrixView<Double> {
    buffer.matrix(rows: time, columns: heads * valueDim).columns(head * valueDim, valueDim)
  }
}

extension HeadFinding {
  fileprivate mutating func add(_ row: LayerVerification.Comparison.Row, count: Int, token: Int) {
    for j in 0..<count {
      magnitude = max(magnitude, abs(row.exact[j]))
      budget = max(budget, row.bound[j])
      deviation.add(Double(row.found[j]), row.exact[j], budget: row.bound[j], token: token)
    }
  }
}
