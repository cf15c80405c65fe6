import RetNet
import RetNetAnalysis
import TerminalKit

/// The forms laboratory: its settings, its requests to the engine and their answers.
struct Lab: Sendable, Hashable, ListSelection {
  /// A page of the laboratory.
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// One token's output in the three forms.
    case forms
    /// The forms' errors for every token and head.
    case agreement
    /// The effects of the norms.
    case norms
    /// Differences between implementations.
    case dialects
    /// Errors over up to 100,000 tokens.
    case precision
    /// Operations, memory and time.
    case costs
  }

  /// The matrix of the parallel form on a screen with room for one.
  enum Matrix: Sendable, Hashable, CaseIterable { case scores, mask }

  /// A request with the norms and the position that its answer depends on.
  struct Question: Sendable, Hashable {
    var request: AnalysisRequest
    /// Norms of the session's next step; this and the following are nil if the answer does not depend on them.
    var norms: NormOptions?
    var position: Int?
    var branch: Int?
  }

  /// The reason of a failed request.
  struct Failure: Sendable, Hashable {
    var question: Question
    var text: String
  }

  static let chunkLengths = 1...FormComparison.longestText

  var page = Page.forms
  /// Tokens in a chunk of the chunkwise form.
  var chunkLength = 16
  var matrix = Matrix.scores
  /// Whether the differences are those after the group norm.
  var afterGroupNorm = false
  /// Row n and column m of D and R.
  var probe = Position(row: 0, column: 0)
  /// The selected line: a chunk, a norm, a row of a table.
  var line = 0
  /// The chunk boundary that the mouse drags, counted from 1.
  var dragged: Int?
  var dialects = DialectTable.standard
  var forms: FormComparison?
  var norms: NormComparison?
  var precision: PrecisionComparison?
  var costs: CostComparison?
  /// Text of the tokens in the answers.
  private(set) var pieces: [Int: String] = [:]
  private(set) var pending: [Page: Question] = [:]
  private(set) var answered: [Page: Question] = [:]
  private(set) var failures: [Page: Failure] = [:]

  /// Records a question as pending.
  ///
  /// - Returns: whether to send it. A page has one pending question, and does not repeat its last one.
  mutating func ask(_ question: Question) -> Bool {
    let page = question.request.page
    guard pending[page] == nil, answered[page] != question, failures[page]?.question != question else { return false }
    pending[page] = question
    return true
  }

  /// - Parameter pieces: text of the tokens in the answer.
  mutating func receive(_ reading: AnalysisResult, pieces: [Int: String] = [:]) {
    let page = reading.page
    // Without a pending question, the answer belongs to a closed session.
    guard let question = pending.removeValue(forKey: page) else { return }
    (answered[page], failures[page]) = (question, nil)
    self.pieces.merge(pieces) { $1 }
    switch reading {
    case .forms(let forms):
      // The probed row stays at the newest token as the session continues.
      let follows = self.forms.map { probe.row >= $0.time - 1 } ?? true
      self.forms = forms
      if follows { probe.row = max(forms.time - 1, 0) }
      keepProbeInside()
    case .norms(let norms): self.norms = norms
    case .precision(let precision): self.precision = precision
    case .costs(let costs): self.costs = costs
    }
  }

  mutating func fail(_ request: AnalysisRequest, _ text: String) {
    guard let question = pending.removeValue(forKey: request.page) else { return }
    failures[request.page] = Failure(question: question, text: text)
  }

  var isWaiting: Bool { !pending.isEmpty }

  /// The token whose output the forms page shows: the row of the probe, an index of the forms' tokens.
  var token: Int { min(probe.row, max((forms?.time ?? 1) - 1, 0)) }

  /// Fails all pending questions.
  mutating func stop() {
    for question in pending.values { fail(question.request, "It was stopped.") }
  }

  /// Removes the pending questions, as their answers would reach another session. They are sent again.
  mutating func forgetQuestions() { pending = [:] }

  /// Allows a failed question to be sent again.
  mutating func forgetFailure(of page: Page) { failures[page] = nil }

  /// Clears the data of the previous session.
  mutating func forgetSession() {
    (forms, norms, precision, costs, line) = (nil, nil, nil, nil, 0)
    (pieces, pending, answered, failures) = ([:], [:], [:], [:])
  }

  mutating func keepProbeInside() {
    let last = max((forms?.time ?? 1) - 1, 0)
    probe = Position(row: min(max(probe.row, 0), last), column: min(max(probe.column, 0), last))
    selectChunk()
  }

  /// Selects the chunk whose S the chunkwise form reads for the probed token; at the end of a chunk, the chunk itself,
  /// whose S then equals that of the recurrent form.
  private mutating func selectChunk() {
    guard page == .forms, let forms else { return }
    let chunk = forms.chunk(of: token)
    line = forms.chunks[chunk].range.upperBound - 1 == token ? chunk : max(chunk - 1, 0)
  }
}

extension Lab.Page {
  /// The page whose request computes the values of this one.
  var source: Lab.Page { self == .agreement ? .forms : self }
}

extension AnalysisRequest {
  /// The page that shows the answer.
  var page: Lab.Page {
    switch self {
    case .forms: .forms
    case .norms: .norms
    case .precision: .precision
    case .costs: .costs
    }
  }
}

extension AnalysisResult {
  var page: Lab.Page {
    switch self {
    case .forms: .forms
    case .norms: .norms
    case .precision: .precision
    case .costs: .costs
    }
  }

  /// Tokens that the screen shows as text.
  var namedTokens: Set<Int> {
    switch self {
    case .forms(let forms): Set(forms.tokens)
    case .norms(let norms):
      Set([norms.preview.trained, norms.preview.chosen].flatMap { $0.candidates.map(\.token) + $0.tokens })
    case .precision, .costs: []
    }
  }
}

/// A list with a selected line.
protocol ListSelection {
  var line: Int { get }
}

extension ListSelection {
  /// The first visible line that keeps the selected one visible.
  func top(of count: Int, room: Int) -> Int { min(max(line - room + 1, 0), max(count - room, 0)) }
}
