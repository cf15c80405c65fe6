/// The training step: batch, gradients of all workers, clipping, update, average. It knows no files and no clock.
final class Trainer {
  let options: TrainingOptions
  let corpus: TrainingCorpus
  let layout: ParameterLayout
  let parameters: Buffer<Float>
  let optimizer: AdamW
  /// Nil where none is wanted.
  let average: WeightAverage?
  /// Steps made, and tokens predicted in them.
  private(set) var step = 0
  private(set) var tokens = 0
  var cursor: TrainingCursor { packer.cursor }
  /// What the run's model is: the parameters, or their average.
  var outcome: Buffer<Float> { average?.parameters ?? parameters }

  private let mixture: Mixture
  private var packer: BatchPacker
  let workers: [any GradientSource]
  private let gradients: [Buffer<Float>]

  /// What one step did.
  struct Result: Hashable {
    /// Mean −ln p of a predicted token, in nats, before the update.
    var loss: Double
    /// ‖g‖ before clipping.
    var gradientNorm: Double
    var learningRate: Double
    /// Tokens predicted in this step.
    var predicted: Int
  }

  /// - Parameters:
  ///   - options: checked before.
  ///   - corpus: has something to predict.
  init(options: TrainingOptions, corpus: TrainingCorpus, model: some TrainableModel) {
    self.options = options
    self.corpus = corpus
    layout = model.layout
    parameters = model.parameters
    optimizer = AdamW(count: layout.count, decayed: layout.decayed, options: options.adam)
    average = options.averageDecay > 0 ? WeightAverage(model.parameters, decay: options.averageDecay) : nil
    workers = (0..<options.threads).map { _ in model.makeWorker(form: options.form) }
    let count = layout.count
    gradients = (0..<options.threads).map { _ in Buffer(count: count) }
    var (pieces, bounds): ([TrainingCorpus.Piece], [Int]) = ([], [0])
    for document in 0..<corpus.documents {
      // A piece that predicts nothing changes nothing.
      pieces += corpus.pieces(of: document..<document + 1, length: options.length)
        .filter { corpus.predicts(options.predicted, in: $0) }
      bounds.append(pieces.count)
    }
    let passes = options.passes.isEmpty ? corpus.files.map { _ in 1 } : options.passes
    let shares = zip(corpus.files, passes).map { Mixture.Share(documents: $0.documents, passes: $1) }
    mixture = Mixture(shares: shares, bounds: bounds)
    packer = BatchPacker(pieces: pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed)
  }

  /// Goes on after `step` steps, parameters, moments and average being in place already.
  func restore(step: Int, tokens: Int, cursor: TrainingCursor) {
    self.step = step
    self.tokens = tokens
    optimizer.updates = step
    packer = BatchPacker(
      pieces: packer.pieces, mixture: mixture, budget: options.batchTokens, seed: options.seed, cursor: cursor)
  }

  /// One step. Throws `TrainingError.diverged`, parameters and moments left as they were, where the loss or the
  /// gradient is not finite.
  ///
  /// - Parameter checkpointStep: the step that the error names as kept.
  func makeStep(checkpointStep: Int = 0) throws -> Result {
    let batches = BatchPacker.split(packer.next(), workers: workers.count).map {
      RaggedBatch($0, of: corpus, predicting: options.predicted)
    }
    let predicted = batches.reduce(0) { $0 + $1.predicted }
    let lossScale = 1 / Float(predicted)
    var sums = Array(repeating: LossSum(), count: workers.count)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums  // each thread writes its own element
      Threads.perform(workers.count) { worker in
        guard !batches[worker].lengths.isEmpty else { return }
        sums[worker] = workers[worker].lossAndGradients(
          batches[worker], parameters: parameters.pointer, gradients: gradients[worker].pointer, lossScale: lossScale)
      }
    }
    let loss = sums.reduce(0) { $0 + $1.nats } / Double(predicted)
    let norm = GradientClipping.reduce(
      into: gradients[0].pointer, gradients.dropFirst().map(\.pointer), count: layout.count, threads: options.threads)
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError.diverged(step: step + 1, loss: loss, gradientNorm: norm, checkpointStep: checkpointStep)
    }
    let rate = options.schedule.rate(at: step)
    optimizer.update(
      parameters.pointer, gradients: gradients[0].pointer, learningRate: rate,
      gradientScale: GradientClipping.scale(norm: norm, limit: options.clip), threads: options.threads)
    average?.update(parameters.pointer, updates: optimizer.updates, threads: options.threads)
    step += 1
    tokens += predicted
    return Result(loss: loss, gradientNorm: norm, learningRate: rate, predicted: predicted)
  }
}

extension ParameterLayout {
  /// The parameters with weight decay: every matrix, the embedding too, as it is the head where the head is tied; not
  /// the norms' weights.
  var decayed: [Range<Int>] {
    entries.filter { $0.shape.count > 1 }.map { $0.offset..<$0.offset + $0.count }
  }
}
