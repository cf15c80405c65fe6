import RetNet

/// The training step: batch, gradients of all workers, clipping, update, average. It knows no files and no clock.
package final class Trainer {
  package let options: TrainingOptions
  package let corpus: TrainingCorpus
  package let layout: ParameterLayout
  package let parameters: Buffer<Float>
  package let optimizer: AdamW
  /// Updates the matrices of the blocks, with the optimizer's first moments as its momentum; nil where AdamW does.
  private let muon: Muon?
  /// Nil where none is wanted.
  package let average: WeightAverage?
  /// Steps made, and tokens predicted in them.
  package private(set) var step = 0
  package private(set) var tokens = 0
  package var cursor: TrainingCursor { packer.cursor }
  /// What the run's model is: the parameters, or their average.
  package var outcome: Buffer<Float> { average?.parameters ?? parameters }

  /// What documents that are under way have left, as `packer.open` has them.
  package private(set) var states: [ModelState] = []
  package var open: [TrainingCorpus.Piece] { packer.open }

  /// The state before a document's first token.
  package let makeState: () -> ModelState
  private let mixture: Mixture
  private var packer: BatchPacker
  package let workers: [any GradientSource]
  private let gradients: [Buffer<Float>]

  /// What one step did.
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
  ///   - options: checked before.
  ///   - corpus: has something to predict.
  package init(options: TrainingOptions, corpus: TrainingCorpus, model: some TrainableModel) {
    self.options = options
    self.corpus = corpus
    layout = model.layout
    parameters = model.parameters
    muon =
      options.optimizer == .muon
      ? Muon(model.blockParameters, weightDecay: options.weightDecay, precision: options.precision) : nil
    optimizer = AdamW(
      count: layout.count, decayed: layout.decayed, skipped: muon?.places.map(\.range) ?? [], options: options.adam)
    average = options.averageDecay > 0 ? WeightAverage(model.parameters, decay: options.averageDecay) : nil
    makeState = { model.makeState() }
    workers = (0..<options.threads).map { _ in model.makeWorker(form: options.form, precision: options.precision) }
    let count = layout.count
    gradients = (0..<options.threads).map { _ in Buffer(count: count) }
    var (pieces, bounds): ([TrainingCorpus.Piece], [Int]) = ([], [0])
    for document in 0..<corpus.documents {
      // A piece that predicts nothing changes nothing.
      pieces +=
        (options.carriesState
        ? corpus.opening(of: document, length: options.length)
        : corpus.pieces(of: document..<document + 1, length: options.length))
        .filter { corpus.predicts(options.predicted, in: $0) }
      bounds.append(pieces.count)
    }
    let passes = options.passes.isEmpty ? corpus.files.map { _ in 1 } : options.passes
    let shares = zip(corpus.files, passes).map { Mixture.Share(documents: $0.documents, passes: $1) }
    mixture = Mixture(shares: shares, bounds: bounds)
    packer = BatchPacker(pieces: pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed)
  }

  /// Whether `piece` is one that these data and options can lead to.
  func canGoOn(with piece: TrainingCorpus.Piece) -> Bool {
    options.carriesState && piece.position > 0 && (1...options.length).contains(piece.count) && piece.rest >= 0
      && piece.start >= piece.position && piece.rest <= corpus.tokens.count
      && piece.start < corpus.tokens.count - piece.count - piece.rest
  }

  /// Goes on after `step` steps, parameters, moments and average being in place already.
  func restore(
    step: Int, tokens: Int, cursor: TrainingCursor, open: [TrainingCorpus.Piece] = [], states: [ModelState] = []
  ) {
    precondition(open.count == states.count, "\(open.count) documents under way with \(states.count) states")
    self.step = step
    self.tokens = tokens
    self.states = states
    optimizer.updates = step
    packer = BatchPacker(
      pieces: packer.pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed, cursor: cursor,
      open: open)
  }

  /// One step. Throws `TrainingError.diverged`, parameters and moments left as they were, where the loss or the
  /// gradient is not finite.
  ///
  /// - Parameter checkpointStep: the step that the error names as kept.
  package func makeStep(checkpointStep: Int = 0) throws -> Result {
    var sum = computeBatch()
    // A stretch of a document without a reply is still to be passed.
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

  /// Loss and gradients of the next batch, each worker's share in its own buffer, and the states that the batch leaves.
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

  /// What is left out in this step; it follows from seed, step and worker alone.
  private func dropout(worker: Int) -> PassDropout? {
    guard options.dropout > 0 else { return nil }
    let seed = options.seed &+ UInt64(step) &* 0x8EBC_6AF0_9C88_C6E3 &+ UInt64(worker) &* 0x5899_65CC_7537_4CC3
    return PassDropout(dropout: Dropout(probability: options.dropout), seed: seed)
  }

  /// What a piece begins with: pieces that go on come first in a batch.
  private func state(before piece: TrainingCorpus.Piece, at index: Int) -> ModelState? {
    piece.position > 0 ? states[index] : piece.rest > 0 ? makeState() : nil
  }
}

extension ParameterLayout {
  /// The parameters with weight decay: every matrix, the embedding too, as it is the head where the head is tied; not
  /// the norms' weights.
  package var decayed: [Range<Int>] {
    entries.filter { !$0.parameter.isVector }.map { $0.offset..<$0.offset + $0.count }
  }
}
