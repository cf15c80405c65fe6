import RetNet

/// States of a session's branches within a memory limit, so that every node of the tree is near to one.
///
/// If the limit is exceeded, the state is dropped whose loss lengthens the recomputation of the farthest node that needs
/// it the least.
struct BranchStates: Sendable {
  /// What decides which states a node can be recomputed from.
  struct Branch {
    var id: Int
    var parent: Int?
    var fork: Int
    var length: Int
  }

  /// Maximum number of states.
  let limit: Int
  /// By branch, in ascending order of position. A state belongs to the branch that has its last token after the fork.
  private var states: [Int: [Snapshot]] = [:]
  private(set) var count = 0

  /// Steps between the states that are kept of one branch.
  static let interval = 32

  init(limit: Int) { self.limit = limit }

  /// The latest state not after `position` on a branch.
  ///
  /// - Parameter start: the parent and the fork of a branch.
  func last(atMost position: Int, on branch: Int, start: (Int) -> (parent: Int?, fork: Int)) -> Snapshot? {
    var (next, limit): (Int?, Int) = (branch, position)
    while let id = next {
      if let found = states[id]?.last(where: { $0.position <= limit }) { return found }
      let (parent, fork) = start(id)
      (next, limit) = (parent, min(limit, fork))
    }
    return nil
  }

  /// Inserts a state without its step result, unless the limit is 0 or there is one at this node.
  mutating func insert(_ snapshot: Snapshot, on branch: Int) {
    guard limit > 0, snapshot.position > 0 else { return }
    let place = states[branch]?.firstIndex { $0.position >= snapshot.position } ?? states[branch]?.count ?? 0
    if let all = states[branch], place < all.count, all[place].position == snapshot.position { return }
    states[branch, default: []].insert(Snapshot(state: snapshot.state, divisions: snapshot.divisions), at: place)
    count += 1
  }

  /// Removes states beyond the limit.
  mutating func trim(_ branches: [Branch]) {
    guard count > limit else { return }
    let branches = branches.sorted { $0.id < $1.id }
    while count > limit, let (branch, index) = leastUseful(branches) {
      states[branch]?.remove(at: index)
      count -= 1
    }
  }

  /// A state and how far it reaches.
  private struct Use {
    var branch: Int
    var index: Int
    /// The position of the state before it, 0 without one.
    var before: Int
    /// The last position that is recomputed from it.
    var reach: Int
  }

  private func leastUseful(_ branches: [Branch]) -> (branch: Int, index: Int)? {
    var uses: [Use] = []
    /// The uses of each branch's own states, and the one that its first tokens are recomputed from.
    var own: [Int: Range<Int>] = [:]
    var starts: [Int: Int] = [:]
    func position(_ use: Int) -> Int { states[uses[use].branch]?[uses[use].index].position ?? 0 }
    func use(at fork: Int, on id: Int) -> Int? { own[id]?.last { position($0) <= fork } ?? starts[id] }
    for branch in branches {
      let start = branch.parent.flatMap { use(at: branch.fork, on: $0) }
      starts[branch.id] = start
      let first = uses.count
      var previous = start
      for (index, state) in (states[branch.id] ?? []).enumerated() {
        if let previous { uses[previous].reach = max(uses[previous].reach, state.position) }
        uses.append(
          Use(branch: branch.id, index: index, before: previous.map(position) ?? 0, reach: state.position))
        previous = uses.count - 1
      }
      own[branch.id] = first..<uses.count
      if let previous { uses[previous].reach = max(uses[previous].reach, branch.length) }
    }
    return uses.min { $0.reach - $0.before < $1.reach - $1.before }.map { ($0.branch, $0.index) }
  }
}
