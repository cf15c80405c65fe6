import RetNet
import RetNetAnalysis
import RetNetSession

/// Performs the engine's jobs in order, concurrently with the screen.
actor EngineWorker {
  private let loader: ModelLoader
  private let settings: RunSettings
  private let post: @Sendable (EngineMessage) -> Void
  /// The models by session.
  var models: [Int: LoadedModel]
  /// Where the first session is saved; nil if it is not.
  let store: SessionStore?
  /// The last save.
  var saving = Task<Void, Never> {}
  var lastSave = ContinuousClock.now
  /// The hash of the first session's weights.
  var hash: Task<String, any Error>?
  /// Largest number of reply tokens per second; nil has no limit.
  private var speed: Double?
  /// The last analysis of the laboratory. Each waits for the one before.
  private var laboratory: Task<Void, Never>?

  /// Largest duration of a batch of steps: less than a frame, so that every frame shows new tokens.
  static let batch = Duration.milliseconds(25)

  init(
    model: LoadedModel?, loader: @escaping ModelLoader, settings: RunSettings, speed: Double?,
    store: SessionStore? = nil,
    post: @escaping @Sendable (EngineMessage) -> Void
  ) {
    models = model.map { [0: $0] } ?? [:]
    (self.loader, self.settings, self.speed, self.store, self.post) = (loader, settings, speed, store, post)
  }

  /// Performs jobs until the stream ends.
  func work(_ jobs: AsyncStream<EngineJob>) async {
    for await job in jobs { await perform(job) }
  }

  private func perform(_ job: EngineJob) async {
    switch job.work {
    case .request(let request): await perform(request, job)
    case .query(let query):
      guard query.computesLong else { return await answer(query, job) }
      // An analysis may take seconds, and steps continue during it. Answers to cancelled questions are dropped.
      laboratory = Task { [before = laboratory] in
        await before?.value
        await answer(query, job, unless: job.token)
      }
    }
  }

  private func perform(_ request: EngineRequest, _ job: EngineJob) async {
    let emit = emitter(job)
    // What is not saved yet would be lost.
    if request.consequences.contains(.replacesSession) { await save(job.session, always: true, emit) }
    do {
      try await carryOut(request, job, emit)
    } catch is CancellationError {
      emit(.recomputationCancelled)
    } catch {
      emit(.failed("\(error)"))
    }
    await save(job.session, always: request.consequences.contains(.savesAtOnce), emit)
    if request.consequences.contains(.settles) { emit(.settled) }
    if request.consequences.contains(.reports), let engine = models[job.session]?.engine {
      emit(.session(await engine.session))
    }
    finish(job)
  }

  private func answer(_ query: AnalysisQuery, _ job: EngineJob, unless token: RunToken? = nil) async {
    let emit = emitter(job)
    if token?.isCancelled != true, let model = models[job.session] {
      do {
        try await model.answer(query, unless: { token?.isCancelled == true }) {
          if token?.isCancelled != true { emit($0) }
        }
      } catch {
        emit(.refused("\(error)"))
      }
    }
    finish(job)
  }

  private nonisolated func emitter(_ job: EngineJob) -> @Sendable (AppEvent) -> Void {
    { [post] event in post(EngineMessage(session: job.session, event: event)) }
  }

  private func finish(_ job: EngineJob) { post(EngineMessage(session: job.session)) }

  // MARK: Requests

  private func carryOut(
    _ request: EngineRequest, _ job: EngineJob, _ emit: @escaping @Sendable (AppEvent) -> Void
  ) async throws {
    let model = models[job.session]
    let engine = model?.engine
    let steps = engine.map { EngineSteps(engine: $0, session: job.session, token: job.token, emit: emit) }
    await steps?.observe()
    switch request {
    // `EngineQueue` has already cancelled the tokens of the jobs.
    case .pause, .cancelLaboratory: break
    case .set(let setting): await apply(setting, engine, emit)
    case .submit(let text): try await engine?.submit(text)
    case .run(let maximumReply): try await run(steps, maximumReply: maximumReply)
    case .steps(let count): try await steps?.make(count)
    case .back: try await steps?.rewind { try await $0.back() }
    case .stop:
      await engine?.endReply()
      emit(.stopped)
    case .undoTurn:
      if let (result, turns) = try await engine?.undoTurn() { emit(.undone(result: result, turns: turns)) }
    case .reset:
      await engine?.reset()
      await leaveSaved(job.session)
      emit(.wasReset)
    case .changeTurn(let number, let change): try await steps?.change(turn: number, change)
    case .beginReply(let text): try await steps?.beginReply(with: text)
    case .go(let position): try await steps?.go(to: position)
    case .pick(let token): try await steps?.pick(token)
    case .undoExperiment: try await steps?.rewind { try await $0.undoExperiment() }
    case .selectBranch(let id):
      try await steps?.rewind { try await $0.select(branch: id) }
      try await steps?.advance(to: .max)
    case .visit(let branch, let position): try await steps?.visit(position, on: branch)
    case .grow(let count, let tokens): try await steps?.grow(count, tokens: tokens)
    case .mark(let change, let branch, let position):
      await engine?.mark(change, branch: branch, position: position)
    case .feed(let text):
      try await engine?.feed(text, begun: { emit(.feeding(text)) }) { emit(.result($0, seconds: 0)) }
    case .openSession(let path):
      if let model { try await steps?.open(path, for: model) { await leaveSaved(job.session) } }
    case .resumeSession(let name): try await resume(name, job, emit)
    case .begin(let persona):
      if let begun = try await model?.begun(as: persona) {
        models[job.session] = begun
        await leaveSaved(job.session)
        emit(.began(as: begun.info.persona))
      }
    case .loadModel(let name, let use): await load(name, for: use, job.session, emit)
    case .saveNow:
      await save(job.session, always: true, emit)
      await saving.value
    case .closeSession(let id): models[id] = nil
    }
  }

  private func apply(_ setting: EngineSetting, _ engine: (any ChatEngine)?, _ emit: (AppEvent) -> Void) async {
    switch setting {
    case .norms(let norms): await engine?.setNorms(norms)
    case .sampling(let sampling): await engine?.setSampling(sampling)
    case .speed(let speed): self.speed = speed
    case .trace(let options): if let result = await engine?.watch(options) { emit(.refreshed(result)) }
    case .breakpoints(let breakpoints): await engine?.setBreakpoints(breakpoints)
    case .experiment(let experiment): await engine?.add(experiment)
    }
  }

  /// Reads a model for the session. The previous one stays if that fails.
  private func load(_ name: String, for use: ModelUse, _ session: Int, _ emit: (AppEvent) -> Void) async {
    emit(.modelLoading(name))
    do {
      let loader = loader
      let loaded = try await Task.detached { try await loader(name, use) }.value
      models[session] = loaded
      await leaveSaved(session)
      if session == 0 { hash = nil }
      emit(.modelLoaded(loaded.info))
    } catch {
      emit(.modelFailed("\(error)"))
    }
  }

  // MARK: Runs

  private func run(_ steps: EngineSteps?, maximumReply: Int) async throws {
    guard let steps else { return }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await makeSteps(steps, maximumReply: maximumReply))
    } catch {
      outcome = .failure(error)
    }
    while let setting = settings.next(endOf: steps.token) { await perform(setting) }
    try outcome.get()
  }

  /// Steps until the reply ends, reaches `maximumReply` tokens, or the run is cancelled.
  private func makeSteps(_ steps: EngineSteps, maximumReply: Int) async throws {
    let clock = ContinuousClock()
    var (due, left) = (clock.now, maximumReply)
    while !steps.isCancelled, left > 0 {
      // `speed` limits reply tokens only. Typed text is read at full speed.
      guard let batch = try await steps.batch(for: speed == nil ? Self.batch : .zero, maximumReply: left) else {
        return
      }
      while let setting = settings.next() { await perform(setting) }
      left -= batch.replyTokens
      await save(steps.session, always: false, steps.emit)
      guard batch.result?.role == .reply, let speed else { continue }
      due = max(due + .seconds(1 / speed), clock.now - .seconds(1 / speed))
      while !steps.isCancelled, clock.now < due {
        // Sleeps for short intervals, so that a pause takes effect quickly.
        try? await Task.sleep(for: min(due - clock.now, .milliseconds(30)))
      }
    }
  }
}
