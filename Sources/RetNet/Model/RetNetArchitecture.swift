/// The whole language model, as equations over a block of weights: embedding, blocks, norm and head.
///
///     X₀ = E[tokens]    X_l = Block_l(X_{l−1})    logits = RMSNorm(X_L) W_headᵀ
struct RetNetArchitecture: Sendable, Hashable {
  let configuration: ModelConfiguration
  let layout: ParameterLayout
  /// E, `[vocabulary, modelDim]`.
  let embedding: Parameter
  let blocks: [RetentionBlock]
  let finalNorm: RMSNorm
  /// The rotation of queries and keys, the same in every block.
  let rotation: XPos
  /// W_head, `[vocabulary, modelDim]`; the embedding where the head is tied.
  let head: Parameter

  init(_ configuration: ModelConfiguration) {
    var layout = ParameterLayout()
    let shape = [configuration.vocabularySize, configuration.modelDim]
    embedding = layout.add("model.embeddings.weight", shape)
    blocks = (0..<configuration.layers).map { RetentionBlock(index: $0, configuration, &layout) }
    finalNorm = RMSNorm(
      columns: configuration.modelDim, epsilon: configuration.normEpsilon,
      weight: configuration.normWeights ? layout.add("model.norm.weight", [configuration.modelDim]) : nil)
    head = configuration.tiedHead ? embedding : layout.add("lm_head.weight", shape)
    rotation = XPos.halves(headDim: configuration.headDim)
    self.configuration = configuration
    self.layout = layout
  }

  /// X₀ = E[tokens].
  ///
  /// - Parameter x: `[tokens, modelDim]`, set.
  func embed(_ tokens: some Sequence<Int>, into x: Matrix<Float>, _ weights: Weights) {
    let table = weights.stored(embedding)
    for (n, token) in tokens.enumerated() { table.copyRow(token, into: x.row(n)) }
  }

  /// dE[token] += dX₀.
  func embedBackward(_ tokens: some Sequence<Int>, _ dx: Matrix<Float>, _ gradients: Gradients) {
    let dTable = gradients.matrix(embedding)
    for (n, token) in tokens.enumerated() {
      let (from, to) = (dx.row(n), dTable.row(token))
      for j in 0..<dx.columns { to[j] += from[j] }
    }
  }

  /// How a pass over `sequences` that begin at `position` is computed.
  func pass(
    _ sequences: Sequences, from position: Int, form: RetentionForm, norms: NormOptions,
    scratch: RetentionScratch<Float>, _ weights: Weights
  ) -> RetentionBlock.Pass {
    let angles = rotation.angles(from: position, count: sequences.lengths.max() ?? 0)
    return RetentionBlock.Pass(
      sequences: sequences, angles: angles, form: form, norms: norms, scratch: scratch, weights: weights)
  }
}
