import RetNet
import RetNetSession
import RetNetText
import RetNetTraining
import Synchronization

/// Measures how well a model predicts text files.
///
/// Each document begins with an empty state. Short documents are computed in batches, as in training. A long document is
/// computed in pieces that pass on the state, so no document is cut.
package struct Evaluation {
  package let model: RetNetModel
  package let tokenizer: Tokenizer
  package let form: RetentionForm
  package let norms: NormOptions
  package let threads: Int

  /// Longest document that is computed in a batch.
  private let longest: Int

  /// - Parameter norms: nil means the model's.
  /// - Throws: `EngineError` if the tokenizer does not fit the model.
  package init(
    model: RetNetModel, tokenizer: Tokenizer, form: RetentionForm = .chunkwise(length: 64), norms: NormOptions? = nil,
    threads: Int = 1
  ) throws {
    try self.init(
      model: model, tokenizer: tokenizer, form: form, norms: norms, threads: threads,
      longest: Validation.maximumLength)
  }

  init(
    model: RetNetModel, tokenizer: Tokenizer, form: RetentionForm, norms: NormOptions? = nil, threads: Int = 1,
    longest: Int
  ) throws {
    precondition(threads > 0 && longest >= 0, "\(threads) threads, documents of up to \(longest) tokens")
    try EngineError.checkVocabulary(tokenizer, model)
    self.model = model
    self.tokenizer = tokenizer.completed(by: model.configuration)
    self.form = form
    self.norms = norms ?? model.norms
    self.threads = threads
    // The workers hold the activations of all layers for a whole batch, too much for a large model.
    self.longest = model.parameterCount > RetNetModel.Storage.largestInMemory ? 0 : longest
  }

  /// The loss on one file.
  ///
  /// - Parameter progress: called with the number of computed tokens, from any thread, one call at a time.
  /// - Throws: `FileError`, `TextError`, and `ModelError` if a value is not finite.
  package func loss(
    on path: String, as reading: TrainingCorpus.Segmentation, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> TextLoss {
    let corpus = try corpus(path, as: reading)
    let documents = corpus.pieces(length: corpus.tokens.count)
    let total = documents.reduce(0) { $0 + $1.count }
    let computed = Mutex(0)
    func add(_ tokens: Int) {
      computed.withLock { computed in
        computed += tokens
        progress(computed, total)
      }
    }
    var sum = try shortLoss(documents.filter { $0.count <= longest }, corpus, computed: add)
    let inference = Inference(model)
    for document in documents where document.count > longest {
      sum += try longLoss(document, corpus, inference, computed: add)
    }
    return TextLoss(
      path: path, tokens: sum.predicted, nats: sum.nats, bytes: corpus.files.reduce(0) { $0 + $1.bytes })
  }

  /// The tokens of one file. Throws `FileError` or `TextError`.
  func corpus(_ path: String, as reading: TrainingCorpus.Segmentation) throws -> TrainingCorpus {
    do {
      return try TrainingCorpus(files: [path], as: reading, tokenizer: tokenizer, threads: threads)
    } catch TrainingError.noTrainingText {
      throw TextError.empty(path: path)
    }
  }

  private func shortLoss(
    _ documents: [TrainingCorpus.Piece], _ corpus: TrainingCorpus, computed: (_ tokens: Int) -> Void
  ) throws -> LossSum {
    let batches = Validation.batches(documents, tokens: 2048)
    let rows = batches.reduce(0) { max($0, $1.reduce(0) { $0 + $1.count }) }
    let longest = documents.reduce(0) { max($0, $1.count) }
    try MemoryEstimate(
      "the evaluation of documents of up to \(longest) tokens",
      bytes: Double(min(threads, batches.count))
        * GradientWorker.bytes(model.architecture, rows: rows, longest: longest, form: form),
      remedy: "use fewer threads (--threads) or --form chunkwise"
    ).require()
    let workers = (0..<max(1, min(threads, batches.count))).map { _ in
      GradientWorker(model.configuration, form: form, norms: norms)
    }
    let weights = model.parameters.weights
    let sum =
      Validation.loss(of: batches, corpus, workers) { worker, batch in
        defer { computed(batch.tokens.count) }
        return worker.loss(batch, weights)
      } ?? LossSum()
    if !sum.nats.isFinite {
      // Workers do not report which value is not finite; computing the documents again finds it.
      let inference = Inference(model)
      for document in documents { _ = try longLoss(document, corpus, inference) }
    }
    return sum
  }

  private func longLoss(
    _ document: TrainingCorpus.Piece, _ corpus: TrainingCorpus, _ inference: Inference,
    computed: (_ tokens: Int) -> Void = { _ in }
  ) throws -> LossSum {
    var sum = LossSum()
    try forEachLoss(document, corpus, inference) { _, nats in
      sum.nats += nats
      sum.predicted += 1
      computed(1)
    }
    return sum
  }

  /// Calls `body` with the index of each input of a document and the loss of the token after it, in nats.
  func forEachLoss(
    _ document: TrainingCorpus.Piece, _ corpus: TrainingCorpus, _ inference: Inference,
    _ body: (_ index: Int, _ nats: Double) -> Void
  ) throws {
    let range = document.start..<document.start + document.count
    var state = model.makeState()
    try inference.forEachRow(corpus.tokens[range].map(Int.init), form: form, norms: norms, state: &state) { n, logits in
      body(n, -NextToken(logits).logProbability(Int(corpus.tokens[document.start + n + 1])))
    }
  }
}
