/// How far training is in its data: all it takes to go on with the next piece.
public struct TrainingCursor: Sendable, Hashable, Codable {
  /// Times that all the data was seen.
  public var epoch = 0
  /// Pieces of this epoch that were seen.
  public var index = 0

  public init() {}
}

/// The order in which pieces are seen: in every epoch another shuffle, which follows from seed and epoch alone.
struct EpochOrder: Sendable {
  let count: Int
  let seed: UInt64
  private var epoch: Int
  private var order: [Int32]

  init(count: Int, seed: UInt64, epoch: Int = 0) {
    precondition(count > 0, "an order of \(count) pieces")
    self.count = count
    self.seed = seed
    self.epoch = epoch
    order = Self.shuffle(count: count, seed: seed, epoch: epoch)
  }

  /// The piece under the cursor.
  mutating func piece(at cursor: TrainingCursor) -> Int {
    if cursor.epoch != epoch {
      epoch = cursor.epoch
      order = Self.shuffle(count: count, seed: seed, epoch: epoch)
    }
    return Int(order[cursor.index])
  }

  /// Fisher and Yates, written out: the standard library may change its own way of shuffling.
  private static func shuffle(count: Int, seed: UInt64, epoch: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03)
    var order = (0..<Int32(count)).map { $0 }
    for i in stride(from: count - 1, to: 0, by: -1) {
      let other = Int(generator.next().multipliedFullWidth(by: UInt64(i + 1)).high)
      order.swapAt(i, other)
    }
    return order
  }
}
