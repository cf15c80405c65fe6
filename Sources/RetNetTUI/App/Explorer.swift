import RetNet
import RetNetSession

/// What the state explorer shows, and the engine's answers to its queries.
struct Explorer: Sendable, Hashable, ListSelection {
  /// What lies between the header and the token strip.
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// All layers and heads, small.
    case overview
    /// One head's matrix.
    case head
    /// One corner of it, with the arithmetic of the last step.
    case cell
    case decay
    /// Which tokens wrote the selection, and where a token still lives.
    case writers
    /// What the present token reads.
    case reading
    /// Candidates, sampler stages, logit lens.
    case prediction
    /// Norm, rank, saturation and energy over time.
    case statistics
    case experiments
    /// Branches and breakpoints.
    case branches
  }

  /// Which numbers of a head its heatmap shows.
  enum Mode: String, Sendable, Hashable, CaseIterable {
    case state
    /// S_n − S_{n−1}.
    case change
    /// |k_i v_j| of the last token as a share of |S_ij|, at most 1.
    case share
    /// S − S of the reference.
    case difference
  }

  /// What the writers are asked for, at the probe.
  enum Part: String, Sendable, Hashable, CaseIterable { case cell, row, column, head }

  /// The row under the tokens.
  enum Strip: String, Sendable, Hashable, CaseIterable {
    /// What the selected head reads of each token now.
    case weight
    /// The same, as the mean over the heads of the layer.
    case mean
    /// Entropy of the distribution that each token stood in.
    case entropy
    /// −ln p of each token.
    case surprise
  }

  /// A state to hold the present one against.
  struct Reference: Sendable, Hashable {
    var source: StateReference
    var state: ModelState
  }

  /// Queries that were sent, so that each is sent once.
  struct Asked: Sendable, Hashable {
    var watch: TraceOptions = []
    /// Tokens before the state that was asked for.
    var before: Int?
    /// The same, where the answer was that there is none.
    var beforeInVain: Int?
    var history: Place?
    var reference: Place?

    /// A layer, or none, and the tokens seen by then.
    struct Place: Sendable, Hashable {
      var layer: Int?
      var position: Int
    }
  }

  /// What each head of a layer held after each token.
  struct History: Sendable, Hashable {
    var layer: Int
    /// `[token][head]`
    var tokens: [[HeadStatistics]]
  }

  var page = Page.overview
  var mode = Mode.state
  var strip = Strip.weight
  var part = Part.cell
  var session = SessionSummary()
  /// The state before the last step, where it is at hand.
  var before: ModelState?
  var reference: Reference?
  /// What the reference is to be.
  var wanted: StateReference?
  var history: History?
  var breakpoints: [Breakpoint] = []
  var asked = Asked()
  /// The text that was looked for last.
  var sought: String?
  /// The head whose state is to be copied.
  var source: HeadIndex?
  /// The line that is selected in a list.
  var line = 0

  /// Drops what belongs to the previous session.
  mutating func forgetSession() {
    (session, before, reference, wanted, history, source) = (SessionSummary(), nil, nil, nil, nil, nil)
    (asked.before, asked.beforeInVain, asked.history, asked.reference, line) = (nil, nil, nil, nil, 0)
  }

  /// Adds a step result to the followed layer's history, if it is the next one.
  mutating func note(_ result: StepResult, isNext: Bool) {
    session.position = result.position
    session.length = max(session.length, result.position)
    guard isNext, let layer = history?.layer, history?.tokens.count == result.position - 1 else { return }
    history?.tokens.append(HeadStatistics.all(result, layer: layer))
  }
}
