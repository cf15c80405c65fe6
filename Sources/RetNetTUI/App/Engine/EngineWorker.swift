import RetNet
import RetNetAnalysis
import RetNetSession

/// Does the engine's jobs one after the other, beside the screen.
actor EngineWorker {
  private let loader: ModelLoader
  private let settings: RunSettings
  private let post: @Sendable (EngineMessage) -> Void
  /// By session.
  private var models: [Int: LoadedModel]
  /// Reply tokens per second at most.
  private var speed: Double?
  /// What the laboratory computes, one thing after the other.
  private var laboratory: Task<Void, Never>?

  /// Time that a batch of steps may take, so that every frame has something new to show.
  static let batch = Duration.milliseconds(25)

  init(
    model: LoadedModel?, loader: @escaping ModelLoader, settings: RunSettings, speed: Double?,
    post: @escaping @Sendable (EngineMessage) -> Void
  ) {
    models = model.map { [0: $0] } ?? [:]
    (self.loader, self.settings, self.speed, self.post) = (loader, settings, speed, post)
  }

  /// Until there are no more.
  func work(_ jobs: AsyncStream<EngineJob>) async {
    for await job in jobs { await perform(job) }
  }

  private func perform(_ job: EngineJob) async {
    switch job.work {
    case .request(let request): await perform(request, job)
    case .query(let query):
      guard case .laboratory = query else { return await answer(query, job) }
      // An answer may take seconds, and steps are computed meanwhile; what comes too late is dropped.
      laboratory = Task { [before = laboratory] in
        await before?.value
        await answer(query, job, unless: job.token)
      }
    }
  }

  private func perform(_ request: EngineRequest, _ job: EngineJob) async {
    let emit = emitter(job)
    do {
      try await carryOut(request, job, emit)
    } catch {
      emit(.failed("\(error)"))
    }
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
        try await model.answer(query) { if token?.isCancelled != true { emit($0) } }
      } catch {
        emit(.failed("\(error)"))
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
    _ request: EngineRequest, _ job: EngineJob, _ emit: @Sendable (AppEvent) -> Void
  ) async throws {
    let model = models[job.session]
    let engine = model?.engine
    switch request {
    // They act through the tokens of the jobs that they cancel.
    case .pause, .cancelLaboratory: break
    case .set(let setting): await apply(setting, engine, emit)
    case .submit(let text): try await engine?.submit(text)
    case .run(let maximumReply): try await run(job, engine, maximumReply: maximumReply, emit)
    case .steps(let count):
      for index in 0..<count where index == 0 || !job.token.isCancelled { try await step(engine, emit) }
    case .back: if let engine { emit(.wentBack(try await engine.back())) }
    case .stop:
      await engine?.endReply()
      emit(.stopped)
    case .undoTurn:
      if let engine {
        let (result, turns) = try await engine.undoTurn()
        emit(.undone(result: result, turns: turns))
      }
    case .reset:
      await engine?.reset()
      emit(.wasReset)
    case .go(let position): try await go(to: position, engine, job.token, emit)
    case .pick(let token):
      if let engine {
        let (result, seconds) = try await timed { try await engine.pick(token) }
        emit(.result(result, seconds: seconds))
      }
    case .undoExperiment: if let engine { emit(.wentBack(try await engine.undoExperiment())) }
    case .selectBranch(let id):
      if let engine {
        emit(.wentBack(try await engine.select(branch: id)))
        try await advance(to: .max, engine, job.token, emit)
      }
    case .feed(let text):
      try await engine?.feed(text, begun: { emit(.feeding(text)) }) { emit(.result($0, seconds: 0)) }
    case .openSession(let path): if let model { try await open(path, model, job.token, emit) }
    case .begin(let persona):
      if let begun = try await model?.begun(as: persona) {
        models[job.session] = begun
        emit(.began(as: begun.info.persona))
      }
    case .loadModel(let name, let use): await load(name, for: use, job.session, emit)
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

  /// Reads a model and replaces the session's previous one, which stays if that fails.
  private func load(_ name: String, for use: ModelUse, _ session: Int, _ emit: (AppEvent) -> Void) async {
    emit(.modelLoading(name))
    do {
      let loader = loader
      let loaded = try await Task.detached { try await loader(name, use) }.value
      models[session] = loaded
      emit(.modelLoaded(loaded.info))
    } catch {
      emit(.modelFailed("\(error)"))
    }
  }

  // MARK: Steps

  private func timed<Value>(_ body: () async throws -> Value) async rethrows -> (Value, seconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try await body()
    return (value, (clock.now - start) / .seconds(1))
  }

  private func step(_ engine: (any ChatEngine)?, _ emit: (AppEvent) -> Void) async throws {
    guard let engine else { return }
    let (batch, seconds) = await timed { await engine.steps(for: .zero, maximumReply: 1, until: .max) { false } }
    _ = try batch.report(seconds: seconds, emit)
  }

  private func run(
    _ job: EngineJob, _ engine: (any ChatEngine)?, maximumReply: Int, _ emit: (AppEvent) -> Void
  ) async throws {
    do {
      try await makeSteps(job.token, engine, maximumReply: maximumReply, emit)
    } catch {
      await applySettings(endOf: job.token)
      throw error
    }
    await applySettings(endOf: job.token)
  }

  private func applySettings(endOf token: RunToken) async {
    while let setting = settings.next(endOf: token) { await perform(setting) }
  }

  /// Steps until the reply ends, has its greatest length, or the run is cut short.
  private func makeSteps(
    _ token: RunToken, _ engine: (any ChatEngine)?, maximumReply: Int, _ emit: (AppEvent) -> Void
  ) async throws {
    let clock = ContinuousClock()
    var (due, left) = (clock.now, maximumReply)
    while !token.isCancelled, !Task.isCancelled, left > 0, let engine {
      // Reply tokens come at a pace that one can watch; what the user typed is read at full speed.
      let (duration, rest) = (speed == nil ? Self.batch : .zero, left)
      let (batch, seconds) = await timed {
        await engine.steps(for: duration, maximumReply: rest, until: .max) { token.isCancelled }
      }
      guard let result = try batch.report(seconds: seconds, emit), case .more = batch.end else { return }
      while let setting = settings.next() { await perform(setting) }
      left -= batch.replyTokens
      guard result.role == .reply, let speed else { continue }
      due = max(due + .seconds(1 / speed), clock.now - .seconds(1 / speed))
      while !token.isCancelled, clock.now < due {
        // In short naps, so that a pause takes effect at once.
        try? await Task.sleep(for: min(due - clock.now, .milliseconds(30)))
        if Task.isCancelled { return }
      }
    }
  }

  private func go(
    to position: Int, _ engine: (any ChatEngine)?, _ token: RunToken, _ emit: (AppEvent) -> Void
  ) async throws {
    guard let engine else { return }
    if position <= (await engine.session).position {
      emit(.wentBack(try await engine.go(to: position)))
    } else {
      try await advance(to: position, engine, token, emit)
    }
  }

  /// Forward along the record; the screen receives every token.
  private func advance(
    to position: Int, _ engine: any ChatEngine, _ token: RunToken, _ emit: (AppEvent) -> Void
  ) async throws {
    let session = await engine.session
    let end = min(position, session.length)
    var reached = session.position
    while !token.isCancelled, !Task.isCancelled, reached < end {
      let (batch, seconds) = await timed {
        await engine.steps(for: Self.batch, maximumReply: .max, until: end) { token.isCancelled }
      }
      guard let result = try batch.report(seconds: seconds, emit), case .more = batch.end else { return }
      reached = result.position
    }
  }

  private func open(
    _ path: String, _ model: LoadedModel, _ token: RunToken, _ emit: (AppEvent) -> Void
  ) async throws {
    let (engine, session) = (model.engine, try SessionFile(json: try FileBytes.read(path)))
    try await engine.open(session, sha256: try await model.hash())
    emit(.wasReset)
    try await advance(to: session.position, engine, token, emit)
    let (length, wordsWait) = ((await engine.session).length, await engine.hasTyped)
    let rest = wordsWait ? ", and the rest of a message waits" : ""
    emit(.opened("\(path) is open: \(session.position) tokens of \(length)\(rest).", wordsWait: wordsWait))
  }
}

extension StepBatch {
  /// Emits what a batch has computed. Throws what ended it.
  fileprivate func report(seconds: Double, _ emit: (AppEvent) -> Void) throws -> StepResult? {
    if let result { emit(.result(result, passing: passed, seconds: seconds / Double(passed.count + 1))) }
    switch end {
    case .more: break
    case .replyEnded: emit(.replyEnded)
    case .breakpoint(let text): emit(.breakpoint(text))
    case .failed(let error): throw error
    }
    return result
  }
}
