import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// The app's overhead: tokens per second of an endless reply at full speed, on a 200×60 screen drawn 30 times a second,
/// compared with steps and draws alone. Medians of interleaved rounds.
package struct BenchApp {
  /// The rate of the app.
  package var tokensPerSecond: Double
  /// The rate of steps and draws alone.
  package var bareTokensPerSecond: Double

  /// The app's overhead as a share of the bare rate.
  package var cost: Double { 1 - tokensPerSecond / bareTokensPerSecond }

  /// - Throws: `BenchError`, `TerminalError`, or the error of the model or of a step.
  @MainActor package static func measure(_ watched: LoadedModel, threads: Int, seconds: Double) async throws -> BenchApp
  {
    guard let engine = watched.engine as? Engine else { preconditionFailure("a model is read with its engine") }
    let bare = BareConversation(engine, sampling: watched.info.sampling, threads: threads)
    let rounds = 5
    let each = max(seconds / Double(2 * rounds), 0.1)
    var (bareRates, appRates): ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      bareRates.append(try bare.tokensPerSecond(for: each))
      appRates.append(try await tokensPerSecond(watched, for: each))
    }
    return BenchApp(
      tokensPerSecond: BenchScreen.median(appRates), bareTokensPerSecond: BenchScreen.median(bareRates))
  }

  @MainActor private static func tokensPerSecond(_ model: LoadedModel, for seconds: Double) async throws -> Double {
    let terminal = try BenchScreen.hiddenTerminal()
    var settings = ChatSettings()
    settings.speed = nil
    settings.maximumTokens = .max
    let engine = EndlessReply(model.engine)
    let info = model.info
    let runner = AppRunner(
      terminal: TypingTerminal(terminal, text: BenchScreen.prompt), settings: settings,
      loader: { _, _ in LoadedModel(info: info, engine: engine) })
    let end = Stopwatch.now() + TypingTerminal.delay + seconds
    var signals = [SIGTERM]
    _ = await runner.run(model: info.name) {
      Stopwatch.now() < end ? nil : signals.popLast()
    }
    guard let span = await engine.span, span.last > span.first else {
      throw BenchError.notShown(awaited: "a reply", seconds: seconds)
    }
    return Double(await engine.tokens - 1) / (span.last - span.first)
  }
}

/// The model without the app: steps and draws in turn.
private final class BareConversation {
  private let engine: Engine
  private let inference: Inference
  private var state: ModelState
  private var sampler: Sampler
  private var tokens: [Int]

  init(_ engine: Engine, sampling: SamplingOptions, threads: Int) {
    self.engine = engine
    inference = Inference(engine.model, threads: threads)
    state = engine.model.makeState()
    sampler = Sampler(sampling)
    tokens = engine.tokenizer.encode(BenchScreen.prompt)
  }

  func tokensPerSecond(for seconds: Double) throws -> Double {
    let start = Stopwatch.now()
    var count = 0
    while Stopwatch.now() < start + seconds {
      let logits = try inference.step(tokens[tokens.count - 1], norms: engine.model.norms, state: &state)
      guard let token = sampler.draw(logits, recent: tokens) else { break }
      tokens.append(token)
      count += 1
    }
    return Double(count) / (Stopwatch.now() - start)
  }
}

