/// Texts of any lengths, laid end to end as the rows of one matrix: projections take all rows at once, retention takes
/// each sequence alone, and nothing is padded.
package struct Sequences: Sendable, Hashable {
  package let lengths: [Int]
  /// The position of each sequence's first token: what came before it is in its state.
  package let positions: [Int]
  /// The rows of each sequence.
  package let ranges: [Range<Int>]
  /// All rows.
  package let rows: Int

  /// - Parameter positions: 0 for all where it is nil.
  package init(lengths: [Int], positions: [Int]? = nil) {
    precondition(lengths.allSatisfy { $0 >= 0 }, "lengths are not negative, found \(lengths)")
    precondition((positions ?? lengths).count == lengths.count, "a position for each of \(lengths.count) sequences")
    self.lengths = lengths
    self.positions = positions ?? lengths.map { _ in 0 }
    var ranges: [Range<Int>] = []
    var start = 0
    for length in lengths {
      ranges.append(start..<start + length)
      start += length
    }
    self.ranges = ranges
    rows = start
  }
}
