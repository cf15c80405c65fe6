/// The dropout of one pass through a model. Each site has its own key.
package struct PassDropout: Sendable, Hashable {
  package let dropout: Dropout
  package let seed: UInt64

  package init(dropout: Dropout, seed: UInt64) {
    self.dropout = dropout
    self.seed = seed
  }

  package enum Site: Sendable, Hashable {
    case embedding
    /// The output of a block's retention or MLP.
    case retention(block: Int)
    case mlp(block: Int)
  }

  package func key(_ site: Site) -> UInt64 {
    let number: UInt64 =
      switch site {
      case .embedding: 0
      case .retention(let block): 1 + 2 * UInt64(block)
      case .mlp(let block): 2 + 2 * UInt64(block)
      }
    var generator = SeededGenerator(seed: seed &+ number &* 0x9FB2_1C65_1E98_DF25)
    return generator.next()
  }
}
