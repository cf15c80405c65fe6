import RetNet

/// The position of training in its data.
package struct TrainingCursor: Sendable, Hashable, Codable {
  /// Completed epochs.
  package var epoch = 0
  /// Pieces already used in this epoch.
  package var index = 0

  package init() {}
}

/// The order of the pieces: a new shuffle for each epoch, determined by seed and epoch.
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
    precondition(!order.isEmpty, "an epoch needs at least one piece")
  }

  /// The piece at the cursor.
  package mutating func piece(at cursor: TrainingCursor) -> Int {
    if cursor.epoch != epoch {
      epoch = cursor.epoch
      order = Self.shuffle(mixture, seed: seed, epoch: epoch)
    }
    return Int(order[cursor.index])
  }

  /// Moves the cursor to the next piece. Call `piece(at:)` first, which loads the order of the cursor's epoch.
  package func advance(_ cursor: inout TrainingCursor) {
    cursor.index += 1
    if cursor.index == order.count {
      cursor.index = 0
      cursor.epoch += 1
    }
  }

  /// Fisher-Yates. Implemented here because the algorithm of the standard library's shuffle may change.
  private static func shuffle(_ mixture: Mixture, seed: UInt64, epoch: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03)
    var order = mixture.pieces(epoch: epoch, seed: seed)
    for i in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(i, generator.index(below: i + 1)) }
    return order
  }
}
