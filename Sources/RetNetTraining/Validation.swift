import RetNet

/// Measures a model on held-out text.
package final class Validation {
  /// Longest piece in tokens. A longer document is split, and each piece starts from an empty state.
  package static let maximumLength = 4096

  private let corpus: TrainingCorpus
  private let workers: [any GradientSource]
  /// For each file, its pieces in order, grouped into batches for one worker.
  private let batches: [[[TrainingCorpus.Piece]]]

  /// - Parameters:
  ///   - workers: one per thread; training may use them between two measurements.
  ///   - batchTokens: tokens of a batch, except for a longer document.
  package init(corpus: TrainingCorpus, workers: [any GradientSource], batchTokens: Int = 2048) {
    self.corpus = corpus
    self.workers = workers
    batches = corpus.files.map { file in
      Self.batches(corpus.pieces(of: file.documents, length: Self.maximumLength), tokens: batchTokens)
    }
  }

  /// The loss on each file; nil if `stop` returned true.
  package func measure(_ parameters: Buffer<Float>, stop: () -> Bool = { false }) -> [TextLoss]? {
    var results: [TextLoss] = []
    for (file, batches) in zip(corpus.files, batches) {
      let sum = Self.loss(of: batches, corpus, workers, stop: stop) { $0.loss($1, parameters: parameters.pointer) }
      guard let sum else { return nil }
      results.append(TextLoss(path: file.path, tokens: sum.predicted, nats: sum.nats, bytes: file.bytes))
    }
    return results
  }

  /// The summed loss of batches, each computed by one worker. The losses are added in the order of the batches, so the
  /// sum does not depend on the number of workers. Nil if `stop` returned true.
  ///
  /// - Parameter loss: a worker's loss on one batch.
  package static func loss<Worker>(
    of batches: [[TrainingCorpus.Piece]], _ corpus: TrainingCorpus, _ workers: [Worker], stop: () -> Bool = { false },
    _ loss: (Worker, RaggedBatch) -> LossSum
  ) -> LossSum? {
    var total = LossSum()
    for start in stride(from: 0, to: batches.count, by: workers.count) {
      if stop() { return nil }
      var sums = Array(repeating: LossSum(), count: min(workers.count, batches.count - start))
      sums.withUnsafeMutableBufferPointer { sums in
        let sums = sums  // each thread writes its own element
        Threads.perform(sums.count) { worker in
          sums[worker] = loss(workers[worker], RaggedBatch(batches[start + worker], of: corpus))
        }
      }
      for sum in sums { total += sum }
    }
    return total
  }

  /// Groups pieces, in order, into batches of at most `tokens` tokens.
  package static func batches(_ pieces: [TrainingCorpus.Piece], tokens: Int) -> [[TrainingCorpus.Piece]] {
    var batches: [[TrainingCorpus.Piece]] = []
    var used = 0
    for piece in pieces {
      if batches.isEmpty || used + piece.count > tokens {
        batches.append([])
        used = 0
      }
      batches[batches.count - 1].append(piece)
      used += piece.count
    }
    return batches
  }
}
