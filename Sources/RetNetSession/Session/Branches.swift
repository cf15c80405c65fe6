import RetNet

/// The ways that a session has taken: the one it stands on, and those that were left.
package struct Branches: Sendable {
  /// A way that was left, as far as it went.
  package struct Parked: Sendable {
    var parent: Int?
    package var fork: Int
    /// At its end.
    package var conversation: Conversation
    package var experiments: [SessionSummary.Entry]
  }

  /// By id, but for the present one.
  private(set) var parked: [Int: Parked] = [:]
  /// The present one's id.
  package private(set) var id = 0
  /// The one that it left; nil of the first.
  private(set) var parent: Int?
  /// Tokens that it shares with that one.
  package private(set) var fork = 0
  /// What has been done on the present way, oldest first.
  package var experiments: [SessionSummary.Entry] = []

  package init() {}

  package init(id: Int, parent: Int?, fork: Int, experiments: [SessionSummary.Entry], parked: [Int: Parked]) {
    (self.id, self.parent, self.fork, self.experiments, self.parked) = (id, parent, fork, experiments, parked)
  }

  /// Leaves the present way, which is kept, for a new one that goes on from the conversation's moment.
  package mutating func leave(_ conversation: Conversation) {
    let position = conversation.position
    park(conversation)
    parent = id
    id = (parked.keys.max() ?? 0) + 1
    fork = position
    experiments.removeAll { $0.position > position }
  }

  /// Takes another way instead of the present one, which is kept.
  ///
  /// - Returns: its conversation, at its end; nil where there is no such way.
  package mutating func select(_ id: Int, leaving conversation: Conversation) -> Conversation? {
    guard let chosen = parked.removeValue(forKey: id) else { return nil }
    park(conversation)
    (self.id, parent, fork, experiments) = (id, chosen.parent, chosen.fork, chosen.experiments)
    return chosen.conversation
  }

  private mutating func park(_ conversation: Conversation) {
    var left = conversation
    left.go(to: left.recorded.count)
    parked[id] = Parked(parent: parent, fork: fork, conversation: left, experiments: experiments)
  }

  /// All ways in the order of their beginning.
  package func summaries(_ present: Conversation) -> [SessionSummary.Branch] {
    func summary(_ id: Int, _ parent: Int?, _ fork: Int, _ conversation: Conversation) -> SessionSummary.Branch {
      SessionSummary.Branch(
        id: id, parent: parent, fork: fork, length: conversation.recorded.count, text: conversation.text(from: fork))
    }
    let left = parked.map { summary($0.key, $0.value.parent, $0.value.fork, $0.value.conversation) }
    return (left + [summary(id, parent, fork, present)]).sorted { $0.id < $1.id }
  }
}
