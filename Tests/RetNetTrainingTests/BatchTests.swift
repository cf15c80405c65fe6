import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Batches")
struct BatchTests {
  @Test("Each token but a document's first is predicted once per epoch, in batches within the token budget")
  func coversOnce() {
    let documents = randomDocuments(lengths: [2, 9, 40, 3, 17, 6, 6, 25, 11, 2], vocabulary: 50, seed: 1)
    let corpus = TrainingCorpus(documents: documents)
    let pieces = corpus.pieces(length: 10)
    #expect(pieces.allSatisfy { (1...10).contains($0.count) })
    var packer = BatchPacker(pieces: pieces, budget: 24, seed: 3)
    var seen: [Int] = []
    while packer.cursor.epoch == 0 {
      let batch = packer.next()
      #expect(!batch.isEmpty)
      #expect(batch.reduce(0) { $0 + $1.count } <= 24)
      seen += batch.map(\.start)
    }
    // The last batch may reach into the second epoch.
    let epoch = seen.dropLast(packer.cursor.index)
    #expect(epoch.sorted() == pieces.map(\.start))
    let predicted = pieces.flatMap { $0.start + 1..<$0.start + 1 + $0.count }.sorted()
    var expected: [Int] = []
    var start = 0
    for document in documents {
      expected += start + 1..<start + document.count
      start += document.count
    }
    #expect(predicted == expected)
  }

  @Test("With carried states, a document's pieces are in consecutive batches, each document once per epoch")
  func carriesInOrder() {
    let lengths = [2, 9, 40, 1, 3, 17, 61, 6, 25, 11, 2]
    let corpus = TrainingCorpus(documents: randomDocuments(lengths: lengths, vocabulary: 50, seed: 1))
    let openings = (0..<corpus.documents).flatMap { corpus.firstPiece(of: $0, length: 10) }
    var packer = BatchPacker(pieces: openings, budget: 24, seed: 3)
    var expected: [TrainingCorpus.Piece] = []
    var seen: [Int: Int] = [:]
    for step in 0..<60 {
      if step == 30 {
        packer = BatchPacker(pieces: openings, budget: 24, seed: 3, cursor: packer.cursor, open: packer.open)
      }
      let batch = packer.next()
      #expect(batch.reduce(0) { $0 + $1.count } <= 24)
      #expect(Array(batch.prefix(expected.count)) == expected)
      #expect(batch.dropFirst(expected.count).allSatisfy { $0.position == 0 })
      for piece in batch { for i in piece.start..<piece.start + piece.count { seen[i, default: 0] += 1 } }
      expected = batch.filter { $0.rest > 0 }.map {
        TrainingCorpus.Piece(
          start: $0.start + $0.count, count: min(10, $0.rest), position: $0.position + 10, rest: max(0, $0.rest - 10))
      }
    }
    // Each input once per finished epoch, or once more.
    let epochs = packer.cursor.epoch
    #expect(epochs > 3)
    #expect(seen.count == lengths.reduce(0) { $0 + $1 - 1 })
    #expect(seen.values.allSatisfy { (epochs - 1...epochs + 1).contains($0) })
  }

  @Test("A shuffle is a permutation, the same for the same seed and epoch, and another in the next epoch")
  func shuffles() {
    func order(seed: UInt64, epoch: Int) -> [Int] {
      var order = EpochOrder(Mixture(count: 200), seed: seed)
      var cursor = TrainingCursor()
      cursor.epoch = epoch
      return (0..<200).map { index in
        cursor.index = index
        return order.piece(at: cursor)
      }
    }
    let first = order(seed: 1, epoch: 0)
    #expect(first.sorted() == Array(0..<200))
    #expect(first != Array(0..<200))
    #expect(order(seed: 1, epoch: 0) == first)
    #expect(order(seed: 1, epoch: 1) != first)
    #expect(order(seed: 2, epoch: 0) != first)
    #expect(order(seed: 1, epoch: 1).sorted() == Array(0..<200))
  }

  @Test("An epoch has each file's documents as often as its passes; a fraction is drawn again each time")
  func mixes() {
    // Files of 8, 6 and 4 documents of two pieces each, but for the last document of the second, which has none.
    let shares = zip([0..<8, 8..<14, 14..<18], [0.25, 2.5, 1]).map { Mixture.Share(documents: $0, passes: $1) }
    let bounds = (0...18).map { 2 * ($0 < 14 ? $0 : $0 - 1) }
    let mixture = Mixture(shares: shares, bounds: bounds)
    func counts(epoch: Int, seed: UInt64 = 1) -> [Int] {
      var counts = Array(repeating: 0, count: 34)
      for piece in mixture.pieces(epoch: epoch, seed: seed) { counts[Int(piece)] += 1 }
      return counts
    }
    var chosen: Set<[Int]> = []
    for epoch in 0..<20 {
      let found = counts(epoch: epoch)
      #expect((0..<17).allSatisfy { found[2 * $0] == found[2 * $0 + 1] }, "documents are taken whole")
      let perDocument = (0..<17).map { found[2 * $0] }
      #expect(perDocument[..<8].sorted() == [0, 0, 0, 0, 0, 0, 1, 1])
      #expect(perDocument[8..<13].sorted() == [2, 2, 3, 3, 3])
      #expect(perDocument[13...].allSatisfy { $0 == 1 })
      #expect(counts(epoch: epoch) == found)
      chosen.insert(Array(perDocument[..<8]))
    }
    #expect(chosen.count > 5)
    #expect(counts(epoch: 3, seed: 2) != counts(epoch: 3))
  }

