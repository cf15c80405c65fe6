import RetNet
import RetNetAnalysis
import TerminalKit

/// What the forms laboratory shows, its questions to the engine, and the answers.
struct Lab: Sendable, Hashable, ListSelection {
  /// What lies between the header and the input line.
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// The three forms side by side.
    case forms
    /// What the norms do.
    case norms
    /// What implementations do differently.
    case dialects
    /// Errors over very many tokens.
    case precision
    /// Operations, memory and time.
    case costs
  }

  /// Which matrix of the parallel form is on show where there is room for one.
  enum Matrix: Sendable, Hashable, CaseIterable { case scores, mask }

  /// A request, and the position at which it is made.
  struct Question: Sendable, Hashable {
    var request: AnalysisRequest
    /// Of the session's next step; nil, as what follows, where the answer does not hang on it.
    var norms: NormOptions?
    var position: Int?
    var branch: Int?
  }

  /// Why a question has no answer.
  struct Failure: Sendable, Hashable {
    var question: Question
    var text: String
  }

  static let chunkLengths = 1...FormComparison.longestText

  var page = Page.forms
  /// Tokens in a chunk of the chunkwise form.
  var chunkLength = 16
  var matrix = Matrix.scores
  /// Whether the differences on show are those after the group norm.
  var afterGroupNorm = false
  /// Row n and column m of D and R.
  var probe = Position(row: 0, column: 0)
  /// The line that is selected: a chunk, a norm, a row of a table.
  var line = 0
  /// The chunk boundary that the mouse holds, counted from 1.
  var dragged: Int?
  var dialects = DialectTable.standard
  var forms: FormComparison?
  var norms: NormComparison?
  var precision: PrecisionComparison?
  var costs: CostComparison?
  /// Of tokens that the readings name.
  private(set) var pieces: [Int: String] = [:]
  private(set) var pending: [Page: Question] = [:]
  private(set) var answered: [Page: Question] = [:]
  private(set) var failures: [Page: Failure] = [:]

  /// Records a question as pending.
  ///
  /// - Returns: whether it is to be sent: one at a time for each page, and none that was answered or failed last.
  mutating func ask(_ question: Question) -> Bool {
    let page = question.request.page
    guard pending[page] == nil, answered[page] != question, failures[page]?.question != question else { return false }
    pending[page] = question
    return true
  }

  /// - Parameter pieces: of tokens that the reading names.
  mutating func receive(_ reading: AnalysisResult, pieces: [Int: String] = [:]) {
    let page = reading.page
    // Without a question, the answer belongs to a session that is gone.
    guard let question = pending.removeValue(forKey: page) else { return }
    (answered[page], failures[page]) = (question, nil)
    self.pieces.merge(pieces) { $1 }
    switch reading {
    case .forms(let forms):
      self.forms = forms
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

  /// Drops the pending answers.
  mutating func stop() {
    for question in pending.values { fail(question.request, "It was stopped.") }
  }

  /// Pending answers would reach another session; their questions are sent again.
  mutating func forgetQuestions() { pending = [:] }

  /// A question that failed is sent again.
  mutating func forgetFailure(of page: Page) { failures[page] = nil }

  /// Drops what belongs to the previous session.
  mutating func forgetSession() {
    (forms, norms, precision, costs, line) = (nil, nil, nil, nil, 0)
    (pieces, pending, answered, failures) = ([:], [:], [:], [:])
  }

  mutating func keepProbeInside() {
    let last = max((forms?.time ?? 1) - 1, 0)
    probe = Position(row: min(max(probe.row, 0), last), column: min(max(probe.column, 0), last))
  }
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

  /// Tokens whose pieces the screen names.
  var namedTokens: Set<Int> {
    switch self {
    case .forms(let forms): Set(forms.tokens)
    case .norms(let norms): [norms.logits.trainedBest, norms.logits.chosenBest]
    case .precision, .costs: []
    }
  }
}

/// A list of which one line is selected.
protocol ListSelection {
  var line: Int { get }
}

extension ListSelection {
  /// The first line of a list on show, so that the chosen one is.
  func top(of count: Int, room: Int) -> Int { min(max(line - room + 1, 0), max(count - room, 0)) }
}
