import RetNet

/// Measures a model on text that it is not trained on.
package final class Validation {
  /// Longest document that is measured whole; of a longer one, each part starts from a zero state.
  package static let maximumLength = 4096

  private let corpus: TrainingCorpus
  private let workers: [any GradientSource]
  /// For each file, pieces in the order of the file, in lots that one worker takes at once.
  private let lots: [[[TrainingCorpus.Piece]]]

  /// - Parameters:
  ///   - workers: one for each thread; training may use them too, between two measurements.
  ///   - lotTokens: tokens that a worker takes at once, unless one document has more.
  package init(corpus: TrainingCorpus, workers: [any GradientSource], lotTokens: Int = 2048) {
    self.corpus = corpus
    self.workers = workers
    lots = corpus.files.map { file in
      Self.lots(corpus.pieces(of: file.documents, length: Self.maximumLength), tokens: lotTokens)
    }
  }

  /// The loss on each file; nil when `stop` asked to end early.
  package func measure(_ parameters: Buffer<Float>, stop: () -> Bool = { false }) -> [TextLoss]? {
    var results: [TextLoss] = []
    for (file, lots) in zip(corpus.files, lots) {
      let sum = Self.loss(of: lots, corpus, workers, stop: stop) { $0.loss($1, parameters: parameters.pointer) }
      guard let sum else { return nil }
      results.append(TextLoss(path: file.path, tokens: sum.predicted, nats: sum.nats, bytes: file.bytes))
    }
    return results
  }

  /// The summed loss of lots, one worker on each at a time; the sum is formed in the order of the lots, so that it does
  /// not depend on the number of workers. Nil when `stop` asked to end early.
  ///
  /// - Parameter loss: a worker's loss on one lot.
  package static func loss<Worker>(
    of lots: [[TrainingCorpus.Piece]], _ corpus: TrainingCorpus, _ workers: [Worker], stop: () -> Bool = { false },
    _ loss: (Worker, RaggedBatch) -> LossSum
  ) -> LossSum? {
    var total = LossSum()
    for start in stride(from: 0, to: lots.count, by: workers.count) {
      if stop() { return nil }
      var sums = Array(repeating: LossSum(), count: min(workers.count, lots.count - start))
      sums.withUnsafeMutableBufferPointer { sums in
        let sums = sums  // each thread writes its own element
        Threads.perform(sums.count) { worker in
          sums[worker] = loss(workers[worker], RaggedBatch(lots[start + worker], of: corpus))
        }
      }
      for sum in sums { total += sum }
    }
    return total
  }

  /// Pieces in their order, gathered until the next would exceed `tokens`.
  package static func lots(_ pieces: [TrainingCorpus.Piece], tokens: Int) -> [[TrainingCorpus.Piece]] {
    var lots: [[TrainingCorpus.Piece]] = []
    var used = 0
    for piece in pieces {
      if lots.isEmpty || used + piece.count > tokens {
        lots.append([])
        used = 0
      }
      lots[lots.count - 1].append(piece)
      used += piece.count
    }
    return lots
  }
}
