import RetNet

/// The position, branches and experiments of a session.
package struct SessionSummary: Sendable, Hashable {
  /// A branch of the session, from the first token on.
  package struct Branch: Sendable, Hashable, Identifiable {
    /// Numbered from 0 in the order of creation.
    package var id: Int
    /// The branch that it forked from; nil for the first.
    package var parent: Int?
    /// Tokens shared with the parent; 0 for the first.
    package var fork: Int
    /// Tokens recorded.
    package var length: Int
    /// The start of the text after the fork, on one line.
    package var text: String

    package init(id: Int, parent: Int? = nil, fork: Int, length: Int, text: String) {
      self.id = id
      self.parent = parent
      self.fork = fork
      self.length = length
      self.text = text
    }
  }

  /// An experiment on the current branch.
  package struct Entry: Sendable, Hashable {
    package var experiment: Experiment
    /// Tokens before the first step that it applies to.
    package var position: Int

    package init(experiment: Experiment, position: Int) {
      self.experiment = experiment
      self.position = position
    }
  }

  /// Tokens before the current position.
  package var position: Int
  /// Tokens recorded on the current branch, including those after the position.
  package var length: Int
  /// In the order of creation.
  package var branches: [Branch]
  /// Id of the current branch.
  package var branch: Int
  /// Experiments on the current branch up to the position, oldest first. The last one is undone first.
  package var experiments: [Entry]
  /// The norms of the next step; nil if they are unknown.
  package var norms: NormOptions?

  /// The bookmarks and notes of the session.
  package var marks: [NodeMark] = []

  package init(
    position: Int = 0, length: Int = 0, branches: [Branch] = [Branch(id: 0, fork: 0, length: 0, text: "")],
    branch: Int = 0,
    experiments: [Entry] = [], norms: NormOptions? = nil, marks: [NodeMark] = []
  ) {
    self.position = position
    self.length = length
    self.branches = branches
    self.branch = branch
    self.experiments = experiments
    self.norms = norms
    self.marks = marks
  }
}
