import RetNet
import RetNetAnalysis
import RetNetSession

/// What the app needs of an engine. `Engine` is the real one; tests have their own.
protocol ChatEngine: Sendable {
  func setNorms(_ norms: NormOptions) async
  func setSampling(_ sampling: SamplingOptions) async
  /// Queues a user turn and opens a reply.
  func submit(_ text: String) async throws
  /// One recurrent step; nil when the reply has ended.
  func step() async throws -> StepResult?
  /// Whether typed tokens wait for their step, so that the next one is not drawn.
  var hasTyped: Bool { get async }
  /// Steps in one go, as `Engine.steps` has it.
  func steps(for duration: Duration, maximumReply: Int, until position: Int, unless isStopped: @Sendable () -> Bool)
    async -> StepBatch
  /// Ends the reply; its text stays.
  func endReply() async
  /// Undoes one step. Returns the step result that is present then; nil at the start.
  func back() async throws -> StepResult?
  /// Undoes the last user turn and its reply.
  func undoTurn() async throws -> (result: StepResult?, turns: Int)
  /// Goes to the step result after `position` tokens: back, or forward as far as is recorded. nil at the start.
  func go(to position: Int) async throws -> StepResult?
  /// One step with a token that was chosen by hand.
  func pick(_ token: Int) async throws -> StepResult
  /// Acts from the next step.
  func add(_ experiment: Experiment) async
  /// Undoes the last experiment and returns to where it was made; everything since stays as a branch.
  func undoExperiment() async throws -> StepResult?
  /// Continues with another branch, at the last position that it shares with the present one.
  func select(branch: Int) async throws -> StepResult?
  var session: SessionSummary { get async }
  /// What step results hold from now on, including the present one, which is returned.
  func watch(_ watch: TraceOptions) async -> StepResult?
  func state(of reference: StateReference) async throws -> ModelState
  /// What each head of a layer held after each token up to now, `[token][head]`.
  func statistics(ofLayer layer: Int) async throws -> [[HeadStatistics]]
  /// Where a run stops by itself.
  func setBreakpoints(_ breakpoints: [Breakpoint]) async
  /// What may come after the last token; nil before the first.
  var nextToken: NextToken? { get async }
  /// The session as a file holds it.
  func recording(_ model: SessionFile.Model) async -> SessionFile
  /// Replaces the session by a recorded one, at its start.
  func open(_ session: SessionFile, sha256: String) async throws
  /// The forms of the model on the session's tokens; steps continue meanwhile.
  func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult
  /// A token's piece.
  nonisolated func piece(_ token: Int) -> String
  func reset() async
  /// An empty session that begins with this state, as all do from now on; nil is an empty state.
  func begin(with initialState: InitialState?) async throws
}

extension ChatEngine {
  /// Reads a text into an empty session, and stops before anything is drawn.
  ///
  /// - Parameters:
  ///   - begun: called when the session is empty.
  ///   - receive: gets each step result.
  nonisolated(nonsending) func feed(_ text: String, begun: () -> Void, _ receive: (StepResult) -> Void) async throws {
    await reset()
    begun()
    try await submit(text)
    while await hasTyped, let result = try await step() { receive(result) }
  }
}

extension Engine: ChatEngine {
  nonisolated func piece(_ token: Int) -> String { tokenizer.pieceIfAny(token) ?? "#\(token)" }
}

/// A model that has been read, and what the screen must know of it.
package struct LoadedModel: Sendable {
  package var info: ModelInfo
  /// The folder of its weights.
  var folder = ""
  var engine: any ChatEngine
}

/// What a model is read for.
package enum ModelUse: Sendable, Hashable {
  /// The user's own session, with what the command line says of it.
  case conversation
  /// A lesson, which has its own settings.
  case lesson
}

/// Reads a model by name or folder; slow, never on the main actor.
package typealias ModelLoader = @Sendable (String, ModelUse) async throws -> LoadedModel

extension LoadedModel {
  /// Reads the weights, the tokenizer and the sampling values of a folder, or of a bundled model by its name.
  ///
  /// - Parameters:
  ///   - dialect: the checkpoint's; found from the folder where it is nil.
  ///   - persona: what conversations begin with: a state's file, or its name in the model's folder.
  ///   - raw: whether the model continues text, without turns, whatever symbols it has.
  ///   - threads: cores to compute on.
  ///   - tells: whether findings are written to stderr, which would disturb a screen.
  /// - Throws: `ModelCatalogError`, `FileError`, `ModelError`, `CheckpointError`, `TextError`, `EngineError`,
  ///   `SettingsError`, `PersonaError`, `InitialStateError`.
  package static func read(
    _ name: String, dialect: Dialect? = nil, persona: String? = nil, raw: Bool = false, threads: Int = 1,
    tells: Bool = false
  ) throws -> LoadedModel {
    let folder = try ModelCatalog.folder(name)
    // Before the weights, so that a missing file is reported at once.
    let tokenizer = try ModelLoading.tokenizer(folder, for: nil)
    let sampling = try Settings.read().sampling.applied(to: try SamplingOptions.stored(in: folder))
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
      continuesText: raw, threads: threads)
    info.continuesText = engine.format.continuesText
    info.isRaw = raw
    info.stepsKept = engine.stepsKept
    info.configuration = model.configuration
    return LoadedModel(info: info, folder: folder, engine: engine)
  }

  /// Begins an empty session with a persona, or with an empty state where it is nil. Returns the model as it is then.
  ///
  /// - Throws: what `Persona.read` throws; the session is then as it was.
  nonisolated(nonsending) func begun(as persona: String?) async throws -> LoadedModel {
    let (folder, configuration) = (folder, info.configuration)
    var chosen: ChosenPersona?
    if let persona, let configuration {
      // All weights are read for their hash.
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
