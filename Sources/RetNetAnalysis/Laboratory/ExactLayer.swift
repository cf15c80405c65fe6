import RetNet

/// One layer's retention under one setting of the norms: Eq. 4 and the group norm, both in Double.
struct ExactLayer {
  struct Head {
    /// f_n, the joint factor of norms 1 to 3, `[time]`.
    var factors: [Double]
    /// o before the group norm, `[time, valueDim]`.
    var before: [Double]
    /// Likewise after it.
    var after: [Double]
  }

  let heads: [Head]

  /// - Throws: `CancellationError`.
  init(_ input: LayerInput, norms: NormOptions, _ weights: Weights) throws {
    let (time, valueDim) = (input.time, input.layer.valueDim)
    let reference = RetentionReference()
    let norm = GroupNormReference(input.layer.groupNorm.norm(norms), weights)
    let (before, after) = (Buffer<Double>(count: time * valueDim), Buffer<Double>(count: time * valueDim))
    let (divisor, factor) = (Buffer<Double>(count: time), Buffer<Double>(count: time))
    // The reference norm also computes error bounds, which are not used here.
    let (error, bound) = (Buffer<Double>(count: valueDim), Buffer<Double>(count: valueDim))
    heads = try input.heads(norms.retention).enumerated().map { h, head in
      try Task.checkCancellation()
      let rows = RetentionReference.Rows(
        output: before.matrix(rows: time, columns: valueDim), bound: nil,
        divisor: divisor.matrix(rows: time, columns: 1), factor: factor.matrix(rows: time, columns: 1))
      reference.sum(head.0, head.1, into: rows)
      for n in 0..<time {
        norm.forward(
          rows.output.row(n), error: error.pointer, head: h, into: after.pointer + n * valueDim, bound: bound.pointer,
          count: valueDim)
      }
      return Head(factors: factor.values, before: before.values, after: after.values)
    }
  }
}
