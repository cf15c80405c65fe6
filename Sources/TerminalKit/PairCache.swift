/// Assigns colours to the limited number of colour pairs of a terminal.
///
/// When all pairs are in use, the least recently used one is reassigned. Every call takes constant time.
struct PairCache: Sendable {
  struct Colors: Hashable, Sendable {
    var foreground: Int?
    var background: Int?
  }

  struct Assignment: Hashable, Sendable {
    var pair: Int
    /// Whether the pair must be defined before use.
    var isNew: Bool
    /// Whether the pair had other colours before. Cells that use it change too.
    var isReassigned: Bool
  }

  /// Number of definable pairs, 1 to `capacity`. Pair 0 has the terminal's default colours and is never defined.
  let capacity: Int
  private var pairs: [Colors: Int] = [:]
  /// A ring of the defined pairs by their last use, from pair 0: next is the most recent, previous the least.
  private var ring = [Link(colors: Colors(), previous: 0, next: 0)]

  private struct Link {
    var colors: Colors
    var previous: Int
    var next: Int
  }

  init(capacity: Int) { self.capacity = max(0, capacity) }

  /// The pair for two colours; pair 0 for the default colours, and for all colours if there are no pairs.
  mutating func pair(for colors: Colors) -> Assignment {
    guard capacity > 0, colors != Colors(foreground: nil, background: nil) else {
      return Assignment(pair: 0, isNew: false, isReassigned: false)
    }
    if let known = pairs[colors] {
      if ring[0].next != known {
        unlink(known)
        linkFirst(known)
      }
      return Assignment(pair: known, isNew: false, isReassigned: false)
    }
    let isFull = ring.count > capacity
    let pair = isFull ? ring[0].previous : ring.count
    if isFull {
      unlink(pair)
      pairs[ring[pair].colors] = nil
      ring[pair].colors = colors
    } else {
      ring.append(Link(colors: colors, previous: 0, next: 0))
    }
    pairs[colors] = pair
    linkFirst(pair)
    return Assignment(pair: pair, isNew: true, isReassigned: isFull)
  }

  private mutating func unlink(_ pair: Int) {
    let (previous, next) = (ring[pair].previous, ring[pair].next)
    ring[previous].next = next
    ring[next].previous = previous
  }

  private mutating func linkFirst(_ pair: Int) {
    let next = ring[0].next
    ring[pair].previous = 0
    ring[pair].next = next
    ring[next].previous = pair
    ring[0].next = pair
  }
}
