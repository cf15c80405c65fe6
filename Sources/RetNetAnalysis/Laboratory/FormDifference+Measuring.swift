import RetNet

extension FormDifference {
  /// Measures the parallel, the chunkwise and the recurrent form, in this order, on a layer's inputs.
  ///
  /// - Parameter computation: computes a head in a form.
  /// - Throws: `CancellationError`.
  static func measure(
    _ input: LayerInput, norms: NormOptions, chunkLength: Int, _ weights: Weights,
    computation: @escaping RetentionHead<Float>.Computation
  ) throws -> [FormDifference] {
    let forms = [RetentionForm.parallel, .chunkwise(length: chunkLength), .recurrent]
    let verification = LayerVerification(
      input.layer, time: input.time, forms: forms, norms: norms, computation: computation)
    let heads = input.heads(norms.retention)
    let rounded = Buffer<Float>(count: input.time * input.layer.valueDim)
    for (h, (head, headInput)) in heads.enumerated() {
      try Task.checkCancellation()
      _ = verification.sum(
        head, index: h, headInput, into: rounded.matrix(rows: input.time, columns: input.layer.valueDim))
    }
    var differences = forms.map { form in
      FormDifference(
        form: form, isExact: norms.retention.available(in: form, from: 0) == norms.retention, magnitude: [], before: [],
        beforeBudget: [], after: [], afterBudget: [])
    }
    try verification.compare(input.layer, heads, weights) { comparison in
      try Task.checkCancellation()
      guard let place = forms.firstIndex(of: comparison.form) else { return }
      let (shares, budgets, magnitude) = comparison.shares(time: input.time, count: input.layer.valueDim)
      switch comparison.stage {
      case .beforeGroupNorm:
        differences[place].magnitude.append(magnitude)
        differences[place].before.append(shares)
        differences[place].beforeBudget.append(budgets)
      case .afterGroupNorm where norms.group != .off:
        differences[place].after.append(shares)
        differences[place].afterBudget.append(budgets)
      case .afterGroupNorm: break
      }
    }
    return differences
  }
}

extension LayerVerification.Comparison {
  /// The largest difference and the largest budget of each token, as shares of the head's largest magnitude.
  fileprivate func shares(time: Int, count: Int) -> (
    shares: [Double], budgets: [Double], magnitude: Double
  ) {
    var (differences, budgets, magnitude) = ([Double](), [Double](), 0.0)
    for n in 0..<time {
      let row = row(n)
      var (difference, budget) = (0.0, 0.0)
      for j in 0..<count {
        let distance = abs(Double(row.found[j]) - row.exact[j])
        difference = distance.isNaN ? .infinity : max(difference, distance)
        budget = max(budget, row.bound[j])
        magnitude = max(magnitude, abs(row.exact[j]))
      }
      differences.append(difference)
      budgets.append(budget)
    }
    return (
      differences.map { Deviation.share($0, of: magnitude) }, budgets.map { Deviation.share($0, of: magnitude) },
      magnitude
    )
  }
}
