import RetNet

/// Sequences side by side without padding: what one worker computes in one step.
package struct RaggedBatch: Sendable, Hashable {
  /// All inputs, one sequence after another; `targets` holds the token that each predicts, −1 where it predicts none.
  package var tokens: [Int32] = []
  package var targets: [Int32] = []
  /// Tokens of each sequence.
  package var lengths: [Int] = []
  /// The state that each sequence begins with, and once it was computed the one that it leaves; nil where it begins with an
  /// empty one and nobody asks for the other. Empty where that holds for all.
  package var states: [ModelState?] = []
  /// Of the gradients; the loss alone has none.
  package var dropout: PassDropout?

  /// Targets that are predicted.
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
      replies.forEach(piece.start..<piece.start + piece.count, of: corpus.tokens) { isOwn in
        if !isOwn { targets[i] = -1 }
        i += 1
      }
    }
  }
}

/// Takes pieces in their epoch's order until the next would exceed the budget of tokens.
///
/// Where a piece goes on, the next piece of its document comes at the beginning of the next batch. Those always fit: each is
/// at most as long as the one before it.
struct BatchPacker: Sendable {
  package let pieces: [TrainingCorpus.Piece]
  package let budget: Int
  package private(set) var cursor: TrainingCursor
  /// What the next batch begins with.
  package private(set) var open: [TrainingCorpus.Piece]
  private var order: EpochOrder

  /// - Parameters:
  ///   - mixture: how often an epoch sees each piece; once where it is nil.
  ///   - budget: at least as many tokens as the longest piece has.
  ///   - open: what a batch before has left to go on with.
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

  /// The next step's pieces: at least one. A batch may hold the end of one epoch and the start of the next.
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

  /// Splits a batch over workers: the longest piece first, each to the worker that has least.
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
