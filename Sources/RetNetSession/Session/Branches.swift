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
