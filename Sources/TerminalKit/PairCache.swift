/// Which colour pair of a terminal stands for which two colours, within the number of pairs it has.
///
/// When all are taken, the one not used for longest is given up.
struct PairCache: Sendable {
  struct Colors: Hashable, Sendable {
    package var foreground: Int?
    package var background: Int?
  }

  package struct Answer: Hashable, Sendable {
    package var pair: Int
    /// The pair has to be defined before it is used.
    package var isNew: Bool
    /// The pair stood for other colours until now; cells shown with it change too.
    var isTakenOver: Bool
  }

  /// Pairs that may be defined, 1 to `capacity`. Pair 0 is the terminal's own colours and is never defined.
  package let capacity: Int
  private var pairs: [Colors: (pair: Int, lastUse: Int)] = [:]
  private var clock = 0

  package init(capacity: Int) { self.capacity = max(0, capacity) }

  /// The pair for two colours; pair 0 for the terminal's own, and for everything if there are no pairs.
  package mutating func pair(for colors: Colors) -> Answer {
    guard capacity > 0, colors != Colors(foreground: nil, background: nil) else {
      return Answer(pair: 0, isNew: false, isTakenOver: false)
    }
    clock += 1
    if let known = pairs[colors] {
      pairs[colors] = (known.pair, clock)
      return Answer(pair: known.pair, isNew: false, isTakenOver: false)
    }
    if pairs.count < capacity {
      let pair = pairs.count + 1
      pairs[colors] = (pair, clock)
      return Answer(pair: pair, isNew: true, isTakenOver: false)
    }
    guard let oldest = pairs.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return Answer(pair: 0, isNew: false, isTakenOver: false)
    }
    pairs[oldest.key] = nil
    pairs[colors] = (oldest.value.pair, clock)
    return Answer(pair: oldest.value.pair, isNew: true, isTakenOver: true)
  }
}
