import RetNet

/// Loss and gradients of a share of a batch, on one thread: forward and backward through the whole model.
///
/// The batch is ragged: sequences of any lengths, concatenated without padding. Each starts with an empty state, or
/// with the state after the previous piece of its document.
package final class GradientWorker {
  package let architecture: RetNetArchitecture
  package let form: RetentionForm
  package let norms: NormOptions
  /// Precision of the products with weights in `lossAndGradients`.
  package let precision: ProductPrecision
  private let workers = RetentionWorkers()
  private let scratch = HeadLoss.Scratch()
  private var memory: Memory?

  package init(
    _ configuration: ModelConfiguration, form: RetentionForm, norms: NormOptions? = nil,
    precision: ProductPrecision = .float32
  ) {
    architecture = RetNetArchitecture(configuration)
    self.form = form
    self.precision = precision
    self.norms = norms ?? NormOptions(retention: configuration.norms)
  }

  /// Activations of a batch of up to `rows` tokens, kept from forward to backward.
  private final class Memory {
    let rows: Int
    /// X_0 … X_L, `[rows, modelDim]` each.
    let streams: [Buffer<Float>]
    let blocks: [RetentionBlock.Activations]
    let gradients: RetentionBlock.Activations?
    let normed: Buffer<Float>
    let inverse: Buffer<Float>
    /// The embedding before its norm, and its 1 / r.
    let embedded: Buffer<Float>
    let embeddedInverse: Buffer<Float>
    let dNormed: Buffer<Float>
    let dStream: Buffer<Float>

    init(_ architecture: RetNetArchitecture, rows: Int) {
      self.rows = rows
      let size = rows * architecture.configuration.modelDim
      streams = (0...architecture.blocks.count).map { _ in Buffer(count: size) }
      blocks = architecture.blocks.map { RetentionBlock.Activations($0, rows: rows) }
      gradients = architecture.blocks.first.map { RetentionBlock.Activations($0, rows: rows) }
      normed = Buffer(count: size)
      inverse = Buffer(count: rows)
      let normalizesEmbedding = architecture.embeddingNorm != nil
      embedded = Buffer(count: normalizesEmbedding ? size : 0)
      embeddedInverse = Buffer(count: normalizesEmbedding ? rows : 0)
      dNormed = Buffer(count: size)
      dStream = Buffer(count: size)
    }

    /// The embedding before its norm, `[rows, modelDim]`; X_0 in a model without an embedding norm.
    func embedded(_ rows: Int, _ architecture: RetNetArchitecture) -> MutableMatrixView<Float> {
      let buffer = architecture.embeddingNorm == nil ? streams[0] : embedded
      return buffer.matrix(rows: rows, columns: architecture.configuration.modelDim)
    }
  }

  /// The memory of one worker in bytes:
  ///
  ///     4 · (rows · ((layers + 1) (modelDim + activations) + 4 modelDim) + scores + states + logits)
  ///
  /// The activations of every layer and one gradient of each shape; the scores of a chunk, or of a whole text in the
  /// parallel form; a state before each chunk; the logits of a block of rows.
  ///
  /// - Parameters:
  ///   - rows: tokens of a batch.
  ///   - longest: tokens of its longest sequence.
  package static func bytes(_ architecture: RetNetArchitecture, rows: Int, longest: Int, form: RetentionForm) -> Double
  {
    let shape = architecture.configuration
    let activations = architecture.blocks.first.map { RetentionBlock.Activations.numbersPerRow($0) } ?? 0
    let perRow = Double(shape.layers + 1) * Double(shape.modelDim + activations) + 4 * Double(shape.modelDim)
    let chunks: Double =
      switch form {
      case .parallel: 0
      case .recurrent: Double(longest)
      case .chunkwise(let length): (Double(longest) / Double(length)).rounded(.up)
      }
    let numbers =
      Double(rows) * perRow + form.scores(time: longest) + chunks * Double(shape.headDim * shape.headValueDim)
      + Double(longest * shape.headDim) + Double(min(rows, HeadLoss.blockRows)) * Double(shape.vocabularySize)
    return numbers * Double(MemoryLayout<Float>.stride)
  }

  /// - Parameters:
  ///   - tokens: inputs of all sequences, concatenated.
  ///   - targets: the token after each; negative values are not predicted.
  ///   - lengths: tokens of each sequence.
  ///   - states: see `RaggedBatch.states`; chunkwise and recurrent forms only.
  ///   - dropout: nil disables dropout.
  ///   - parameters: in the order of `architecture.layout`.
  ///   - gradients: same order; lossScale · d(Σ loss) is added.
  ///   - stateGradients: `[layers, heads, headDim, valueDim]`; the gradients of S, summed over all given states, are
  ///     added. Nil skips them.
  /// - Returns: Σ loss in nats, and the number of predicted targets.
  func lossAndGradients(
    tokens: [Int32], targets: [Int32], lengths: [Int], states: inout [ModelState?], dropout: PassDropout? = nil,
    parameters: UnsafePointer<Float>,
    gradients: UnsafeMutablePointer<Float>, stateGradients: UnsafeMutablePointer<Float>? = nil, lossScale: Float
  ) -> (nats: Double, predicted: Int) {
    let weights = Weights(base: parameters, precision: precision)
    let gradients = Gradients(base: gradients, precision: precision)
    return forward(tokens: tokens, targets: targets, lengths: lengths, states: &states, dropout, weights) {
      pass, memory, x, normed in
      let modelDim = architecture.configuration.modelDim
      let d = memory.dStream.matrix(rows: x.rows, columns: modelDim)
      let hasFinalNorm = architecture.finalNorm != nil
      let dNormed = hasFinalNorm ? memory.dNormed.matrix(rows: x.rows, columns: modelDim) : d
      let loss = targets.withUnsafeBufferPointer {
        HeadLoss(head: architecture.head).lossAndGradients(
          normed, targets: $0.baseAddress!, scratch: scratch, into: dNormed, scale: lossScale, weights, gradients)
      }
      architecture.finalNorm?.backward(
        x, dNormed, inverse: memory.inverse.pointer, into: d, weights, gradients)
      for (index, block) in architecture.blocks.enumerated().reversed() {
        guard let gradientScratch = memory.gradients else { break }
        let (activations, state) = (memory.blocks[index], architecture.configuration.stateCount)
        activations.retention.states?.gradient = stateGradients.map { $0 + index * state }
        block.backward(
          memory.streams[index].view(rows: x.rows, columns: modelDim), d, activations: activations,
          gradientScratch: gradientScratch, pass, gradients)
      }
      applyDropout(d, pass.dropout)
      architecture.embedBackward(
        tokens.lazy.map { Int($0) }, scaled: memory.embedded(x.rows, architecture).view,
        inverse: memory.embeddedInverse.pointer, d, weights, gradients)
      return loss
    }
  }

  /// The loss without gradients.
  package func loss(
    tokens: [Int32], targets: [Int32], lengths: [Int], states: inout [ModelState?], _ weights: Weights
  ) -> (nats: Double, predicted: Int) {
    forward(tokens: tokens, targets: targets, lengths: lengths, states: &states, nil, weights) { _, _, _, normed in
      targets.withUnsafeBufferPointer {
        HeadLoss(head: architecture.head).loss(normed, targets: $0.baseAddress!, scratch: scratch, weights)
      }
    }
  }

  private func forward(
    tokens: [Int32], targets: [Int32], lengths: [Int], states: inout [ModelState?], _ dropout: PassDropout?,
    _ weights: Weights,
    then body: (RetentionPass, Memory, _ x: MatrixView<Float>, _ normed: MatrixView<Float>) -> (Double, Int)
  ) -> (nats: Double, predicted: Int) {
    let isCarried = states.contains { $0 != nil }
    let sequences = Sequences(lengths: lengths, positions: isCarried ? states.map { $0?.position ?? 0 } : nil)
    precondition(
      tokens.count == sequences.rows && targets.count == sequences.rows,
      "\(tokens.count) tokens and \(targets.count) targets for sequences of \(sequences.rows)")
    guard sequences.rows > 0 else { return (0, 0) }
    let memory = memory(rows: sequences.rows)
    let pass = architecture.pass(sequences, form: form, norms: norms, dropout: dropout, workers: workers, weights)
    let modelDim = architecture.configuration.modelDim
    func stream(_ index: Int) -> MutableMatrixView<Float> {
      memory.streams[index].matrix(rows: sequences.rows, columns: modelDim)
    }
    architecture.embed(
      tokens.lazy.map { Int($0) }, into: stream(0), scaled: memory.embedded(sequences.rows, architecture),
      inverse: memory.embeddedInverse.pointer, weights)
    applyDropout(stream(0), dropout)
    for (index, block) in architecture.blocks.enumerated() {
      let activations = memory.blocks[index]
      activations.retention.states = isCarried ? SequenceStates(states.map { $0?.layers[index] }) : nil
      block.forward(stream(index).view, into: stream(index + 1), state: nil, activations: activations, pass)
    }
    if isCarried {
      let left = memory.blocks.map { $0.retention.states?.finalStates(of: sequences) ?? [] }
      states = states.enumerated().map { i, state in state == nil ? nil : ModelState(layers: left.compactMap { $0[i] })
      }
    }
    let x = stream(architecture.blocks.count).view
    let normed = architecture.normalizeForHead(
      x, into: memory.normed.matrix(rows: sequences.rows, columns: modelDim), inverse: memory.inverse.pointer, weights)
    return body(pass, memory, x, normed)
  }

  /// Applies dropout to X₀ or its gradient, in place.
  private func applyDropout(_ x: MutableMatrixView<Float>, _ dropout: PassDropout?) {
    guard let dropout else { return }
    dropout.dropout.forward(x.base, into: x.base, key: dropout.key(.embedding), count: x.rows * x.columns)
  }

  private func memory(rows: Int) -> Memory {
    if let memory, memory.rows >= rows { return memory }
    let grown = Memory(architecture, rows: rows)
    memory = grown
    return grown
  }
}
