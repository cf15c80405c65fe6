import RetNet

/// A worker's share of a training step: sequences of any lengths, concatenated without padding.
package struct RaggedBatch: Sendable, Hashable {
  /// All inputs, concatenated. `targets` holds the token after each, or −1 if it is not predicted.
  package var tokens: [Int32] = []
  package var targets: [Int32] = []
  /// Tokens of each sequence.
  package var lengths: [Int] = []
  /// Each sequence's state before its first token; the forward pass replaces it with the state after the last. Nil for
  /// an empty start whose final state is discarded. An empty array means nil for all sequences.
  package var states: [ModelState?] = []
  /// Dropout of the forward and backward pass; ignored when only the loss is computed.
  package var dropout: PassDropout?

  /// Number of predicted targets.
  package var predicted: Int { targets.count { $0 >= 0 } }

  package init(
    _ pieces: [TrainingCorpus.Piece], of corpus: TrainingCorpus, predicting predicted: PredictedTokens = .all
  ) {
    let count = pieces.reduce(0) { $0 + $1.count }
    tokens.reserveCapacity(count)
    targets.reserveCapacity(count)
    lengths = pieces.map(\.count)
    for piece in pieces {
      tokens += corpus.tokens[piece.start..<piece.start + piece.count]
      targets += corpus.tokens[piece.start + 1..<piece.start + 1 + piece.count]
      guard predicted == .replies, let replies = corpus.replies else { continue }
      var i = targets.count - piece.count
      replies.forEach(piece.start..<piece.start + piece.count, of: corpus.tokens) { isGenerated in
        if !isGenerated { targets[i] = -1 }
        i += 1
      }
    }
  }
}

/// Packs the pieces of each epoch, in order, into batches of at most `budget` tokens.
///
/// A piece with remaining tokens is continued at the start of the next batch. The continuations always fit, since each
/// is at most as long as the piece before it.
struct BatchPacker: Sendable {
  package let pieces: [TrainingCorpus.Piece]
  package let budget: Int
  package private(set) var cursor: TrainingCursor
  /// The continuations that the next batch starts with.
  package private(set) var open: [TrainingCorpus.Piece]
  private var order: EpochOrder

  /// - Parameters:
  ///   - mixture: how often an epoch repeats each piece; nil for once.
  ///   - budget: at least the length of the longest piece.
  ///   - open: continuations of the previous batch's pieces.
  package init(
    pieces: [TrainingCorpus.Piece], mixture: Mixture? = nil, budget: Int, seed: UInt64,
    cursor: TrainingCursor = TrainingCursor(), open: [TrainingCorpus.Piece] = []
  ) {
    self.pieces = pieces
    self.budget = budget
    self.cursor = cursor
    self.open = open
    order = EpochOrder(mixture ?? Mixture(count: pieces.count), seed: seed, epoch: cursor.epoch)
  }

  /// The pieces of the next step, at least one. A batch may span the end of one epoch and the start of the next.
  package mutating func next() -> [TrainingCorpus.Piece] {
    var batch = open
    var used = batch.reduce(0) { $0 + $1.count }
    while used < budget {
      let piece = pieces[order.piece(at: cursor)]
      guard batch.isEmpty || used + piece.count <= budget else { break }
      batch.append(piece)
      used += piece.count
      order.advance(&cursor)
    }
    open = batch.compactMap(\.next)
    return batch
  }

  /// Distributes a batch over workers: longest piece first, each to the worker with the fewest tokens.
  ///
  /// - Returns: for each worker, indices into `batch`.
  package static func split(_ batch: [TrainingCorpus.Piece], workers: Int) -> [[Int]] {
    var shares = Array(repeating: [Int](), count: workers)
    var loads = Array(repeating: 0, count: workers)
    func key(_ i: Int) -> (Int, Int, Int) { (-batch[i].count, batch[i].start, i) }
    for i in batch.indices.sorted(by: { key($0) < key($1) }) {
      var least = 0
      for worker in 1..<max(workers, 1) where loads[worker] < loads[least] { least = worker }
      shares[least].append(i)
      loads[least] += batch[i].count
    }
    return shares
  }
}