/// An engine that begins a new reply after each.
private actor EndlessReply: ChatEngine {
  private let engine: any ChatEngine
  private(set) var tokens = 0
  private(set) var span: (first: Double, last: Double)?

  init(_ engine: any ChatEngine) { self.engine = engine }

  func steps(for duration: Duration, maximumReply: Int, until position: Int, unless isStopped: @Sendable () -> Bool)
    async -> StepBatch
  {
    var batch = await engine.steps(for: duration, maximumReply: maximumReply, until: position, unless: isStopped)
    if case .replyEnded = batch.end {
      batch.end = .more
      do { try await engine.submit(BenchScreen.prompt) } catch { batch.end = .failed(error) }
    }
    tokens += batch.passed.count + (batch.result == nil ? 0 : 1)
    let now = Stopwatch.now()
    span = (span?.first ?? now, now)
    // An empty batch at the end of a reply does not end the run either.
    if batch.result == nil, case .more = batch.end {
      return await steps(for: duration, maximumReply: maximumReply, until: position, unless: isStopped)
    }
    return batch
  }

  func step() async throws -> StepResult? { try await engine.step() }
  var hasTyped: Bool { get async { await engine.hasTyped } }

  func setNorms(_ norms: NormOptions) async { await engine.setNorms(norms) }
  func setSampling(_ sampling: SamplingOptions) async { await engine.setSampling(sampling) }
  func submit(_ text: String) async throws { try await engine.submit(text) }
  func endReply() async { await engine.endReply() }
  func back() async throws -> StepResult? { try await engine.back() }
  func undoTurn() async throws -> (result: StepResult?, turns: Int) { try await engine.undoTurn() }
  func change(turn number: Int, _ change: TurnChange) async throws -> (result: StepResult?, turns: Int) {
    try await engine.change(turn: number, change)
  }
  func beginReply(with text: String) async { await engine.beginReply(with: text) }
  func observe(_ observer: RecomputationObserver?) async { await engine.observe(observer) }
  func reset() async { await engine.reset() }
  func begin(with initialState: InitialState?) async throws { try await engine.begin(with: initialState) }
  func go(to position: Int) async throws -> StepResult? { try await engine.go(to: position) }
  func pick(_ token: Int) async throws -> StepResult { try await engine.pick(token) }
  func add(_ experiment: Experiment) async { await engine.add(experiment) }
  func undoExperiment() async throws -> StepResult? { try await engine.undoExperiment() }
  func select(branch: Int) async throws -> StepResult? { try await engine.select(branch: branch) }
  var session: SessionSummary { get async { await engine.session } }
  func watch(_ watch: TraceOptions) async -> StepResult? { await engine.watch(watch) }
  func state(of reference: StateReference) async throws -> ModelState { try await engine.state(of: reference) }
  func statistics(ofLayer layer: Int) async throws -> [[HeadStatistics]] {
    try await engine.statistics(ofLayer: layer)
  }
  func unchangedPrediction() async throws -> UnchangedPrediction? { try await engine.unchangedPrediction() }
  var nextToken: NextToken? { get async { await engine.nextToken } }
  func recording(_ model: SessionFile.Model) async -> SessionFile { await engine.recording(model) }
  func open(_ session: SessionFile, sha256: String) async throws { try await engine.open(session, sha256: sha256) }
  func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult { try await engine.laboratory(request) }
  nonisolated func piece(_ token: Int) -> String { engine.piece(token) }
  func why() async throws -> DrawReport { try await engine.why() }
  func begin(visit position: Int, on branch: Int) async throws -> Engine.Visit {
    try await engine.begin(visit: position, on: branch)
  }
  func visit(common: Int) async -> Engine.Visit { await engine.visit(common: common) }
  func continuations(_ count: Int) async -> [Continuation] { await engine.continuations(count) }
  func extend(_ continuation: Continuation, to length: Int, for duration: Duration) async throws -> Continuation {
    try await engine.extend(continuation, to: length, for: duration)
  }
  func keep(_ continuation: Continuation) async -> Int? { await engine.keep(continuation) }
  func tokenMass(levels: Int, least: Double) async -> TokenMassSearch? {
    await engine.tokenMass(levels: levels, least: least)
  }
  func extend(_ search: TokenMassSearch, for duration: Duration) async throws -> TokenMassSearch {
    try await engine.extend(search, for: duration)
  }
  func recall(_ range: Range<Int>) async -> Recall { await engine.recall(range) }
  func extend(_ recall: Recall, for duration: Duration) async throws -> Recall {
    try await engine.extend(recall, for: duration)
  }
  func tree() async -> SessionTree { await engine.tree() }
  func mark(_ change: MarkChange, branch: Int, position: Int) async {
    await engine.mark(change, branch: branch, position: position)
  }
  func setBreakpoints(_ breakpoints: [Breakpoint]) async { await engine.setBreakpoints(breakpoints) }
}

/// A terminal that types a line shortly after it is opened, when the app shows the model.
@MainActor private final class TypingTerminal: Terminal {
  private let terminal: any Terminal
  private var keys: [Key]
  private let start = Stopwatch.now()

  static let delay = 0.15

  init(_ terminal: any Terminal, text: String) {
    self.terminal = terminal
    keys = text.map { Key.character($0) } + [.enter]
  }

  var size: (columns: Int, rows: Int) { terminal.size }
  var traits: ScreenTraits { terminal.traits }

  func use(_ theme: Theme) { terminal.use(theme) }

  func draw(_ grid: Grid) { terminal.draw(grid) }

  func readKeys() -> [Key] {
    guard Stopwatch.now() - start > Self.delay else { return [] }
    defer { keys = [] }
    return keys
  }

  func close() { terminal.close() }
}
