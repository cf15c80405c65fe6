/// Assigns colours to the limited number of colour pairs of a terminal.
///
/// When all pairs are in use, the least recently used one is reassigned.
struct PairCache: Sendable {
  struct Colors: Hashable, Sendable {
    package var foreground: Int?
    package var background: Int?
  }

  package struct Assignment: Hashable, Sendable {
    package var pair: Int
    /// Whether the pair must be defined before use.
    package var isNew: Bool
    /// Whether the pair had other colours before. Cells that use it change too.
    var isReassigned: Bool
  }

  /// Number of definable pairs, 1 to `capacity`. Pair 0 has the terminal's default colours and is never defined.
  package let capacity: Int
  private var pairs: [Colors: (pair: Int, lastUse: Int)] = [:]
  private var clock = 0

  package init(capacity: Int) { self.capacity = max(0, capacity) }

  /// The pair for two colours; pair 0 for the default colours, and for all colours if there are no pairs.
  package mutating func pair(for colors: Colors) -> Assignment {
    guard capacity > 0, colors != Colors(foreground: nil, background: nil) else {
      return Assignment(pair: 0, isNew: false, isReassigned: false)
    }
    clock += 1
    if let known = pairs[colors] {
      pairs[colors] = (known.pair, clock)
      return Assignment(pair: known.pair, isNew: false, isReassigned: false)
    }
    if pairs.count < capacity {
      let pair = pairs.count + 1
      pairs[colors] = (pair, clock)
      return Assignment(pair: pair, isNew: true, isReassigned: false)
    }
    guard let oldest = pairs.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return Assignment(pair: 0, isNew: false, isReassigned: false)
    }
    pairs[oldest.key] = nil
    pairs[colors] = (oldest.value.pair, clock)
    return Assignment(pair: oldest.value.pair, isNew: true, isReassigned: true)
  }
}
