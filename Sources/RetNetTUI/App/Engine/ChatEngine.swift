import RetNet
import RetNetAnalysis
import RetNetSession

/// The engine as the app uses it. Tests replace `Engine`.
protocol ChatEngine: TreeEngine {
  func setNorms(_ norms: NormOptions) async
  func setSampling(_ sampling: SamplingOptions) async
  /// Queues a user turn and opens a reply.
  func submit(_ text: String) async throws
  /// Makes one recurrent step; nil at the end of the reply.
  func step() async throws -> StepResult?
  /// Whether typed tokens are unread, so that the next step draws no token.
  var hasTyped: Bool { get async }
  /// A batch of steps; see `Engine.steps`.
  func steps(for duration: Duration, maximumReply: Int, until position: Int, unless isStopped: @Sendable () -> Bool)
    async -> StepBatch
  /// Ends the reply; its text stays.
  func endReply() async
  /// Undoes one step. Returns the step result there; nil at the start.
  func back() async throws -> StepResult?
  /// Undoes the last user turn and its reply.
  func undoTurn() async throws -> (result: StepResult?, turns: Int)
  /// Goes back to a turn and changes it; see `Engine.change`.
  func change(turn number: Int, _ change: TurnChange) async throws -> (result: StepResult?, turns: Int)
  /// Queues a text with which the next reply begins.
  func beginReply(with text: String) async
  /// Sets the observer of recomputations.
  func observe(_ observer: RecomputationObserver?) async
  /// Goes to the step result after `position` tokens: back, or forward through recorded tokens. nil at the start.
  func go(to position: Int) async throws -> StepResult?
  /// Makes one step with a chosen token.
  func pick(_ token: Int) async throws -> StepResult
  /// Adds an experiment from the next step on.
  func add(_ experiment: Experiment) async
  /// Undoes the last experiment and returns to its position. The later steps stay as a branch.
  func undoExperiment() async throws -> StepResult?
  /// Continues another branch, at the last position that it shares with the current one.
  func select(branch: Int) async throws -> StepResult?
  var session: SessionSummary { get async }
  /// Sets what step results trace. Returns the current one with these traces.
  func watch(_ watch: TraceOptions) async -> StepResult?
  func state(of reference: StateReference) async throws -> ModelState
  /// Statistics of each head of a layer after each token, `[token][head]`.
  func statistics(ofLayer layer: Int) async throws -> [[HeadStatistics]]
  /// The prediction after the same tokens without experiments; nil before the first token.
  func unchangedPrediction() async throws -> UnchangedPrediction?
  /// How the last token was drawn.
  func why() async throws -> DrawReport
  func setBreakpoints(_ breakpoints: [Breakpoint]) async
  /// The distribution of the next token; nil before the first token.
  var nextToken: NextToken? { get async }
  /// The session as a file.
  func recording(_ model: SessionFile.Model) async -> SessionFile
  /// The session, its text, and what it needs to resume at once.
  func content(_ model: SessionFile.Model) async -> SessionContent
  /// Replaces the session with a recorded one, at the position of `state`.
  func resume(_ session: SessionFile, sha256: String, from state: ResumeState?) async throws
  func continueRandomNumbers(from words: [UInt64]) async
  /// Replaces the session with a recorded one, at its start.
  func open(_ session: SessionFile, sha256: String) async throws
  /// Analyses the session's tokens; steps continue during the analysis.
  func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult
  /// The text of a token.
  nonisolated func piece(_ token: Int) -> String
  func reset() async
  /// Begins an empty session with this state, also after later resets; nil is an empty state.
  func begin(with initialState: InitialState?) async throws
}

extension ChatEngine {
  func content(_ model: SessionFile.Model) async -> SessionContent {
    SessionContent(recording: await recording(model))
  }

  func resume(_ session: SessionFile, sha256: String, from _: ResumeState?) async throws {
    try await open(session, sha256: sha256)
  }

  func continueRandomNumbers(from _: [UInt64]) async {}

