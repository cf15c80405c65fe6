import RetNet

/// How far training is in its data: all it takes to go on with the next piece.
package struct TrainingCursor: Sendable, Hashable, Codable {
  /// Epochs that are over.
  package var epoch = 0
  /// Pieces of this epoch that were seen.
  package var index = 0

  package init() {}
}

/// The order in which pieces are seen: in every epoch another shuffle, which follows from seed and epoch alone.
struct EpochOrder: Sendable {
  package let mixture: Mixture
  package let seed: UInt64
  private var epoch: Int
  private var order: [Int32]

  package init(_ mixture: Mixture, seed: UInt64, epoch: Int = 0) {
    self.mixture = mixture
    self.seed = seed
    self.epoch = epoch
    order = Self.shuffle(mixture, seed: seed, epoch: epoch)
    precondition(!order.isEmpty, "an order of no pieces")
  }

  /// The piece under the cursor.
  package mutating func piece(at cursor: TrainingCursor) -> Int {
    if cursor.epoch != epoch {
      epoch = cursor.epoch
      order = Self.shuffle(mixture, seed: seed, epoch: epoch)
    }
    return Int(order[cursor.index])
  }

  /// Moves the cursor past the piece under it, which was asked for before.
  package func advance(_ cursor: inout TrainingCursor) {
    cursor.index += 1
    if cursor.index == order.count {
      cursor.index = 0
      cursor.epoch += 1
    }
  }

  /// Fisher and Yates, written out: the standard library may change its own way of shuffling.
  private static func shuffle(_ mixture: Mixture, seed: UInt64, epoch: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03)
    var order = mixture.pieces(epoch: epoch, seed: seed)
    for i in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(i, generator.next(below: i + 1)) }
    return order
  }
}
