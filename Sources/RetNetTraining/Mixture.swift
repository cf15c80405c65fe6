import RetNet

/// How often one epoch repeats the documents of each file.
///
/// The whole part of a file's passes repeats all its documents; the fraction adds a random share of them, chosen again
/// in each epoch.
package struct Mixture: Sendable {
  package struct Share: Sendable, Hashable {
    package var documents: Range<Int>
    /// Above 0.
    package var passes: Double
  }

  package let shares: [Share]
  /// Index of each document's first piece, followed by the number of pieces.
  package let bounds: [Int]

  package init(shares: [Share], bounds: [Int]) {
    self.shares = shares
    self.bounds = bounds
  }

  /// Uses each of `count` pieces once.
  package init(count: Int) {
    self.init(shares: [Share(documents: 0..<count, passes: 1)], bounds: Array(0...count))
  }

  /// The pieces of an epoch, file by file, determined by seed and epoch.
  package func pieces(epoch: Int, seed: UInt64) -> [Int32] {
    var pieces: [Int32] = []
    for (index, share) in shares.enumerated() {
      let all = bounds[share.documents.lowerBound]..<bounds[share.documents.upperBound]
      for _ in 0..<Int(share.passes) { pieces += all.lazy.map(Int32.init) }
      let fraction = share.passes - share.passes.rounded(.down)
      guard fraction > 0 else { continue }
      var generator = SeededGenerator(
        seed: seed &+ UInt64(epoch) &* 0xA076_1D64_78BD_642F &+ UInt64(index) &* 0xE703_7ED1_A0B4_28DB)
      for document in choice(of: share.documents, fraction, &generator) {
        pieces += (bounds[document]..<bounds[document + 1]).lazy.map(Int32.init)
      }
    }
    return pieces
  }

  /// A random share of the documents that have pieces, at least one.
  private func choice(of documents: Range<Int>, _ fraction: Double, _ generator: inout SeededGenerator) -> ArraySlice<
    Int
  > {
    let candidates = documents.filter { bounds[$0] < bounds[$0 + 1] }
    let count = min(max(Int((fraction * Double(candidates.count)).rounded()), 1), candidates.count)
    return generator.choice(of: count, from: candidates)
  }
}
