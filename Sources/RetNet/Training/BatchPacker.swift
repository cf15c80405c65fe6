/// Sequences side by side without padding: what one worker computes in one step.
struct RaggedBatch: Sendable, Hashable {
  /// All inputs, one sequence after another; `targets` holds the token that each predicts, −1 where it predicts none.
  var tokens: [Int32] = []
  var targets: [Int32] = []
  /// Tokens of each sequence. Each starts from a zero state.
  var lengths: [Int] = []

  /// Targets that are predicted.
  var predicted: Int { targets.count { $0 >= 0 } }

  init(_ pieces: [TrainingCorpus.Piece], of corpus: TrainingCorpus, predicting predicted: PredictedTokens = .all) {
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
struct BatchPacker: Sendable {
  let pieces: [TrainingCorpus.Piece]
  let budget: Int
  private(set) var cursor: TrainingCursor
  private var order: EpochOrder

  /// - Parameters:
  ///   - mixture: how often an epoch sees each piece; once where it is nil.
  ///   - budget: at least as many tokens as the longest piece has.
  init(
    pieces: [TrainingCorpus.Piece], mixture: Mixture? = nil, budget: Int, seed: UInt64,
    cursor: TrainingCursor = TrainingCursor()
  ) {
    self.pieces = pieces
    self.budget = budget
    self.cursor = cursor
    order = EpochOrder(mixture ?? Mixture(count: pieces.count), seed: seed, epoch: cursor.epoch)
  }

  /// The next step's pieces: at least one. A batch may hold the end of one epoch and the start of the next.
  mutating func next() -> [TrainingCorpus.Piece] {
    var batch: [TrainingCorpus.Piece] = []
    var used = 0
    while true {
      let piece = pieces[order.piece(at: cursor)]
      guard batch.isEmpty || used + piece.count <= budget else { return batch }
      batch.append(piece)
      used += piece.count
      _ = order.next(&cursor)
      if used == budget { return batch }
    }
  }

  /// Splits a batch over workers: the longest piece first, each to the worker that has least.
  static func split(_ batch: [TrainingCorpus.Piece], workers: Int) -> [[TrainingCorpus.Piece]] {
    var shares = Array(repeating: [TrainingCorpus.Piece](), count: workers)
    var loads = Array(repeating: 0, count: workers)
    for piece in batch.sorted(by: { ($1.count, $0.start) < ($0.count, $1.start) }) {
      var least = 0
      for worker in 1..<max(workers, 1) where loads[worker] < loads[least] { least = worker }
      shares[least].append(piece)
      loads[least] += piece.count
    }
    return shares
  }
}
