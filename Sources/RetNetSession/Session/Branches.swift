import RetNet

/// The branches of a session: the current one and the inactive ones.
package struct Branches: Sendable {
  /// An inactive branch, up to its last token.
  package struct InactiveBranch: Sendable {
    var parent: Int?
    package var fork: Int
    /// Positioned at its end.
    package var conversation: Conversation
    package var experiments: [SessionSummary.Entry]
  }

  /// Inactive branches by id.
  private(set) var inactive: [Int: InactiveBranch] = [:]
  /// Id of the current branch.
  package private(set) var id = 0
  /// The branch that the current one forked from; nil for the first.
  private(set) var parent: Int?
  /// Tokens shared with the parent.
  package private(set) var fork = 0
  /// Experiments on the current branch, oldest first.
  package var experiments: [SessionSummary.Entry] = []

  package init() {}

  package init(id: Int, parent: Int?, fork: Int, experiments: [SessionSummary.Entry], inactive: [Int: InactiveBranch]) {
    (self.id, self.parent, self.fork, self.experiments, self.inactive) = (id, parent, fork, experiments, inactive)
  }

  /// Makes the current branch inactive and starts a new one at the conversation's position.
  package mutating func fork(_ conversation: Conversation) {
    let position = conversation.position
    deactivate(conversation)
    parent = id
    id = (inactive.keys.max() ?? 0) + 1
    fork = position
    experiments.removeAll { $0.position > position }
  }

  /// Makes the current branch inactive and another one current.
  ///
  /// - Returns: the conversation of that branch, at its end; nil if there is no such branch.
  package mutating func select(_ id: Int, leaving conversation: Conversation) -> Conversation? {
    guard let chosen = inactive.removeValue(forKey: id) else { return nil }
    deactivate(conversation)
    (self.id, parent, fork, experiments) = (id, chosen.parent, chosen.fork, chosen.experiments)
    return chosen.conversation
  }

  /// The segments of a branch that its snapshots belong to, the last one first.
  package func path(of id: Int) -> [Snapshots.Segment] {
    var path: [Snapshots.Segment] = []
    var (next, end): (Int?, Int) = (id, .max)
    while let branch = next {
      let (parent, fork) = origin(of: branch)
      // A branch whose fork is after the end has no position of its own here.
      if end > fork || parent == nil { path.append((branch, end)) }
      (next, end) = (parent, min(end, fork))
    }
    return path
  }

  /// The branch on which a position of the current one is first, and the first position of that branch.
  func owner(of position: Int) -> (branch: Int, fork: Int) {
    var branch = id
    while true {
      let (parent, fork) = origin(of: branch)
      guard let parent, position <= fork else { return (branch, fork) }
      branch = parent
    }
  }

  /// The number of branches that have the first `position` tokens of the current one and at least one more.
  func count(continuing position: Int, _ current: Conversation) -> Int {
    // Parents have smaller ids than their branches.
    var owners: [Int: Int] = [:]
    for branch in (inactive.keys + [id]).sorted() {
      let (parent, fork) = origin(of: branch)
      owners[branch] = parent.flatMap { position <= fork ? owners[$0] : nil } ?? branch
    }
    let lengths = inactive.mapValues(\.conversation.recorded.count).merging([id: current.recorded.count]) { $1 }
    return lengths.count { $0.value > position && owners[$0.key] == owners[id] }
  }

  private func origin(of branch: Int) -> (parent: Int?, fork: Int) {
    branch == id ? (parent, fork) : (inactive[branch]?.parent, inactive[branch]?.fork ?? 0)
  }

  private mutating func deactivate(_ conversation: Conversation) {
    var atEnd = conversation
    atEnd.go(to: atEnd.recorded.count)
    inactive[id] = InactiveBranch(parent: parent, fork: fork, conversation: atEnd, experiments: experiments)
  }

  /// All branches, in the order of their creation.
  package func summaries(_ current: Conversation) -> [SessionSummary.Branch] {
    func summary(_ id: Int, _ parent: Int?, _ fork: Int, _ conversation: Conversation) -> SessionSummary.Branch {
      SessionSummary.Branch(
        id: id, parent: parent, fork: fork, length: conversation.recorded.count, text: conversation.text(from: fork))
    }
    let others = inactive.map { summary($0.key, $0.value.parent, $0.value.fork, $0.value.conversation) }
    return (others + [summary(id, parent, fork, current)]).sorted { $0.id < $1.id }
  }
}
