/// Sequences of any lengths, concatenated without padding as the rows of one matrix. Projections use all rows at once;
/// retention is computed per sequence.
package struct Sequences: Sendable, Hashable {
  package let lengths: [Int]
  /// The position of each sequence's first token, which is the position of its state.
  package let positions: [Int]
  /// The rows of each sequence.
  package let ranges: [Range<Int>]
  /// All rows.
  package let rows: Int

  /// - Parameter positions: nil means 0 for all.
  package init(lengths: [Int], positions: [Int]? = nil) {
    precondition(lengths.allSatisfy { $0 >= 0 }, "lengths are not negative, found \(lengths)")
    precondition((positions ?? lengths).count == lengths.count, "\(lengths.count) sequences need one position each")
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
