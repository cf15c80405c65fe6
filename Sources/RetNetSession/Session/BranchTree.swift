/// The branches of a session as a tree, computed once for all branches.
package struct BranchTree: Sendable, Hashable {
  /// Each branch after its origin; of one origin's, a later fork first. A tree that is drawn in this order has no
  /// crossing lines.
  package private(set) var branches: [SessionSummary.Branch] = []
  private var origins: [Int: Int] = [:]
  private var forks: [Int: [Int]] = [:]
  /// The index of each branch in `branches`.
  private var lines: [Int: Int] = [:]

  /// - Parameter branches: in the order of creation, each after its parent.
  package init(_ branches: [SessionSummary.Branch] = []) {
    let all = Dictionary(branches.map { ($0.id, $0) }) { first, _ in first }
    for branch in branches {
      guard let parent = branch.parent, all[parent] != nil else { continue }
      var origin = parent
      // The origin of a branch is the last ancestor whose fork is earlier, so those between the two need no visit.
      while let found = all[origin], branch.fork <= found.fork, let earlier = origins[origin] { origin = earlier }
      origins[branch.id] = origin
      forks[origin, default: []].append(branch.id)
    }
    func sorted(_ ids: [Int]) -> [SessionSummary.Branch] {
      ids.compactMap { all[$0] }.sorted { ($0.fork, $1.id) < ($1.fork, $0.id) }
    }
    for (id, forked) in forks { forks[id] = sorted(forked).map(\.id) }
    var waiting = sorted(branches.filter { origins[$0.id] == nil }.map(\.id))
    while let next = waiting.popLast() {
      lines[next.id] = self.branches.count
      self.branches.append(next)
      waiting += (forks[next.id] ?? []).compactMap { all[$0] }
    }
  }

  /// The branch that a branch shares its last common token with: its parent, or an earlier one if the fork is not among
  /// the parent's own tokens; nil for the first.
  package func origin(of id: Int) -> Int? { origins[id] }

  /// The branches that fork from the own tokens of a branch, in the order of their forks; of one fork, the newest first.
  package func forks(of id: Int) -> [Int] { forks[id] ?? [] }

  /// The index of a branch in `branches`.
  package func line(of id: Int) -> Int? { lines[id] }

  package subscript(id: Int) -> SessionSummary.Branch? { lines[id].map { branches[$0] } }

  /// The branch among whose own tokens a token is: the branch itself, or an earlier one.
  ///
  /// - Parameter position: tokens up to and including this one, from 1.
  package func owner(of position: Int, on id: Int) -> Int {
    var owner = id
    while let branch = self[owner], position <= branch.fork, let origin = origins[owner] { owner = origin }
    return owner
  }
}
