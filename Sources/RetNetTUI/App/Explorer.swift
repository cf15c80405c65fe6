import RetNet
import RetNetSession

/// The state explorer: its settings, its queries to the engine and their answers.
struct Explorer: Sendable, Hashable, ListSelection {
  /// A page of the explorer.
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// All layers and heads, small.
    case overview
    /// One head's matrix.
    case head
    /// Some entries of the matrix, with the arithmetic of the last step.
    case cell
    case decay
    /// Which tokens wrote the selected part, and in which heads a token is still present.
    case writers
    /// What the current token reads.
    case reading
    /// Candidates, sampler stages, logit lens.
    case prediction
    /// Norm, rank, saturation and energy over time.
    case statistics
    case experiments
    /// Branches and breakpoints.
    case branches
  }

  /// The values of a head's heatmap.
  enum Mode: String, Sendable, Hashable, CaseIterable {
    case state
    /// S_n − S_{n−1}.
    case change
    /// |k_i v_j| of the last token as a share of |S_ij|, at most 1.
    case share
    /// S − S of the reference.
    case difference
  }

  /// The part of S, at the probe, whose writers are listed.
  enum Part: String, Sendable, Hashable, CaseIterable { case cell, row, column, head }

  /// The values under the tokens.
  enum Strip: String, Sendable, Hashable, CaseIterable {
    /// What the selected head reads of each token at the current position.
    case weight
    /// The mean of these over the heads of the layer.
    case mean
    /// Entropy of the distribution from which each token came.
    case entropy
    /// −ln p of each token.
    case surprise
  }

  /// A state that the current one is compared with.
  struct Reference: Sendable, Hashable {
    var source: StateReference
    var state: ModelState
  }

  /// Queries already sent. Each is sent once.
  struct Asked: Sendable, Hashable {
    var watch: TraceOptions = []
    /// The position of the requested state.
    var before: Int?
    /// The position of a requested state that could not be computed.
    var beforeInVain: Int?
    var history: Place?
    var reference: Place?
    /// Whether the prediction without experiments was requested at this position.
    var unchanged = false

    /// A layer, or none, and a position.
    struct Place: Sendable, Hashable {
      var layer: Int?
      var position: Int
    }
  }

  /// Statistics of each head of a layer after each token.
  struct History: Sendable, Hashable {
    var layer: Int
    /// `[token][head]`
    var tokens: [[HeadStatistics]]
  }

  var page = Page.overview
  var mode = Mode.state
  var strip = Strip.weight
  var part = Part.cell
  var session = SessionSummary() {
    didSet {
      // Equal arrays usually share their memory, so that comparing them takes no time.
      guard session.branches != oldValue.branches else { return }
      tree = BranchTree(session.branches)
      lines = TreeLines(tree)
    }
  }
  /// The branches of the session as a tree, and its lines. Computed when the branches change.
  private(set) var tree = BranchTree(SessionSummary().branches)
  private(set) var lines = TreeLines(BranchTree(SessionSummary().branches))
  /// The state before the last step, if available.
  var before: ModelState?
  var reference: Reference?
  /// The requested reference.
  var wanted: StateReference?
  var history: History?
  /// The prediction at this position without experiments.
  var unchanged: UnchangedPrediction?
  var breakpoints: [Breakpoint] = []
  var asked = Asked()
  /// The text of the last search.
  var sought: String?
  /// The head that the next paste copies.
  var source: HeadIndex?
  /// The selected line of a list.
  var line = 0

  /// Clears the data of the previous session.
  mutating func forgetSession() {
    (session, before, reference, wanted, history, source) = (SessionSummary(), nil, nil, nil, nil, nil)
    (asked.before, asked.beforeInVain, asked.history, asked.reference, line) = (nil, nil, nil, nil, 0)
    forgetPrediction()
  }

  /// Removes the prediction of another position.
  mutating func forgetPrediction() { (unchanged, asked.unchanged) = (nil, false) }

  /// Records a step result, and appends it to the layer's history if it is the next step.
  mutating func note(_ result: StepResult, isNext: Bool) {
    session.position = result.position
    session.length = max(session.length, result.position)
    guard isNext, let layer = history?.layer, history?.tokens.count == result.position - 1 else { return }
    history?.tokens.append(HeadStatistics.all(result, layer: layer))
  }
}