  @Test("A small fraction is at least one document")
  func smallFraction() {
    let mixture = Mixture(shares: [Mixture.Share(documents: 0..<3, passes: 0.01)], bounds: [0, 1, 2, 3])
    #expect((0..<9).allSatisfy { mixture.pieces(epoch: $0, seed: 1).count == 1 })
  }

  @Test("A packer that starts at a cursor continues the sequence of batches")
  func resumes() {
    let corpus = TrainingCorpus(
      documents: randomDocuments(lengths: Array(repeating: 7, count: 40), vocabulary: 9, seed: 1))
    let pieces = corpus.pieces(length: 16)
    var packer = BatchPacker(pieces: pieces, budget: 33, seed: 8)
    for _ in 0..<11 { _ = packer.next() }
    var other = BatchPacker(pieces: pieces, budget: 33, seed: 8, cursor: packer.cursor)
    for _ in 0..<20 { #expect(packer.next() == other.next()) }

    // Epochs of different lengths.
    let mixture = Mixture(shares: [Mixture.Share(documents: 0..<13, passes: 1.4)], bounds: (0...13).map { $0 * $0 / 5 })
    var mixed = BatchPacker(pieces: pieces, mixture: mixture, budget: 33, seed: 8)
    while mixed.cursor.epoch < 3 { _ = mixed.next() }
    var resumed = BatchPacker(pieces: pieces, mixture: mixture, budget: 33, seed: 8, cursor: mixed.cursor)
    for _ in 0..<40 { #expect(mixed.next() == resumed.next()) }
    #expect(mixed.cursor == resumed.cursor)
  }

  @Test("Workers get all pieces, and at most an even share plus the longest piece", arguments: [1, 2, 3, 7])
  func splits(workers: Int) {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      let lengths = (0..<Int(1 + generator.next() % 20)).map { _ in Int(1 + generator.next() % 30) }
      let pieces = lengths.enumerated().map { TrainingCorpus.Piece(start: $0 * 100, count: $1) }
      let shares = BatchPacker.split(pieces, workers: workers)
      #expect(shares.count == workers)
      #expect(shares.joined().sorted() == Array(pieces.indices))
      let most = lengths.reduce(0, +) / workers + 30
      #expect(shares.allSatisfy { $0.reduce(0) { $0 + lengths[$1] } <= most })
    }
  }

  @Test("Targets are the inputs one token on, and no sequence sees another's tokens")
  func targets() {
    let corpus = TrainingCorpus(documents: [[1, 5, 6, 2], [1, 7, 2]])
    let batch = RaggedBatch(corpus.pieces(length: 2), of: corpus)
    #expect(batch.tokens == [1, 5, 6, 1, 7])
    #expect(batch.targets == [5, 6, 2, 7, 2])
    #expect(batch.lengths == [2, 1, 2])
  }

  @Test(
    "In conversations, replies and their ends are predicted; in a text without turns, all tokens",
    arguments: [1, 3, 50])
  func replies(length: Int) {
    let documents = [
      [1, 3, 10, 11, 4, 20, 21, 3, 12, 4, 22, 2], [1, 7, 8, 2], [1, 3, 10, 2], [1, 3, 13, 4, 23, 4, 24, 3, 14, 2],
    ]
    let corpus = TrainingCorpus(documents: documents, replies: ReplyTargets(bos: 1, user: 3, reply: 4))
    let pieces = corpus.pieces(length: length)
    let batch = RaggedBatch(pieces, of: corpus, predicting: .replies)
    #expect(
      batch.targets == [
        -1, -1, -1, -1, 20, 21, 3, -1, -1, 22, 2, 7, 8, 2, -1, -1, -1, -1, -1, -1, 23, 4, 24, 3, -1, -1,
      ])
    #expect(batch.predicted == 12)
    #expect(batch.tokens == RaggedBatch(pieces, of: corpus).tokens)
    for piece in pieces {
      let predicts = RaggedBatch([piece], of: corpus, predicting: .replies).predicted > 0
      #expect(corpus.predicts(.replies, in: piece) == predicts)
      #expect(corpus.predicts(.all, in: piece))
    }
  }
}
