import RetNet
import RetNetAnalysis

/// Does the engine's jobs one after the other, beside the screen.
actor EngineWorker {
  private let loader: ModelLoader
  private let settings: RunSettings
  private let emit: @Sendable (AppEvent) -> Void
  private var model: LoadedModel?
  /// The model outside of the lesson that is open.
  private var outside: LoadedModel?
  private var isInLesson = false
  private var engine: (any ChatEngine)? { model?.engine }
  /// What the laboratory computes, one thing after the other.
  private var laboratory: Task<Void, Never>?

  /// Time that a stretch of steps may take, so that every frame has something new to show.
  static let batch = Duration.milliseconds(25)

  init(loader: @escaping ModelLoader, settings: RunSettings, emit: @escaping @Sendable (AppEvent) -> Void) {
    self.loader = loader
    self.settings = settings
    self.emit = emit
  }

  /// Until there are no more.
  func work(_ jobs: AsyncStream<EngineJob>) async {
    for await job in jobs { await perform(job) }
  }

  private func perform(_ job: EngineJob) async {
    do {
      switch job.effect {
      case .submit(let text): try await engine?.submit(text)
      case .run(let maximumReply): try await run(job.token, maximumReply: maximumReply)
      case .step: try await stepOnce()
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
      case .laboratory(let request): ask(request, job.token)
      case .setNorms(let norms): await engine?.setNorms(norms)
      case .setSampling(let sampling): await engine?.setSampling(sampling)
      case .loadModel(let name): await load(name)
      case .begin(let persona):
        guard let begun = try await model?.begun(as: persona) else { break }
        model = begun
        emit(.began(as: begun.info.persona))
      case .listPersonas: if let model { emit(.notice(model.personas)) }
      case .openLesson(let name): await openLesson(name)
      case .closeLesson: closeLesson()
      case .feed(let text):
        try await engine?.feed(text, begun: { emit(.feeding(text)) }) { emit(.result($0, seconds: 0)) }
      case .makeSteps(let count): for _ in 0..<count { try await stepOnce() }
      default: if let model { try await model.explore(job.effect, unless: { job.token.isCancelled }, emit) }
      }
    } catch {
      emit(.failed("\(error)"))
    }
    if job.effect.settles { emit(.settled) }
    if job.effect.reports, let engine { emit(.session(await engine.session)) }
  }

  /// An answer may take seconds, and steps go on meanwhile; what comes too late is dropped.
  private func ask(_ request: AnalysisRequest, _ token: RunToken) {
    guard let model else { return }
    laboratory = Task { [before = laboratory, emit] in
      await before?.value
      guard !token.isCancelled else { return }
      await model.answer(request) { if !token.isCancelled { emit($0) } }
    }
  }

  private func run(_ token: RunToken, maximumReply: Int) async throws {
    do {
      try await makeSteps(token, maximumReply: maximumReply)
    } catch {
      await setAll(endOf: token)
      throw error
    }
    await setAll(endOf: token)
  }

  private func setAll(endOf token: RunToken) async {
    while let setting = settings.next(endOf: token) { await perform(setting) }
  }

  /// Steps until the reply ends, has its greatest length, or the run is cut short.
  private func makeSteps(_ token: RunToken, maximumReply: Int) async throws {
    let clock = ContinuousClock()
    var (due, left) = (clock.now, maximumReply)
    while !token.isCancelled, !Task.isCancelled, left > 0, let engine {
      // Reply tokens come at a pace that one can watch; what the user typed is read at full speed.
      let start = clock.now
      let batch = await engine.steps(
        for: settings.speed == nil ? Self.batch : .zero, maximumReply: left, until: .max
      ) { token.isCancelled }
      guard let result = try batch.handOn(seconds: (clock.now - start) / .seconds(1), emit), case .more = batch.end
      else {
        return
      }
      while let setting = settings.next() { await perform(setting) }
      left -= batch.replyTokens
      guard result.role == .reply, let speed = settings.speed else { continue }
      due = max(due + .seconds(1 / speed), clock.now - .seconds(1 / speed))
      while !token.isCancelled, clock.now < due {
        // In short naps, so that a pause takes hold at once.
        try? await Task.sleep(for: min(due - clock.now, .milliseconds(30)))
        if Task.isCancelled { return }
      }
    }
  }

  private func stepOnce() async throws {
    guard let engine else { return }
    let clock = ContinuousClock()
    let start = clock.now
    let batch = await engine.steps(for: .zero, maximumReply: 1, until: .max) { false }
    _ = try batch.handOn(seconds: (clock.now - start) / .seconds(1), emit)
  }

  // MARK: Lessons

  private func openLesson(_ name: String) async {
    if !isInLesson {
      emit(.setAside)
      (isInLesson, outside) = (true, model)
    }
    do {
      try await load(name, for: .lesson)
    } catch {
      emit(.failed("\(error)"))
      closeLesson()
    }
  }

  private func closeLesson() {
    if isInLesson { (isInLesson, model, outside) = (false, outside, nil) }
    emit(.lessonLeft)
  }

  private func load(_ name: String) async {
    emit(.modelLoading(name))
    do {
      try await load(name, for: .conversation)
    } catch {
      emit(.modelFailed("\(error)"))
    }
  }

  /// Reads a model and puts it in the place of the one before, which stays where that fails.
  private func load(_ name: String, for use: ModelUse) async throws {
    let loader = loader
    let loaded = try await Task.detached { try await loader(name, use) }.value
    model = loaded
    emit(.modelLoaded(loaded.info))
  }
}
