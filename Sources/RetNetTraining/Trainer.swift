import RetNet

/// The training step: batch, gradients of all workers, clipping, update, averaging. It uses neither files nor clocks.
package final class Trainer {
  package let options: TrainingOptions
  package let corpus: TrainingCorpus
  package let layout: ParameterLayout
  package let parameters: Buffer<Float>
  package let optimizer: AdamW
  /// Updates the matrices of the blocks, with the optimizer's first moments as momentum; nil if AdamW updates them.
  private let muon: Muon?
  /// Nil without averaging.
  package let average: WeightAverage?
  /// Completed steps, and tokens predicted in them.
  package private(set) var step = 0
  package private(set) var tokens = 0
  package var cursor: TrainingCursor { packer.cursor }
  /// The weights of the saved model: the average if there is one, else the parameters.
  package var savedParameters: Buffer<Float> { average?.parameters ?? parameters }

  /// The states after the last pieces of partly read documents, in the order of `open`.
  package private(set) var states: [ModelState] = []
  package var open: [TrainingCorpus.Piece] { packer.open }

  /// The state before a document's first token.
  package let makeState: () -> ModelState
  private let mixture: Mixture
  private var packer: BatchPacker
  package let workers: [any GradientSource]
  private let gradients: [Buffer<Float>]

  /// Result of one step.
  package struct Result: Hashable {
    /// Mean −ln p of a predicted token, in nats, before the update.
    package var loss: Double
    /// ‖g‖ before clipping.
    package var gradientNorm: Double
    package var learningRate: Double
    /// Tokens predicted in this step.
    package var predicted: Int
  }

  /// - Parameters:
  ///   - options: already checked.
  ///   - corpus: with at least one predicted token.
  package init(options: TrainingOptions, corpus: TrainingCorpus, model: some TrainableModel) {
    self.options = options
    self.corpus = corpus
    layout = model.layout
    parameters = model.parameters
    muon =
      options.optimizer == .muon
      ? Muon(model.blockParameters, weightDecay: options.weightDecay, precision: options.precision) : nil
    optimizer = AdamW(
      count: layout.count, decayed: layout.decayed, skipped: muon?.slices.map(\.range) ?? [], options: options.adam)
    average = options.averageDecay > 0 ? WeightAverage(model.parameters, decay: options.averageDecay) : nil
    makeState = { model.makeState() }
    workers = (0..<options.threads).map { _ in model.makeWorker(form: options.form, precision: options.precision) }
    let count = layout.count
    gradients = (0..<options.threads).map { _ in Buffer(count: count) }
    var (pieces, bounds): ([TrainingCorpus.Piece], [Int]) = ([], [0])
    for document in 0..<corpus.documents {
      // A piece without predicted tokens has no gradient.
      pieces +=
        (options.carriesState
        ? corpus.firstPiece(of: document, length: options.length)
        : corpus.pieces(of: document..<document + 1, length: options.length))
        .filter { corpus.predicts(options.predicted, in: $0) }
      bounds.append(pieces.count)
    }
    let passes = options.passes.isEmpty ? corpus.files.map { _ in 1 } : options.passes
    let shares = zip(corpus.files, passes).map { Mixture.Share(documents: $0.documents, passes: $1) }
    mixture = Mixture(shares: shares, bounds: bounds)
    packer = BatchPacker(pieces: pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed)
  }

  /// Whether `piece` is a possible continuation with these data and options.
  func isContinuation(_ piece: TrainingCorpus.Piece) -> Bool {
    options.carriesState && piece.position > 0 && (1...options.length).contains(piece.count) && piece.rest >= 0
      && piece.start >= piece.position && piece.rest <= corpus.tokens.count
      && piece.start < corpus.tokens.count - piece.count - piece.rest
  }

  /// Whether the epoch of a cursor has a piece there.
  func hasPiece(at cursor: TrainingCursor) -> Bool {
    mixture.pieces(epoch: cursor.epoch, seed: options.seed).indices.contains(cursor.index)
  }

  /// Resumes after `step` steps. Parameters, moments and average must already be restored.
  func restore(
    step: Int, tokens: Int, cursor: TrainingCursor, open: [TrainingCorpus.Piece] = [], states: [ModelState] = []
  ) {
    precondition(open.count == states.count, "\(open.count) open documents with \(states.count) states")
    self.step = step
    self.tokens = tokens
    self.states = states
    optimizer.updates = step
    packer = BatchPacker(
      pieces: packer.pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed, cursor: cursor,
      open: open)
  }

  /// Makes one step.
  ///
  /// - Parameter checkpointStep: the step of the last checkpoint, for the error message.
  /// - Throws: `TrainingError.diverged` if the loss or the gradient is not finite. Parameters and moments are then
  ///   unchanged.
  package func makeStep(checkpointStep: Int = 0) throws -> Result {
    var sum = computeBatch()
    // A batch without replies has no loss, but advances the states of its documents.
    while sum.predicted == 0 { sum = computeBatch() }
    let predicted = sum.predicted
    let loss = sum.nats / Double(predicted)
    let norm = GradientClipping.reduce(
      into: gradients[0].pointer, gradients.dropFirst().map(\.pointer), count: layout.count, threads: options.threads)
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError.diverged(step: step + 1, loss: loss, gradientNorm: norm, checkpointStep: checkpointStep)
    }
    let rate = options.schedule.rate(at: step)
    let scale = GradientClipping.scale(norm: norm, limit: options.clip)
    optimizer.update(
      parameters.pointer, gradients: gradients[0].pointer, learningRate: rate, gradientScale: scale,
      threads: options.threads)
    muon?.update(
      parameters.pointer, gradients: gradients[0].pointer, momentum: optimizer.firstMoment.pointer,
      learningRate: rate, gradientScale: scale, threads: options.threads)
    average?.update(parameters.pointer, updates: optimizer.updates, threads: options.threads)
    step += 1
    tokens += predicted
    return Result(loss: loss, gradientNorm: norm, learningRate: rate, predicted: predicted)
  }

  /// Computes loss and gradients of the next batch, each worker into its own buffer, and the states after the batch.
  private func computeBatch() -> LossSum {
    let pieces = packer.next()
    let shares = BatchPacker.split(pieces, workers: workers.count)
    var batches = shares.enumerated().map { worker, share in
      var batch = RaggedBatch(share.map { pieces[$0] }, of: corpus, predicting: options.predicted)
      if options.carriesState { batch.states = share.map { state(before: pieces[$0], at: $0) } }
      batch.dropout = dropout(worker: worker)
      return batch
    }
    let lossScale = 1 / Float(max(1, batches.reduce(0) { $0 + $1.predicted }))
    var sums = Array(repeating: LossSum(), count: workers.count)
    sums.withUnsafeMutableBufferPointer { sums in
      batches.withUnsafeMutableBufferPointer { batches in
        let (sums, batches) = (sums, batches)  // each thread writes its own elements
        Threads.perform(workers.count) { worker in
          guard !batches[worker].lengths.isEmpty else { return }
          sums[worker] = workers[worker].lossAndGradients(
            &batches[worker], parameters: parameters.pointer, gradients: gradients[worker].pointer,
            lossScale: lossScale)
        }
      }
    }
    if options.carriesState {
      var left: [ModelState?] = Array(repeating: nil, count: pieces.count)
      for (share, batch) in zip(shares, batches) { for (i, state) in zip(share, batch.states) { left[i] = state } }
      states = zip(pieces, left).compactMap { piece, state in piece.rest > 0 ? state : nil }
    }
    return sums.reduce(into: LossSum()) { $0 += $1 }
  }

  /// The dropout of this step, determined by seed, step and worker.
  private func dropout(worker: Int) -> PassDropout? {
    guard options.dropout > 0 else { return nil }
    let seed = options.seed &+ UInt64(step) &* 0x8EBC_6AF0_9C88_C6E3 &+ UInt64(worker) &* 0x5899_65CC_7537_4CC3
    return PassDropout(dropout: Dropout(probability: options.dropout), seed: seed)
  }

  /// The state before a piece. Continuations come first in a batch, in the order of `states`.
  private func state(before piece: TrainingCorpus.Piece, at index: Int) -> ModelState? {
    piece.position > 0 ? states[index] : piece.rest > 0 ? makeState() : nil
  }
}

extension ParameterLayout {
  /// The parameters with weight decay: all matrices, including the embedding, which may also be the head, but not the
  /// weights of norms.
  package var decayed: [Range<Int>] {
    entries.filter { !$0.parameter.isVector }.map { $0.offset..<$0.offset + $0.count }
  }
}
