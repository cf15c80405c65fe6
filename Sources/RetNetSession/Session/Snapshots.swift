import RetNet

/// A model after so many tokens of a conversation: a value, so that keeping one keeps the moment.
package struct Snapshot: Sendable {
  /// Tokens fed.
  package var position: Int { state.position }
  package var state: ModelState
  /// What may come after the last token; nil before the first.
  package var next: NextToken?
  /// How often each head's divisor of norm 3 was above 1, `[layers · heads]`; empty where it never was.
  package var divisions: [Int] = []
  /// nil before the first token.
  package var result: StepResult?

  package init(state: ModelState, next: NextToken? = nil, divisions: [Int] = [], result: StepResult? = nil) {
    self.state = state
    self.next = next
    self.divisions = divisions
    self.result = result
  }

  /// Bytes that a snapshot of this model takes.
  package static func byteCount(_ configuration: ModelConfiguration) -> Int {
    let trace = configuration.layers * 2 * configuration.keyDim
    return configuration.stateBytes + (trace + configuration.vocabularySize) * MemoryLayout<Float>.stride
  }
}

/// Snapshots of a conversation, as many as their memory allows: the latest moments one by one and, where there is room for
/// many, some earlier ones, further apart the more there are.
package struct Snapshots: Sendable {
  /// Snapshots kept at most: of a large model one, so that a step back costs nothing; of a small one 128.
  package let limit: Int
  /// By position, the latest last.
  package private(set) var all: [Snapshot] = []

  /// - Parameters:
  ///   - bytes: what all snapshots together may take; one is kept even where it takes more.
  ///   - each: what one takes.
  package init(bytes: Int, each: Int) { limit = min(max(bytes / max(each, 1), 1), 128) }

  package var count: Int { all.count }

  /// The latest moments, of which every one is kept.
  var dense: Int { limit < 16 ? limit : limit * 3 / 4 }

  /// Keeps one more, in the place of one of the same position where there is one. Where there is no room, the one goes
  /// that leaves the smallest gap among the earlier ones, or the first.
  package mutating func insert(_ snapshot: Snapshot) {
    let place = all.firstIndex { $0.position >= snapshot.position } ?? all.count
    if place < all.count, all[place].position == snapshot.position { return all[place] = snapshot }
    all.insert(snapshot, at: place)
    guard all.count > limit else { return }
    let earlier = all.dropLast(dense).indices.dropFirst()
    func gap(_ i: Int) -> Int { all[i + 1].position - all[i - 1].position }
    all.remove(at: earlier.min { gap($0) < gap($1) } ?? 0)
  }

  /// The latest one that is not later than `position`.
  package func last(atMost position: Int) -> Snapshot? { all.last { $0.position <= position } }

  /// Forgets those that are later than `position`.
  package mutating func removeAll(after position: Int) {
    while let last = all.last, last.position > position { all.removeLast() }
  }

  package mutating func removeAll() { all.removeAll() }
}
