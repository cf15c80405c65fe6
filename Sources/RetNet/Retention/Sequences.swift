/// Texts of any lengths, laid end to end as the rows of one matrix: projections take all rows at once, retention takes
/// each sequence alone, and nothing is padded.
struct Sequences: Sendable, Hashable {
  let lengths: [Int]
  /// The rows of each sequence.
  let ranges: [Range<Int>]
  /// All rows.
  let rows: Int

  init(lengths: [Int]) {
    precondition(lengths.allSatisfy { $0 >= 0 }, "lengths are not negative, found \(lengths)")
    self.lengths = lengths
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
