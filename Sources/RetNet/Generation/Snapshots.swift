/// A model after so many tokens of a conversation: a value, so that keeping one keeps the moment.
struct Snapshot: Sendable {
  /// Tokens fed.
  var position: Int { state.position }
  var state: ModelState
  /// What may come after the last token; nil before the first.
  var next: NextToken?
  /// nil before the first token.
  var moment: Moment?

  /// Bytes that a snapshot of this model takes.
  static func byteCount(_ configuration: ModelConfiguration) -> Int {
    let trace = configuration.layers * 2 * configuration.keyDim
    return configuration.stateBytes + (trace + configuration.vocabularySize) * MemoryLayout<Float>.stride
  }
}

/// The last snapshots of a conversation, as many as their memory allows.
struct Snapshots: Sendable {
  /// Snapshots kept at most: of a large model one, so that a step back costs nothing; of a small one 128.
  let limit: Int
  /// By position, the newest last.
  private(set) var all: [Snapshot] = []

  /// - Parameters:
  ///   - bytes: what all snapshots together may take; one is kept even where it takes more.
  ///   - each: what one takes.
  init(bytes: Int, each: Int) { limit = min(max(bytes / max(each, 1), 1), 128) }

  var count: Int { all.count }

  /// Keeps one more; the oldest goes where there is no room.
  mutating func append(_ snapshot: Snapshot) {
    if all.count == limit { all.removeFirst() }
    all.append(snapshot)
  }

  /// Takes out the newest one that is not later than `position`, and forgets the later ones.
  mutating func takeLast(atMost position: Int) -> Snapshot? {
    while let last = all.last, last.position > position { all.removeLast() }
    return all.popLast()
  }

  mutating func removeAll() { all.removeAll() }
}
