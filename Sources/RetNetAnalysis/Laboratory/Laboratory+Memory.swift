import RetNet

extension Laboratory {
  /// The memory of a request, without the weights and the state, for n tokens in the parallel form:
  ///
  ///     forms        q, k, v of the layer, and the greater of: a pass; o with its bound, 3 n² numbers, S of every token and chunk
  ///     norms        q, k, v, a pass, logits and ln p, o in Double and in Float32 before and after the group norm
  ///     precision    q, k, v, and the greater of: a pass; a block of the repeated text in Float32 and in Double
  ///     costs        q, k, v and o of the longest text, and q, k, v of every measurement
  func memory(_ request: AnalysisRequest) -> MemoryEstimate {
    switch request {
    case .forms(let layer, _, let chunkLength):
      let (layer, n) = (retention(layer), time(FormComparison.longestText))
      let chunks = (n + chunkLength - 1) / chunkLength
      let states = Double((n + chunks) * layer.headDim) * Double(layer.valueDim) * 4
      let compared = LayerVerification.bytes(layer, time: n) + 12 * Double(n * n) + states
      return MemoryEstimate(
        "the comparison of the forms on \(n) tokens",
        bytes: LayerInput.bytes(layer, time: n) + max(pass(n, logits: .none), compared),
        remedy: Self.shorterText)
    case .norms(_, let layer):
      let (layer, n) = (retention(layer), time(NormComparison.longestText))
      let outputs = Double(n * layer.heads * layer.valueDim)
      // The logits of a pass as Float32, and ln p of the norms of training and of the chosen ones.
      let logits = (4 + 2 * 8) * Double(n) * Double(model.configuration.vocabularySize)
      return MemoryEstimate(
        "the comparison of the norms on \(n) tokens",
        bytes: LayerInput.bytes(layer, time: n) + pass(n, logits: .all) + logits + 2 * (16 + 8) * outputs,
        remedy: Self.shorterText)
    case .precision(let layer, _):
      let (layer, n) = (retention(layer), time(FormComparison.longestText))
      // q, k, v and o of one head.
      let width = 2 * (layer.headDim + layer.valueDim)
      let block = (4 + 8) * Double(PrecisionComparison.blockLength(chunkLength: Self.chunkLength) * width)
      return MemoryEstimate(
        "the comparison of the errors",
        bytes: LayerInput.bytes(layer, time: n) + max(pass(n, logits: .none), block),
        remedy: Self.smallerModel)
    case .costs(let layer, _):
      let (layer, lengths) = (retention(layer), CostComparison.lengths)
      let longest = lengths.max() ?? 0
      let tokens = longest + 3 * lengths.reduce(0, +)
      return MemoryEstimate(
        "the measurement of the costs",
        bytes: LayerInput.bytes(layer, time: tokens) + 4 * Double(longest * layer.heads * layer.valueDim)
          + Double(
            CostComparison.bytes(
              .parallel, tokens: longest, heads: layer.heads, headDim: layer.headDim, valueDim: layer.valueDim)),
        remedy: Self.smallerModel)
    }
  }

  private static let smallerModel = "open a smaller model (:model)"
  private static let shorterText = "go to an earlier token (:goto), or \(smallerModel)"

  private func retention(_ layer: Int) -> MultiScaleRetentionLayer { model.architecture.blocks[layer].retention }

  /// The number of tokens that are computed.
  private func time(_ longest: Int) -> Int { min(tokens.count, longest) }

  /// Bytes of a pass through the model.
  private func pass(_ time: Int, logits rows: Inference.Rows) -> Double {
    Inference(model).memory(batch: 1, time: time, form: .parallel, rows: rows).bytes
  }
}
