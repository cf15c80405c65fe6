/// The dropout of one pass through a model: each place in it draws from a key of its own.
package struct PassDropout: Sendable, Hashable {
  package let dropout: Dropout
  package let seed: UInt64

  package init(dropout: Dropout, seed: UInt64) {
    self.dropout = dropout
    self.seed = seed
  }

  package enum Place: Sendable, Hashable {
    case embedding
    /// What a block's retention or MLP adds to the residual stream.
    case retention(block: Int)
    case mlp(block: Int)
  }

  package func key(_ place: Place) -> UInt64 {
    let number: UInt64 =
      switch place {
      case .embedding: 0
      case .retention(let block): 1 + 2 * UInt64(block)
      case .mlp(let block): 2 + 2 * UInt64(block)
      }
    var generator = SeededGenerator(seed: seed &+ number &* 0x9FB2_1C65_1E98_DF25)
    return generator.next()
  }
}
