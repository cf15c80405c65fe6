import RetNet

/// What a session holds beside its present moment.
package struct SessionSummary: Sendable, Hashable {
  /// A way that the session has taken, from the first token on.
  package struct Branch: Sendable, Hashable, Identifiable {
    /// Counted from 0 in the order in which they began.
    package var id: Int
    /// The branch that it left; nil of the first.
    package var parent: Int?
    /// Tokens that it shares with the branch that it left, from the start on; 0 of the first.
    package var fork: Int
    /// Tokens recorded.
    package var length: Int
    /// The text behind the fork, as far as it goes on one line.
    package var text: String

    package init(id: Int, parent: Int? = nil, fork: Int, length: Int, text: String) {
      self.id = id
      self.parent = parent
      self.fork = fork
      self.length = length
      self.text = text
    }
  }

  /// An experiment that is in force or still to come on the present branch.
  package struct Entry: Sendable, Hashable {
    package var experiment: Experiment
    /// Tokens before the first step that it acts on.
    package var position: Int

    package init(experiment: Experiment, position: Int) {
      self.experiment = experiment
      self.position = position
    }
  }

  /// Tokens up to the present moment.
  package var position: Int
  /// Tokens recorded on the present branch, those beyond the present moment included.
  package var length: Int
  /// In the order of their beginning.
  package var branches: [Branch]
  /// The present one's id.
  package var branch: Int
  /// Experiments on the present branch up to now, oldest first: the last one is undone first.
  package var experiments: [Entry]
  /// The norms of the next step; nil where they are not known.
  package var norms: NormOptions?

  package init(
    position: Int = 0, length: Int = 0, branches: [Branch] = [Branch(id: 0, fork: 0, length: 0, text: "")],
    branch: Int = 0,
    experiments: [Entry] = [], norms: NormOptions? = nil
  ) {
    self.position = position
    self.length = length
    self.branches = branches
    self.branch = branch
    self.experiments = experiments
    self.norms = norms
  }
}
