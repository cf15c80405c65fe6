/// The whole language model, as equations over a block of weights: embedding, blocks, norm and head.
///
///     X₀ = s E[tokens]    X_l = Block_l(X_{l−1})    logits = RMSNorm(X_L) W_headᵀ
///
/// with s = 1 unless the embedding is scaled. X₀ is normalized where the configuration says so; the norm before the head is
/// left out where each block normalizes what it returns.
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
  /// W_head, `[vocabulary, modelDim]`; the embedding where the head is tied.
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

  /// X₀, from the scaled embedding of each token.
  ///
  /// - Parameters:
  ///   - x: `[tokens, modelDim]`, set.
  ///   - scaled: s E[tokens], likewise set, where the embedding is normalized; may be x unless `embedBackward` follows.
  ///   - inverse: 1 / r of each row's norm, `[tokens]`, set where the embedding is normalized.
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

  /// dE[token] += s dX₀, through the norm where there is one.
  ///
  /// - Parameters:
  ///   - scaled, inverse: what `embed` has set.
  ///   - dx: dX₀, `[tokens, modelDim]`; overwritten.
  package func embedBackward(
    _ tokens: some Sequence<Int>, scaled: MatrixView<Float>, inverse: UnsafePointer<Float>,
    _ dx: MutableMatrixView<Float>, _ weights: Weights, _ gradients: Gradients
  ) {
    // Set in place: each row of the norm's gradient reads its own row of dx alone, element by element.
    embeddingNorm?.backward(scaled, dx, inverse: inverse, into: dx, weights, gradients)
    let (dTable, scale) = (gradients.matrix(embedding), configuration.embeddingScale)
    for (n, token) in tokens.enumerated() {
      let (from, to) = (dx.row(n), dTable.row(token))
      for j in 0..<dx.columns { to[j] += scale * from[j] }
    }
  }

  /// What the head reads: X_L, normalized where the configuration says so.
  ///
  /// - Parameters:
  ///   - x: X_L, `[rows, modelDim]`.
  ///   - normed: memory for the norm, likewise.
  ///   - inverse: 1 / r of each row, `[rows]`.
  /// - Returns: `normed`, or x where there is no norm.
  package func normalizeForHead(
    _ x: MatrixView<Float>, into normed: MutableMatrixView<Float>, inverse: UnsafeMutablePointer<Float>,
    _ weights: Weights
  ) -> MatrixView<Float> {
    guard let finalNorm else { return x }
    finalNorm.forward(x, into: normed, inverse: inverse, weights)
    return normed.view
  }

  /// How a pass over `sequences`, each from its own position on, is computed.
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
