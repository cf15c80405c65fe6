import RetNet
import RetNetText

/// The logit lens: the prediction if the model ended after layer l.
///
///     logits = RMSNorm(X_l) W_headᵀ
///
/// with the model's own final norm and head. A model in which each block normalizes its output has no final norm. After
/// the last layer these are the model's own logits.
extension Inference {
  /// - Parameter residual: X_l of one token, `[modelDim]`, from `StepTrace.Layer.output`.
  package func lens(_ residual: [Float]) -> NextToken {
    let (architecture, weights) = (model.architecture, model.parameters.weights)
    let (modelDim, vocabulary) = (model.configuration.modelDim, model.configuration.vocabularySize)
    precondition(residual.count == modelDim, "a residual stream of [\(residual.count)] for a model of [\(modelDim)]")
    let (x, normed, inverse) = (
      Buffer(copying: residual), Buffer<Float>(count: modelDim), Buffer<Float>(count: 1)
    )
    let logits = Buffer<Float>(count: vocabulary)
    let read = architecture.normalizeForHead(
      x.view(rows: 1, columns: modelDim), into: normed.matrix(rows: 1, columns: modelDim),
      inverse: inverse.pointer, weights)
    weights.stored(architecture.head).apply(to: read, into: logits.matrix(rows: 1, columns: vocabulary))
    return withExtendedLifetime((x, normed)) {
      NextToken(UnsafeBufferPointer(start: logits.pointer, count: vocabulary))
    }
  }

  /// The prediction after each layer of a step, `[layers]`.
  ///
  /// - Parameters:
  ///   - count: number of most probable tokens per layer.
  ///   - emitted: the token whose rank is computed; nil is the most probable token of the last layer.
  package func lensPredictions(
    _ trace: StepTrace, best count: Int, emitted: Int? = nil, tokenizer: Tokenizer
  ) -> [LensPrediction] {
    let next = trace.layers.map { lens($0.output) }
    guard let ranked = emitted ?? next.last?.best(1).first?.token else { return [] }
    return next.enumerated().map { layer, next in
      LensPrediction(
        layer: layer,
        best: next.best(count).map {
          StepResult.Candidate(
            token: $0.token, piece: tokenizer.pieceOrNumber($0.token), probability: Float($0.probability))
        },
        entropy: Float(next.entropy), ranked: tokenizer.pieceOrNumber(ranked),
        rank: next.logits.count { $0 > next.logits[ranked] })
    }
  }
}
