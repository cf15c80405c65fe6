import RetNet

/// A model's state after a step of a conversation.
package struct Snapshot: Sendable {
  /// Tokens read.
  package var position: Int { state.position }
  package var state: ModelState
  /// The distribution after the last token; nil before the first.
  package var next: NextToken?
  /// How often each head's norm 3 divisor was above 1, `[layers · heads]`; empty if it never was.
  package var divisions: [Int] = []
  /// Nil before the first token.
  package var result: StepResult?

  package init(state: ModelState, next: NextToken? = nil, divisions: [Int] = [], result: StepResult? = nil) {
    self.state = state
    self.next = next
    self.divisions = divisions
    self.result = result
  }

  /// Bytes of a snapshot of this model.
  package static func byteCount(_ configuration: ModelConfiguration) -> Int {
    let trace = configuration.layers * 2 * configuration.keyDim
    return configuration.stateBytes + (trace + configuration.vocabularySize) * MemoryLayout<Float>.stride
  }
}

/// Snapshots of a conversation within a memory limit: all of the latest steps and, if there is room, some earlier ones
/// at increasing distances.
package struct Snapshots: Sendable {
  /// Maximum number of snapshots: at least 1, so that one step back needs no computation, and at most 128.
  package private(set) var limit: Int
  /// In ascending order of position.
  package private(set) var all: [Snapshot] = []

  /// - Parameters:
  ///   - bytes: memory limit of all snapshots; at least one is kept.
  ///   - each: bytes of one snapshot.
  package init(bytes: Int, each: Int) { limit = min(max(bytes / max(each, 1), 1), 128) }

  package var count: Int { all.count }

  /// Number of latest steps with a snapshot each.
  var dense: Int { limit < 16 ? limit : limit * 3 / 4 }

  /// Inserts a snapshot, replacing one at the same position. If the limit is exceeded, removes the earlier snapshot
  /// that leaves the smallest gap, or the first.
  package mutating func insert(_ snapshot: Snapshot) {
    let index = all.firstIndex { $0.position >= snapshot.position } ?? all.count
    if index < all.count, all[index].position == snapshot.position { return all[index] = snapshot }
    all.insert(snapshot, at: index)
    while all.count > limit { removeOne() }
  }

  /// Changes the maximum number, and removes snapshots beyond it.
  mutating func restrict(to limit: Int) {
    self.limit = max(limit, 1)
    while all.count > self.limit { removeOne() }
  }

  private mutating func removeOne() {
    let earlier = all.dropLast(dense).indices.dropFirst()
    func gap(_ i: Int) -> Int { all[i + 1].position - all[i - 1].position }
    all.remove(at: earlier.min { gap($0) < gap($1) } ?? 0)
  }

  /// The latest snapshot that is not after `position`.
  package func last(atMost position: Int) -> Snapshot? { all.last { $0.position <= position } }

  /// Removes the snapshots after `position`.
  package mutating func removeAll(after position: Int) {
    while let last = all.last, last.position > position { all.removeLast() }
  }

  package mutating func removeAll() { all.removeAll() }
}
