/// Compares the forms with the reference in one layer after the other, each on the very q, k and v that the layer met.
///
/// The memory of one layer serves all: it grows with tokens · heads, never with tokens².
final class LayerVerification {
  private let forms: [RetentionForm]
  private let norms: NormOptions
  private let computation: RetentionHead<Float>.Computation
  private let time: Int
  private let heads: Int
  private let valueDim: Int
  private let reference = RetentionReference()

  /// o in Double and what rounding may add, `[time, heads · valueDim]`.
  private let output: Buffer<Double>
  private let bound: Buffer<Double>
  /// Norm 3's divisor, `[time, heads]`.
  private let divisor: Buffer<Double>
  /// The group norm of o, what rounding may add, and what o and its bound are where a form leaves the divisor out.
  private let normed: Rows
  private let undivided: Rows
  /// One form's output before and after the group norm, and the norm's 1 / r.
  private let found: Buffer<Float>
  private let foundNormed: Buffer<Float>
  private let inverse: Buffer<Float>
  private let state: Buffer<Float>
  private let keySum: Buffer<Double>

  /// A row of values and of bounds, `[valueDim]`.
  private struct Rows {
    let values, bounds, normed, normedBounds: Buffer<Double>

    init(_ count: Int) {
      (values, bounds) = (Buffer(count: count), Buffer(count: count))
      (normed, normedBounds) = (Buffer(count: count), Buffer(count: count))
    }
  }

  /// - Parameters:
  ///   - layer: gives the sizes, which all layers share.
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
    (found, foundNormed) = (Buffer(count: count), Buffer(count: count))
    inverse = Buffer(count: time * heads)
    state = Buffer(count: layer.headDim * valueDim)
    keySum = Buffer(count: layer.headDim)
  }

  /// Sums one head in Double.
  ///
  /// - Parameter result: o in Float32, `[time, valueDim]`, set.
  /// - Returns: the size of the rounding budget at each token: the root mean square over its entries.
  func sum(_ head: RetentionHead<Float>, index: Int, _ input: RetentionHead<Float>.Input, into result: Matrix<Float>)
    -> [Double]
  {
    let rows = RetentionReference.Rows(
      output: view(output, index), bound: view(bound, index),
      divisor: divisor.matrix(rows: time, columns: heads).columns(index, 1))
    reference.sum(head, input, into: rows)
    return (0..<time).map { n in
      let (exact, limits) = (rows.output.row(n), view(bound, index).row(n))
      var squares = 0.0
      for j in 0..<valueDim {
        result.row(n)[j] = Float(exact[j])
        squares += limits[j] * limits[j]
      }
      return (squares / Double(valueDim)).squareRoot()
    }
  }

  /// Runs every form on all heads of a layer, which have been summed before, and compares.
  ///
  /// - Parameter inputs: one for each head, with the head's decay.
  func compare(
    layer index: Int, _ layer: MultiScaleRetentionLayer, _ inputs: [(RetentionHead<Float>, RetentionHead<Float>.Input)],
    _ weights: Weights
  ) -> [HeadFinding] {
    let norm = layer.groupNorm.norm(norms)
    let exactNorm = GroupNormReference(norm, weights)
    var findings: [HeadFinding] = []
    for form in forms {
      let available = norms.retention.available(in: form, from: 0)
      let isExact = available == norms.retention
      // Without a group norm nothing takes the missing divisor away again.
      guard isExact || exactNorm.isOn else { continue }
      for (h, (head, input)) in inputs.enumerated() {
        run(RetentionHead(gamma: head.gamma, norms: available), form, input, into: view(found, h))
      }
      norm.forward(
        found.matrix(rows: time * heads, columns: valueDim),
        into: foundNormed.matrix(rows: time * heads, columns: valueDim),
        inverse: inverse.pointer, weights)
      for h in 0..<heads {
        if isExact { findings.append(compareBefore(layer: index, h, form)) }
        findings.append(compareAfter(layer: index, h, form, exactNorm, isExact: isExact))
      }
    }
    return findings
  }

  private func run(
    _ head: RetentionHead<Float>, _ form: RetentionForm, _ input: RetentionHead<Float>.Input, into output: Matrix<Float>
  ) {
    state.zero()
    keySum.zero()
    var empty = RetentionHead<Float>.State(
      matrix: state.matrix(rows: input.headDim, columns: input.valueDim), keySum: keySum.pointer, decaySum: 0,
      isEmpty: true)
    computation(head, form, input, &empty, output)
  }

  private func compareBefore(layer: Int, _ h: Int, _ form: RetentionForm) -> HeadFinding {
    let (exact, limits, found) = (view(output, h), view(bound, h), view(found, h))
    var finding = HeadFinding(
      layer: layer, head: h, stage: .beforeGroupNorm, form: form, magnitude: 0, budget: 0)
    for n in 0..<time { finding.add(found.row(n), exact.row(n), limits.row(n), count: valueDim, token: n) }
    return finding
  }

  private func compareAfter(
    layer: Int, _ h: Int, _ form: RetentionForm, _ norm: GroupNormReference, isExact: Bool
  ) -> HeadFinding {
    let (exact, limits, found) = (view(output, h), view(bound, h), view(foundNormed, h))
    var finding = HeadFinding(layer: layer, head: h, stage: .afterGroupNorm, form: form, magnitude: 0, budget: 0)
    for n in 0..<time {
      let (values, bounds) = (normed.normed.pointer, normed.normedBounds.pointer)
      norm.forward(exact.row(n), error: limits.row(n), head: h, into: values, bound: bounds, count: valueDim)
      if !isExact { leaveDivisorOut(exact.row(n), limits.row(n), divisor.pointer[n * heads + h], head: h, norm) }
      finding.add(found.row(n), values, bounds, count: valueDim, token: n)
    }
    return finding
  }

  /// Widens the bounds of the group norm by ε's share in what a form without norm 3's divisor D gives:
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
  private func view<Scalar>(_ buffer: Buffer<Scalar>, _ head: Int) -> Matrix<Scalar> {
    buffer.matrix(rows: time, columns: heads * valueDim).columns(head * valueDim, valueDim)
  }
}

extension HeadFinding {
  fileprivate mutating func add(
    _ found: UnsafePointer<Float>, _ exact: UnsafePointer<Double>, _ bound: UnsafePointer<Double>, count: Int,
    token: Int
  ) {
    for j in 0..<count {
      magnitude = max(magnitude, abs(exact[j]))
      budget = max(budget, bound[j])
      deviation.add(Double(found[j]), exact[j], budget: bound[j], token: token)
    }
  }
}
