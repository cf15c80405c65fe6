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

  /// Bytes of a snapshot of this model: state, logits, the trace of one step, and 4 KiB for everything of a fixed size.
  package static func byteCount(_ configuration: ModelConfiguration) -> Int {
    let floats = 2 * configuration.keyDim + configuration.valueDim + configuration.modelDim + configuration.heads
    let trace = floats * MemoryLayout<Float>.stride + 3 * configuration.heads * MemoryLayout<Double>.stride
    return configuration.stateBytes + configuration.layers * trace
      + configuration.vocabularySize * MemoryLayout<Float>.stride + 4096
  }

  /// Without what grows with the text and what is computed on request.
  fileprivate var withoutText: Snapshot {
    var kept = self
    kept.result?.turnText = ""
    kept.result?.lens = []
    kept.result?.stages = []
    return kept
  }
}

/// Snapshots of all branches of a session within a memory limit: the latest ones, and earlier ones at distances that
/// grow with their age. Starts of turns and ends of branches are kept longer than others.
///
/// A snapshot belongs to the branch that its position is first on, so that branches share those before their fork.
package struct Snapshots: Sendable {
  private struct Entry: Sendable {
    var branch: Int
    var snapshot: Snapshot
    /// The number of snapshots inserted before this one.
    var serial: Int
    /// The first position of its branch.
    var fork: Int
    var isAnchor: Bool

    var key: (Int, Int) { (branch, snapshot.position) }
  }

  /// A branch, and the last of its positions that belongs to a conversation.
  package typealias Segment = (branch: Int, end: Int)

  /// Maximum number of snapshots: at least 1, so that one step back needs no computation.
  package let limit: Int
  /// In ascending order of branch and position.
  private var entries: [Entry] = []
  private var serial = 0

  /// Bounds the time of an insertion for small models.
  package static let mostSnapshots = 512
  /// A gap at a start of a turn counts so many times.
  private static let anchorWeight = 16.0

  /// - Parameters:
  ///   - bytes: memory limit of all snapshots; at least one is kept.
  ///   - each: bytes of one snapshot.
  package init(bytes: Int, each: Int) { limit = min(max(bytes / max(each, 1), 1), Self.mostSnapshots) }

  /// In ascending order of branch and position.
  package var all: [Snapshot] { entries.map(\.snapshot) }

  package var count: Int { entries.count }

  /// Number of latest snapshots that are never removed.
  var dense: Int { limit < 16 ? limit : limit / 2 }

  /// Inserts a snapshot, replacing one at the same position. If the limit is exceeded, removes an earlier one.
  ///
  /// - Parameters:
  ///   - branch: the branch that the position is first on.
  ///   - fork: the first position of that branch.
  ///   - isAnchor: whether a turn starts or a branch ends there.
  package mutating func insert(_ snapshot: Snapshot, of branch: Int = 0, fork: Int = 0, isAnchor: Bool = false) {
    var entry = Entry(
      branch: branch, snapshot: snapshot.withoutText, serial: serial, fork: fork, isAnchor: isAnchor)
    serial += 1
    let index = entries.partitioningIndex { entry.key <= $0.key }
    if index < entries.count, entries[index].key == entry.key {
      entry.isAnchor = isAnchor || entries[index].isAnchor
      return entries[index] = entry
    }
    entries.insert(entry, at: index)
    if entries.count > limit { entries.remove(at: leastUseful) }
  }

  /// The latest snapshot on the segments that is not after `position`.
  ///
  /// - Parameter path: the segments of a conversation, the last one first; by default the first branch.
  package func last(atMost position: Int, on path: [Segment] = [(0, .max)]) -> Snapshot? {
    for segment in path {
      let key = (segment.branch, min(segment.end, position))
      let after = entries.partitioningIndex { key < $0.key }
      if after > 0, entries[after - 1].branch == segment.branch { return entries[after - 1].snapshot }
    }
    return nil
  }

  package mutating func removeAll() { entries.removeAll() }

  /// Removes the snapshots of a branch whose tokens after `position` are dropped.
  mutating func removeAll(of branch: Int, after position: Int) {
    entries.removeAll { $0.branch == branch && $0.snapshot.position > position }
  }

  /// The index of the snapshot, except the latest, whose removal leaves the smallest gap for its age.
  private var leastUseful: Int {
    var best = (index: 0, value: Double.infinity)
    for (index, entry) in entries.enumerated() {
      let age = serial - entry.serial
      guard age > dense else { continue }
      let before = index > 0 && entries[index - 1].branch == entry.branch
      let after = index + 1 < entries.count && entries[index + 1].branch == entry.branch
      let start = before ? entries[index - 1].snapshot.position : entry.fork
      let end = (after ? entries[index + 1].snapshot : entry.snapshot).position
      let value = Double(end - start) / Double(age) * (entry.isAnchor ? Self.anchorWeight : 1)
      if value < best.value { best = (index, value) }
    }
    return best.index
  }
}
