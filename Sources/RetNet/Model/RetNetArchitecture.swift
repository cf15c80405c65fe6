/// The equations of the language model over a block of weights: embedding, blocks, norm and head.
///
///     X₀ = s E[tokens]    X_l = Block_l(X_{l−1})    logits = RMSNorm(X_L) W_headᵀ
///
/// with s = 1 unless the embedding is scaled. X₀ is normalized if `normalizesEmbedding` is set. A post-norm model has
/// no norm before the head.
package struct RetNetArchitecture: Sendable, Hashable {
  package let configuration: ModelConfiguration
  package let layout: ParameterLayout
  /// E, `[vocabulary, modelDim]`.
  package let embedding: Parameter
  package let embeddingNorm: RMSNorm?
  package let blocks: [RetentionBlock]
  package let finalNorm: RMSNorm?
  /// The rotation of queries and keys, the same in every block.
  package let rotation: XPos
  /// W_head, `[vocabulary, modelDim]`; the embedding if the head is tied.
  package let head: Parameter

  package init(_ configuration: ModelConfiguration) {
    var layout = ParameterLayout()
    let names = TensorNames(configuration)
    let shape = [configuration.vocabularySize, configuration.modelDim]
    func norm(_ name: String, _ layout: inout ParameterLayout) -> RMSNorm {
      RMSNorm(
        columns: configuration.modelDim, epsilon: configuration.normEpsilon,
        weight: layout.add(name, [configuration.modelDim]))
    }
    embedding = layout.add(names.embedding, shape)
    embeddingNorm = configuration.normalizesEmbedding ? norm(names.embeddingNorm, &layout) : nil
    blocks = (0..<configuration.layers).map { RetentionBlock(index: $0, configuration, names, &layout) }
    finalNorm = configuration.preNorm ? norm(names.finalNorm, &layout) : nil
    head = configuration.tiedHead ? embedding : layout.add(names.head, shape)
    rotation = configuration.rotation
    self.configuration = configuration
    self.layout = layout
  }

  /// All parameters of one block.
  package func parameters(of block: RetentionBlock) -> [Parameter] { layout.entries[block.parameters].map(\.parameter) }

  /// X₀, the scaled embedding of each token, normalized if the model has that norm.
  ///
  /// - Parameters:
  ///   - x: `[tokens, modelDim]`, set.
  ///   - scaled: s E[tokens], `[tokens, modelDim]`, set if the embedding is normalized; may be x unless `embedBackward`
  ///     follows.
  ///   - inverse: 1 / r of each row's norm, `[tokens]`, set if the embedding is normalized.
  package func embed(
    _ tokens: some Sequence<Int>, into x: MutableMatrixView<Float>, scaled: MutableMatrixView<Float>,
    inverse: UnsafeMutablePointer<Float>, _ weights: Weights
  ) {
    let table = weights.stored(embedding)
    let target = embeddingNorm == nil ? x : scaled
    for (n, token) in tokens.enumerated() { table.copyRow(token, into: target.row(n)) }
    target.scale(by: configuration.embeddingScale)
    embeddingNorm?.forward(scaled.view, into: x, inverse: inverse, weights)
  }

  /// dE[token] += s dX₀, after the backward pass of the norm if there is one.
  ///
  /// - Parameters:
  ///   - scaled, inverse: the values set by `embed`.
  ///   - dx: dX₀, `[tokens, modelDim]`; overwritten.
  package func embedBackward(
    _ tokens: some Sequence<Int>, scaled: MatrixView<Float>, inverse: UnsafePointer<Float>,
    _ dx: MutableMatrixView<Float>, _ weights: Weights, _ gradients: Gradients
  ) {
    // In place: an element of the norm's gradient is set after its last read.
    embeddingNorm?.backward(scaled, dx, inverse: inverse, into: dx, weights, gradients)
    let (dTable, scale) = (gradients.matrix(embedding), configuration.embeddingScale)
    for (n, token) in tokens.enumerated() {
      let (from, to) = (dx.row(n), dTable.row(token))
      for j in 0..<dx.columns { to[j] += scale * from[j] }
    }
  }

  /// The input of the head: X_L, normalized if the model has a final norm.
  ///
  /// - Parameters:
  ///   - x: X_L, `[rows, modelDim]`.
  ///   - normed: `[rows, modelDim]`, set if there is a norm.
  ///   - inverse: 1 / r of each row, `[rows]`, set if there is a norm.
  /// - Returns: `normed`, or x without a norm.
  package func normalizeForHead(
    _ x: MatrixView<Float>, into normed: MutableMatrixView<Float>, inverse: UnsafeMutablePointer<Float>,
    _ weights: Weights
  ) -> MatrixView<Float> {
    guard let finalNorm else { return x }
    finalNorm.forward(x, into: normed, inverse: inverse, weights)
    return normed.view
  }

  /// The arguments of a pass over `sequences`, which may begin at different positions.
  package func pass(
    _ sequences: Sequences, form: RetentionForm, norms: NormOptions, dropout: PassDropout? = nil,
    workers: RetentionWorkers, _ weights: Weights
  ) -> RetentionPass {
    let (angles, rows) = rotation.angles(of: sequences)
    return RetentionPass(
      sequences: sequences, angles: angles, angleRows: rows, form: form, norms: norms, dropout: dropout,
      workers: workers, weights: weights)
  }
}