  /// Empties the session and reads a text, without drawing a token.
  ///
  /// - Parameters:
  ///   - begun: runs when the session is empty.
  ///   - receive: receives each step result.
  nonisolated(nonsending) func feed(_ text: String, begun: () -> Void, _ receive: (StepResult) -> Void) async throws {
    await reset()
    begun()
    try await submit(text)
    while await hasTyped, let result = try await step() { receive(result) }
  }
}

extension Engine: ChatEngine {
  nonisolated func piece(_ token: Int) -> String { tokenizer.pieceOrNumber(token) }
}

/// A loaded model, its properties and its engine.
package struct LoadedModel: Sendable {
  package var info: ModelInfo
  /// The folder of its weights.
  var folder = ""
  var engine: any ChatEngine
}

/// The purpose of a model.
package enum ModelUse: Sendable, Hashable {
  /// The user's own session, with the options of the command line.
  case conversation
  /// A lesson, which has its own settings.
  case lesson
}

/// Reads a model by name or folder. Slow: call it outside the main actor.
package typealias ModelLoader = @Sendable (String, ModelUse) async throws -> LoadedModel

extension LoadedModel {
  /// Reads the weights, the tokenizer and the sampling values of a folder or of a bundled model.
  ///
  /// - Parameters:
  ///   - dialect: the checkpoint's dialect; nil detects it.
  ///   - persona: the initial state of conversations: a file, or a name in the model's folder.
  ///   - raw: whether the model continues text without turns, even if it has chat symbols.
  ///   - snapshotMemory: memory limit of the snapshots in MiB; nil is the user's, or 64.
  ///   - threads: cores to compute on.
  ///   - tells: whether to report findings on stderr, which would disturb a screen.
  /// - Throws: `ModelCatalogError`, `FileError`, `ModelError`, `CheckpointError`, `TextError`, `EngineError`,
  ///   `SettingsError`, `PersonaError`, `InitialStateError`.
  package static func read(
    _ name: String, dialect: Dialect? = nil, persona: String? = nil, raw: Bool = false, snapshotMemory: Int? = nil,
    threads: Int = 1, tells: Bool = false
  ) throws -> LoadedModel {
    let folder = try ModelCatalog.folder(name)
    // Read before the weights, so that a missing file is reported immediately.
    let tokenizer = try ModelLoading.tokenizer(folder, for: nil)
    let user = try Settings.read()
    let snapshotBytes = (snapshotMemory ?? user.snapshotMemory).map { $0 << 20 } ?? Engine.snapshotBytes
    let sampling = user.sampling.applied(to: try SamplingOptions.stored(in: folder))
    let model =
      try tells
      ? ModelLoading.weights(folder, dialect: dialect)
      : RetNetModel.loadReporting(from: folder, dialect: dialect).model
    var info = ModelInfo(
      name: ModelCatalog.shownName(folder), configuration: model.configuration, sampling: sampling)
    let initialState = try persona.map { try Persona.read($0, for: model.configuration, folder: folder) }
    if let persona, let initialState {
      info.persona = ChosenPersona(persona, state: try initialState.state(for: model.configuration))
    }
    let engine = try Engine(
      model: model, tokenizer: tokenizer, norms: info.norms, sampling: sampling, initialState: initialState,
      continuesText: raw, snapshotBytes: snapshotBytes, threads: threads)
    info.continuesText = engine.format.continuesText
    info.isRaw = raw
    info.stepsKept = engine.stepsKept
    info.configuration = model.configuration
    info.personas = Persona.names(in: folder)
    return LoadedModel(info: info, folder: folder, engine: engine)
  }

  /// Begins an empty session with a persona; nil is an empty state. Returns the model with this persona.
  ///
  /// - Throws: the errors of `Persona.read`; the session is then unchanged.
  nonisolated(nonsending) func begun(as persona: String?) async throws -> LoadedModel {
    let (folder, configuration) = (folder, info.configuration)
    var chosen: ChosenPersona?
    if let persona, let configuration {
      // The hash of the weights requires reading them all.
      let initial = try await Task.detached {
        try Persona.read(persona, for: configuration, folder: folder)
      }.value
      chosen = ChosenPersona(persona, state: try initial.state(for: configuration))
      try await engine.begin(with: initial)
    } else {
      try await engine.begin(with: nil)
    }
    var begun = self
    begun.info.persona = chosen
    return begun
  }
}
