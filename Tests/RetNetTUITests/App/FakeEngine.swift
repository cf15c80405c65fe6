@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI

/// An engine that replays the fixture conversation and records its calls.
actor FakeEngine: ChatEngine {
  struct Failure: Error, CustomStringConvertible { let description = "Layer 2 is NaN." }

  private let results: [StepResult]
  private var place = 0
  private var isReplying = false
  private let failsAt: Int?
  /// Whether it can recompute earlier states.
  private let knowsPast: Bool
  private let whenEnded: @Sendable () -> Void
  private(set) var asked: [String] = []

  init(
    _ results: [StepResult] = Fixtures.conversation(), failsAt: Int? = nil, knowsPast: Bool = true,
    whenEnded: @escaping @Sendable () -> Void = {}
  ) {
    self.results = results
    self.failsAt = failsAt
    self.knowsPast = knowsPast
    self.whenEnded = whenEnded
  }

  func setNorms(_ norms: NormOptions) { asked.append("norms \(norms.retention.norm3)") }
  func setSampling(_ sampling: SamplingOptions) { asked.append("sampling \(sampling.temperature)") }

  func submit(_ text: String) throws {
    guard !text.isEmpty else { throw EngineError.emptyMessage }
    asked.append("submit \(text)")
    isReplying = true
  }

  func step() throws -> StepResult? {
    if place == failsAt { throw Failure() }
    guard isReplying || place < furthest, place < results.count else {
      isReplying = false
      whenEnded()
      return nil
    }
    place += 1
    return results[place - 1]
  }

  var hasTyped: Bool {
    isReplying && (place >= results.count || results[place].role != .reply) && place < results.count
  }

  /// Up to three steps in one call, if the time allows more than one.
  func steps(
    for duration: Duration, maximumReply: Int, until position: Int, unless isStopped: @Sendable () -> Bool
  ) -> StepBatch {
    var batch = StepBatch()
    var replied = 0
    repeat {
      do {
        guard let result = try step() else {
          batch.end = .replyEnded
          break
        }
        if let last = batch.result { batch.passed.append(last.record) }
        batch.result = result
        if result.role == .reply { replied += 1 }
      } catch {
        batch.end = .failed(error)
        break
      }
    } while duration > .zero && batch.passed.count < 2 && replied < maximumReply && place < position && !isStopped()
    return batch
  }

  func endReply() {
    asked.append("end at \(place)")
    isReplying = false
  }

  func back() -> StepResult? {
    place = max(place - 1, 0)
    isReplying = true
    return place > 0 ? results[place - 1] : nil
  }

  func undoTurn() -> (result: StepResult?, turns: Int) {
    place = 0
    isReplying = false
    return (nil, 0)
  }

  func change(turn number: Int, _ change: TurnChange) throws -> (result: StepResult?, turns: Int) {
    asked.append("change \(number) \(change)")
    switch change {
    case .regenerate: place = results.firstIndex { $0.turn == 1 } ?? 0
    case .replaceMessage: place = 0
    case .resume, .replaceReply, .fork: break
    }
    isReplying = true
    return (place > 0 ? results[place - 1] : nil, place > 0 ? results[place - 1].turn + 1 : 0)
  }

  func beginReply(with text: String) { asked.append("prefix \(text)") }

  func observe(_ observer: RecomputationObserver?) {}

  func begin(with initialState: InitialState?) {
    asked.append("begin")
    place = 0
  }

  func reset() {
    asked.append("reset")
    place = 0
    isReplying = false
  }

  // MARK: Exploring

  private var furthest = 0
  private var experiments: [SessionSummary.Entry] = []

  var session: SessionSummary {
    furthest = max(furthest, place)
    return SessionSummary(position: place, length: furthest, experiments: experiments)
  }

  func go(to position: Int) -> StepResult? {
    place = min(max(position, 0), results.count)
    return place > 0 ? results[place - 1] : nil
  }

  func pick(_ token: Int) throws -> StepResult {
    asked.append("pick \(token)")
    isReplying = true
    guard let result = try step() else { throw EngineError.endsReply }
    return result
  }

  func add(_ experiment: Experiment) {
    asked.append("experiment \(experiment.kind)")
    experiments.append(SessionSummary.Entry(experiment: experiment, position: place))
  }

  func undoExperiment() -> StepResult? {
    if let last = experiments.popLast() { place = last.position }
    return place > 0 ? results[place - 1] : nil
  }

  func select(branch: Int) throws -> StepResult? { throw EngineError.noBranch(id: branch, count: 1) }

  func watch(_ watch: TraceOptions) -> StepResult? { place > 0 ? results[place - 1] : nil }

  func state(of reference: StateReference) throws -> ModelState {
    guard knowsPast else {
      asked.append("state")
      throw Failure()
    }
    if case .position(let position) = reference, position > 0 { return results[position - 1].state }
    return ModelState(
      layers: results[0].state.layers.map { _ in
        RetentionState(heads: Fixtures.model.heads, headDim: Fixtures.model.headDim, valueDim: Fixtures.model.valueDim)
      })
  }

  func statistics(ofLayer layer: Int) -> [[HeadStatistics]] { [] }

  func unchangedPrediction() -> UnchangedPrediction? { nil }

  /// The report on the last token.
  var drawReport = DrawReport(index: 0, piece: "", cause: .none)

  func setDrawReport(_ report: DrawReport) { drawReport = report }

  func why() -> DrawReport { drawReport }

  let nextToken: NextToken? = [0.5, 1, -2].withUnsafeBufferPointer { NextToken($0) }

  func recording(_ model: SessionFile.Model) -> SessionFile {
    SessionFile(model: model, sampling: SamplingOptions(), branches: [], branch: 0, position: place)
  }

  func open(_ session: SessionFile, sha256: String) throws {
    asked.append("open \(session.model.name)")
    place = 0
    furthest = session.position
  }

  /// The results of laboratory requests.
  var labReadings: [AnalysisRequest: AnalysisResult] = [:]

  func setLabReadings(_ readings: [AnalysisRequest: AnalysisResult]) { labReadings = readings }

  func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult {
    asked.append("laboratory \(request.page)")
    guard let result = labReadings[request] else { throw LaboratoryError.noTokens }
    return result
  }

  nonisolated func piece(_ token: Int) -> String { "p\(token)" }

  // MARK: The tree

  func begin(visit position: Int, on branch: Int) throws -> Engine.Visit {
    asked.append("visit \(position) on \(branch)")
    _ = go(to: position)
    return visit(common: 0)
  }

  func visit(common: Int) -> Engine.Visit {
    Engine.Visit(result: place > 0 ? results[place - 1] : nil, turns: [], common: common, continues: true)
  }

  func continuations(_ count: Int) -> [Continuation] { [] }

  func extend(_ continuation: Continuation, to length: Int, for duration: Duration) -> Continuation { continuation }

  func keep(_ continuation: Continuation) -> Int? { nil }

  func tokenMass(levels: Int, least: Double) -> TokenMassSearch? { nil }

  func extend(_ search: TokenMassSearch, for duration: Duration) -> TokenMassSearch { search }

  func recall(_ range: Range<Int>) -> Recall { preconditionFailure("the fake engine recalls no tokens") }

  func extend(_ recall: Recall, for duration: Duration) -> Recall { recall }

  func tree() -> SessionTree { SessionTree() }

  func mark(_ change: MarkChange, branch: Int, position: Int) { asked.append("mark \(position) on \(branch)") }

  func setBreakpoints(_ breakpoints: [Breakpoint]) { asked.append("breakpoints \(breakpoints.count)") }
}
