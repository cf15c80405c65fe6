import RetNet
import RetNetTraining

/// The loss of the tokens in a range of positions, over all documents of a file.
package struct PositionLoss: Sendable, Hashable {
  /// The tokens of the document before a predicted one.
  package var positions: ClosedRange<Int>
  /// Predicted tokens.
  package var tokens: Int
  /// −Σ ln p of them, in nats.
  package var nats: Double

  package init(positions: ClosedRange<Int>, tokens: Int, nats: Double) {
    (self.positions, self.tokens, self.nats) = (positions, tokens, nats)
  }

  /// Mean loss in nats per token.
  package var meanNats: Double { nats / Double(tokens) }
}

extension Evaluation {
  /// The loss on one file by position, in powers of two: 1, 2…3, 4…7 and so on. Each document is computed alone, so the
  /// sum may differ from `loss` by rounding.
  ///
  /// - Parameter progress: called after each document, from any thread, one call at a time.
  /// - Throws: `FileError`, `TextError`, and `ModelError` if a value is not finite.
  package func lossByPosition(
    on path: String, as reading: TrainingCorpus.Segmentation, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> [PositionLoss] {
    let corpus = try corpus(path, as: reading)
    let documents = corpus.pieces(length: corpus.tokens.count)
    let sums = try Threads.map(documents.count, threads: threads, done: { progress($0, documents.count) }) { index in
      var sums = [LossSum](repeating: LossSum(), count: Int.bitWidth)
      try forEachLoss(documents[index], corpus, Inference(model)) { n, nats in
        let power = (n + 1).bitWidth - 1 - (n + 1).leadingZeroBitCount
        sums[power].nats += nats
        sums[power].predicted += 1
      }
      return sums
    }
    return (0..<Int.bitWidth - 1).compactMap { power in
      let sum = sums.reduce(into: LossSum()) { $0 += $1[power] }
      guard sum.predicted > 0 else { return nil }
      let first = 1 << power
      return PositionLoss(positions: first...first + (first - 1), tokens: sum.predicted, nats: sum.nats)
    }
  }
}
