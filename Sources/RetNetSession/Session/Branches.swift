import RetNet
import RetNetText

/// The branches of a session: the current one and the inactive ones.
package struct Branches: Sendable {
  /// An inactive branch, up to its last token.
  package struct InactiveBranch: Sendable {
    var parent: Int?
    package var fork: Int
    /// Positioned at its end.
    package var conversation: Conversation
    package var experiments: [SessionSummary.Entry]
    /// The start of the text after the fork, which does not change.
    fileprivate let text: String

    package init(parent: Int?, fork: Int, conversation: Conversation, experiments: [SessionSummary.Entry]) {
      (self.parent, self.fork, self.experiments) = (parent, fork, experiments)
      self.conversation = conversation
      text = conversation.text(from: fork)
    }
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
  /// Bookmarks and notes.
  package var marks: [NodeMark] = []
  /// ln p of the tokens after the fork of each branch; NaN where it is not computed.
  private var logProbabilities: [Int: [Float]] = [:]
  /// The shown tokens of branches that have not changed since.
  private var shownTokens: [Int: [SessionTree.Token]] = [:]

  package init() {}

  package init(
    id: Int, parent: Int?, fork: Int, experiments: [SessionSummary.Entry], inactive: [Int: InactiveBranch],
    marks: [NodeMark] = []
  ) {
    (self.id, self.parent, self.fork, self.experiments, self.inactive) = (id, parent, fork, experiments, inactive)
    self.marks = marks
  }

  private var nextId: Int { max(inactive.keys.max() ?? 0, id) + 1 }

  /// Makes the current branch inactive and starts a new one at the conversation's position.
  package mutating func fork(_ conversation: Conversation) {
    let (position, new) = (conversation.position, nextId)
    deactivate(conversation)
    parent = id
    id = new
    fork = position
    experiments.removeAll { $0.position > position }
  }

  /// Adds an inactive branch that forked from the current one.
  ///
  /// - Parameters:
  ///   - conversation: at its end.
  ///   - logProbabilities: of the tokens after the fork.
  /// - Returns: its id.
  package mutating func add(_ conversation: Conversation, fork: Int, logProbabilities: [Float]) -> Int {
    let new = nextId
    inactive[new] = InactiveBranch(
      parent: id, fork: fork, conversation: conversation, experiments: experiments.filter { $0.position <= fork })
    self.logProbabilities[new] = logProbabilities
    return new
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
  func owner(of position: Int) -> (branch: Int, fork: Int) { owner(of: position, on: id) }

  /// The branch on which a position of a branch is first, and the first position of that branch.
  func owner(of position: Int, on branch: Int) -> (branch: Int, fork: Int) {
    var branch = branch
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
    let others = inactive.map { id, branch in
      SessionSummary.Branch(
        id: id, parent: branch.parent, fork: branch.fork, length: branch.conversation.recorded.count,
        text: branch.text)
    }
    let own = SessionSummary.Branch(
      id: id, parent: parent, fork: fork, length: current.recorded.count, text: current.text(from: fork))
    return (others + [own]).sorted { $0.id < $1.id }
  }

  /// The number of branches that fork after so many tokens.
  func forks(at position: Int) -> Int {
    inactive.values.count { $0.parent != nil && $0.fork == position } + (parent != nil && fork == position ? 1 : 0)
  }

  // MARK: Tokens

  /// Records ln p of the token at `index` of the current branch.
  mutating func record(_ logProbability: Float, at index: Int) {
    let (owner, fork) = owner(of: index + 1)
    let own = index - fork
    guard own >= 0 else { return }
    let missing = own + 1 - (logProbabilities[owner]?.count ?? 0)
    if missing > 0 {
      logProbabilities[owner, default: []].append(contentsOf: repeatElement(.nan, count: missing))
    }
    // Recomputed tokens have the same probability.
    if logProbabilities[owner]?[own].bitPattern == logProbability.bitPattern { return }
    logProbabilities[owner]?[own] = logProbability
    shownTokens[owner] = nil
  }

  /// The tokens after the fork of each branch, as text.
  mutating func tree(_ current: Conversation, _ tokenizer: Tokenizer) -> SessionTree {
    func shown(_ conversation: Conversation, _ id: Int, _ fork: Int) -> [SessionTree.Token] {
      let known = logProbabilities[id] ?? []
      let range = min(fork, conversation.recorded.count)..<conversation.recorded.count
      return conversation.shownTokens(range, tokenizer) { $0 - fork < known.count ? known[$0 - fork] : .nan }
    }
    for (id, branch) in inactive where shownTokens[id] == nil {
      shownTokens[id] = shown(branch.conversation, id, branch.fork)
    }
    shownTokens[id] = shown(current, id, fork)
    return SessionTree(tokens: shownTokens)
  }

  /// ln p of the token at `index` of the current branch; NaN if it is not computed.
  func logProbability(at index: Int) -> Float {
    let (owner, fork) = owner(of: index + 1)
    let own = index - fork
    let known = logProbabilities[owner] ?? []
    return known.indices.contains(own) ? known[own] : .nan
  }

  // MARK: Marks

  /// Changes the bookmark or the note of a node.
  package mutating func mark(_ change: MarkChange, branch: Int, position: Int) {
    let owner = owner(of: position, on: branch).branch
    let place = marks.firstIndex { $0.isAt(owner, position) }
    var mark = place.map { marks[$0] } ?? NodeMark(branch: owner, position: position)
    switch change {
    case .bookmark(let name): mark.bookmark = name
    case .note(let text): mark.note = text
    }
    if let place { marks.remove(at: place) }
    if !mark.isEmpty { marks.insert(mark, at: place ?? marks.count) }
  }
}
