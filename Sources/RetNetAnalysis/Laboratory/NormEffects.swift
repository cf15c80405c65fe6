import RetNet

/// Computes the effects of norm settings in one layer and on the whole model, compared with the norms of training.
struct NormEffects {
  private let model: RetNetModel
  private let tokens: [Int]
  /// The layer's input under the norms of training.
  private let input: LayerInput
  private let trained: ExactLayer
  private let predicted: NextTokens
  private let outputs: (parallel: FormOutputs, other: FormOutputs)

  /// The effects of one setting.
  struct Found {
    var heads: [NormComparison.Head]
    var logits: NormComparison.Logits
    /// The chunkwise and the recurrent form.
    var agreement: [NormComparison.Agreement]
  }

  /// - Throws: `ModelError`, `CancellationError`.
  init(_ model: RetNetModel, tokens: [Int], layer: Int) throws {
    (self.model, self.tokens) = (model, tokens)
    let (input, logits) = try LayerInput.read(model, tokens, layer: layer, norms: model.norms, logits: .all)
    self.input = input
    trained = try ExactLayer(input, norms: model.norms, model.parameters.weights)
    predicted = NextTokens(logits: logits, vocabulary: model.configuration.vocabularySize)
    outputs = (FormOutputs(input.layer, time: tokens.count), FormOutputs(input.layer, time: tokens.count))
  }

  /// - Throws: `ModelError`, `CancellationError`.
  func effects(of norms: NormOptions, chunkLength: Int) throws -> Found {
    try Task.checkCancellation()
    let exact = try ExactLayer(input, norms: norms, model.parameters.weights)
    let heads = zip(exact.heads, trained.heads).map { chosen, trained in
      let factors = zip(chosen.factors, trained.factors).map { $0 / $1 }
      return NormComparison.Head(
        before: Self.change(chosen.before, trained.before), after: Self.change(chosen.after, trained.after),
        factors: (factors.min() ?? 1)...(factors.max() ?? 1))
    }
    return Found(
      heads: heads, logits: try logits(norms),
      agreement: agreement(of: [.chunkwise(length: chunkLength), .recurrent], norms))
  }

  private func logits(_ norms: NormOptions) throws -> NormComparison.Logits {
    try Task.checkCancellation()
    var state = model.makeState()
    let logits = try Inference(model).logits([tokens], form: .parallel, norms: norms, state: &state)
    let chosen = NextTokens(logits: logits, vocabulary: predicted.vocabulary)
    let divergences = predicted.divergences(from: chosen)
    return NormComparison.Logits(
      divergence: divergences.last ?? 0, meanDivergence: divergences.reduce(0, +) / Double(max(divergences.count, 1)),
      changed: zip(predicted.best, chosen.best).count { $0 != $1 })
  }

  /// The differences of forms from the parallel form, each with the norms that it can compute.
  private func agreement(of forms: [RetentionForm], _ norms: NormOptions) -> [NormComparison.Agreement] {
    let (norm, weights) = (input.layer.groupNorm.norm(norms), model.parameters.weights)
    let computation = Laboratory.own(RetentionScratch())
    outputs.parallel.run(
      .parallel, input.heads(norms.retention), norm: norm, weights, computation: computation)
    func largest(_ view: (FormOutputs, Int) -> MatrixView<Float>) -> Double {
      (0..<input.layer.heads).reduce(0) { worst, h in
        max(worst, Self.change(view(outputs.other, h).doubles, view(outputs.parallel, h).doubles))
      }
    }
    return forms.map { form in
      outputs.other.run(
        form, input.heads(norms.retention.available(in: form, from: 0)), norm: norm, weights, computation: computation)
      return NormComparison.Agreement(
        form: form, before: largest { $0.before($1) }, after: norm == .off ? nil : largest { $0.after($1) })
    }
  }

  /// max |a − b| as a share of max |b|; infinite if there is a NaN.
  private static func change(_ a: [Double], _ b: [Double]) -> Double {
    var (difference, magnitude) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
      let distance = abs(x - y)
      difference = distance.isNaN ? .infinity : max(difference, distance)
      magnitude = max(magnitude, abs(y))
    }
    return Deviation.share(difference, of: magnitude)
  }
}

extension MatrixView where Scalar == Float {
  /// All entries, row by row.
  fileprivate var doubles: [Double] { (0..<rows).flatMap { n in (0..<columns).map { Double(row(n)[$0]) } } }
}
