/// What a session holds beside its present moment.
public struct SessionSummary: Sendable, Hashable {
  /// A way that the session has taken, from the first token on.
  public struct Branch: Sendable, Hashable, Identifiable {
    /// Counted from 0 in the order in which they began.
    public var id: Int
    /// The branch that it left; nil of the first.
    public var parent: Int?
    /// Tokens that it shares with the branch that it left, from the start on; 0 of the first.
    public var fork: Int
    /// Tokens recorded.
    public var length: Int
    /// The text behind the fork, as far as it goes on one line.
    public var text: String

    public init(id: Int, parent: Int? = nil, fork: Int, length: Int, text: String) {
      self.id = id
      self.parent = parent
      self.fork = fork
      self.length = length
      self.text = text
    }
  }

  /// An experiment that is in force or still to come on the present branch.
  public struct Entry: Sendable, Hashable {
    public var experiment: Experiment
    /// Tokens before the first step that it acts on.
    public var position: Int

    public init(experiment: Experiment, position: Int) {
      self.experiment = experiment
      self.position = position
    }
  }

  /// Tokens up to the present moment.
  public var position: Int
  /// Tokens recorded on the present branch, those beyond the present moment included.
  public var length: Int
  /// In the order of their beginning.
  public var branches: [Branch]
  /// The present one's id.
  public var branch: Int
  /// Experiments on the present branch up to now, oldest first: the last one is undone first.
  public var experiments: [Entry]
  /// The norms of the next step; nil where they are not known.
  public var norms: NormOptions?

  public init(
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

/// What a moment brings beside what it always has, as each takes time.
public struct Watch: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `Moment.lens`.
  public static let lens = Watch(rawValue: 1)
  /// `Moment.stages`.
  public static let stages = Watch(rawValue: 2)
}

/// A state to hold the present one against.
public enum StateReference: Sendable, Hashable {
  /// After so many tokens of the present branch.
  case position(Int)
  /// After as many tokens of another branch as now, or its last.
  case branch(Int)
  /// The same tokens under other norms, from the first on.
  case norms(NormOptions)
}

/// Where a run of steps stops by itself.
public enum Breakpoint: Sendable, Hashable, Codable {
  /// A token whose text holds this, upper and lower case alike.
  case token(String)
  /// The next token's entropy is above so many nats.
  case entropy(Float)
  /// ‖S‖ of a head, any where it is nil, is above this.
  case norm(Float, HeadPlace?)
  /// The chunkwise form's logits are further from the recurrent ones than this share of their magnitude.
  case divergence(Float)
}
