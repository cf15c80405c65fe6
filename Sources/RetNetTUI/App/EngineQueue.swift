import RetNet
import Synchronization

/// Carries out what `update` wants of the engine, one thing after the other, and hands back events.
///
/// A reply is stepped in stretches of a frame at the most: the screen has seen every token before the next stretch begins,
/// so that none is lost, pausing takes hold between two steps, and the moment on screen is the engine's present.
@MainActor final class EngineQueue {
  private enum Job {
    case submit(String)
    case run(RunToken, maximumReply: Int)
    case step
    case back
    case stop
    case undoTurn
    case reset
    case go(RunToken, position: Int)
    case pick(Int)
    case experiment(Experiment)
    case undoExperiment
    case selectBranch(RunToken, Int)
    case watch(Watch)
    case reference(StateReference)
    case before(Int)
    case history(layer: Int)
    case setBreakpoints([Breakpoint])
    case setNorms(NormOptions)
    case setSampling(SamplingOptions)
    case loadModel(String)
  }

  /// One run of steps, which can be cut short at any time.
  private final class RunToken: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }
  }

  private let loader: ModelLoader
  private let emit: @MainActor (AppEvent) -> Void
  private let jobs: AsyncStream<Job>
  private let input: AsyncStream<Job>.Continuation
  private var engine: (any ChatEngine)?
  /// Whether steps are being made, one stretch after the other.
  private var isRunning = false
  /// What waits for the end of a stretch, as it acts from the next step.
  private var betweenSteps: [Job] = []
  private var runs: [RunToken] = []
  private var worker: Task<Void, Never>?
  /// Reply tokens a second at most.
  var speed: Double?

  init(loader: @escaping ModelLoader, speed: Double?, emit: @escaping @MainActor (AppEvent) -> Void) {
    self.loader = loader
    self.speed = speed
    self.emit = emit
    (jobs, input) = AsyncStream.makeStream(of: Job.self)
    worker = Task { [weak self] in
      guard let jobs = self?.jobs else { return }
      for await job in jobs { await self?.perform(job) }
    }
  }

  /// Stops what runs; nothing is emitted any more.
  func close() {
    cancelRuns()
    input.finish()
    worker?.cancel()
  }

  /// - Returns: false for an effect that is not the engine's.
  func carryOut(_ effect: Effect) -> Bool {
    switch effect {
    case .submit(let text): input.yield(.submit(text))
    case .run(let maximumReply): input.yield(.run(newRun(), maximumReply: maximumReply))
    case .pause: cancelRuns()
    case .stop:
      cancelRuns()
      input.yield(.stop)
    case .step: input.yield(.step)
    case .back: input.yield(.back)
    case .undoTurn: input.yield(.undoTurn)
    case .reset: input.yield(.reset)
    case .go(let position): input.yield(.go(newRun(), position: position))
    case .pick(let token): input.yield(.pick(token))
    case .experiment(let experiment): enqueueSetting(.experiment(experiment))
    case .undoExperiment: input.yield(.undoExperiment)
    case .selectBranch(let id): input.yield(.selectBranch(newRun(), id))
    case .watch(let watch): enqueueSetting(.watch(watch))
    case .reference(let reference): input.yield(.reference(reference))
    case .before(let position): input.yield(.before(position))
    case .history(let layer): input.yield(.history(layer: layer))
    case .setBreakpoints(let breakpoints): enqueueSetting(.setBreakpoints(breakpoints))
    case .setNorms(let norms): enqueueSetting(.setNorms(norms))
    case .setSampling(let sampling): enqueueSetting(.setSampling(sampling))
    case .setSpeed(let speed): self.speed = speed
    case .loadModel(let name): input.yield(.loadModel(name))
    case .saveScreen, .setMouse, .redraw, .quit: return false
    }
    return true
  }

  /// While steps are made, what is set acts from the next one on; else in its turn.
  private func enqueueSetting(_ job: Job) {
    if isRunning { betweenSteps.append(job) } else { input.yield(job) }
  }

  private func performSettings() async {
    while !betweenSteps.isEmpty { await perform(betweenSteps.removeFirst()) }
  }

  private func newRun() -> RunToken {
    let run = RunToken()
    runs.append(run)
    return run
  }

  private func cancelRuns() {
    for run in runs { run.cancel() }
    runs = []
  }

  private func perform(_ job: Job) async {
    do {
      switch job {
      case .submit(let text): try await engine?.submit(text)
      case .run(let token, let maximumReply):
        do {
          try await run(token, maximumReply: maximumReply)
          await performSettings()
        } catch {
          await performSettings()
          throw error
        }
      case .step: try await stepOnce()
      case .back: if let engine { emit(.wentBack(try await engine.back())) }
      case .stop:
        await engine?.endReply()
        emit(.stopped)
      case .undoTurn:
        if let engine {
          let (moment, turns) = try await engine.undoTurn()
          emit(.undone(moment: moment, turns: turns))
        }
      case .reset:
        await engine?.reset()
        emit(.wasReset)
      case .go, .pick, .experiment, .undoExperiment, .selectBranch, .watch, .reference, .before, .history,
        .setBreakpoints:
        if let engine { try await explore(job, engine) }
      case .setNorms(let norms): await engine?.setNorms(norms)
      case .setSampling(let sampling): await engine?.setSampling(sampling)
      case .loadModel(let name): await load(name)
      }
    } catch {
      emit(.failed("\(error)"))
    }
    switch job {
    case .step, .back, .stop, .undoTurn, .reset, .go, .pick, .undoExperiment, .selectBranch: emit(.settled)
    default: break
    }
    switch job {
    case .watch, .reference, .before, .history, .setBreakpoints, .setNorms, .setSampling: break
    default: if let engine { emit(.session(await engine.session)) }
    }
  }

  /// What the state explorer asks for.
  private func explore(_ job: Job, _ engine: any ChatEngine) async throws {
    switch job {
    case .go(let token, let position):
      if position <= (await engine.session).position {
        emit(.wentBack(try await engine.go(to: position)))
      } else {
        try await goOn(to: position, engine, unless: token)
      }
    case .pick(let token):
      let clock = ContinuousClock()
      let start = clock.now
      let moment = try await engine.pick(token)
      emit(.moment(moment, seconds: (clock.now - start) / .seconds(1)))
    case .experiment(let experiment): await engine.add(experiment)
    case .undoExperiment: emit(.wentBack(try await engine.undoExperiment()))
    case .selectBranch(let token, let id):
      emit(.wentBack(try await engine.select(branch: id)))
      try await goOn(to: .max, engine, unless: token)
    case .watch(let watch):
      if let moment = await engine.watch(watch) { emit(.refreshed(moment)) }
    case .reference(let source):
      emit(.reference(Explorer.Reference(source: source, state: try await engine.state(of: source))))
    case .before(let position):
      emit(.before(try await engine.state(of: .position(position)), position: position))
    case .history(let layer):
      emit(.history(Explorer.History(layer: layer, tokens: try await engine.statistics(ofLayer: layer))))
    case .setBreakpoints(let breakpoints): await engine.setBreakpoints(breakpoints)
    default: break
    }
  }

  /// Forward along the record, every token seen by the screen.
  private func goOn(to position: Int, _ engine: any ChatEngine, unless token: RunToken) async throws {
    let end = min(position, (await engine.session).length)
    let clock = ContinuousClock()
    while !token.isCancelled, !Task.isCancelled, (await engine.session).position < end {
      let start = clock.now
      let stretch = await engine.steps(for: Self.stretch, maximumReply: .max, until: end) { token.isCancelled }
      guard try take(stretch, seconds: (clock.now - start) / .seconds(1)) != nil, case .more = stretch.end else {
        return
      }
    }
  }

  /// Steps until the reply ends, has its greatest length, or the run is cut short.
  private func run(_ token: RunToken, maximumReply: Int) async throws {
    let clock = ContinuousClock()
    var (due, left) = (clock.now, maximumReply)
    isRunning = true
    defer { isRunning = false }
    while !token.isCancelled, !Task.isCancelled, left > 0, let engine {
      // Reply tokens come at a pace that one can watch; what the user typed is read at full speed.
      let start = clock.now
      let stretch = await engine.steps(
        for: speed == nil ? Self.stretch : .zero, maximumReply: left, until: .max
      ) { token.isCancelled }
      guard let moment = try take(stretch, seconds: (clock.now - start) / .seconds(1)), case .more = stretch.end else {
        return
      }
      await performSettings()
      left -= stretch.replyTokens
      guard moment.role == .reply, let speed else { continue }
      due = max(due + .seconds(1 / speed), clock.now - .seconds(1 / speed))
      while !token.isCancelled, clock.now < due {
        // In short naps, so that a pause takes hold at once.
        try? await Task.sleep(for: min(due - clock.now, .milliseconds(30)))
        if Task.isCancelled { return }
      }
    }
  }

  /// Time that a stretch may take, so that every frame has something new to show.
  private static let stretch = Duration.milliseconds(25)

  private func stepOnce() async throws {
    guard let engine else { return }
    let clock = ContinuousClock()
    let start = clock.now
    let stretch = await engine.steps(for: .zero, maximumReply: 1, until: .max) { false }
    _ = try take(stretch, seconds: (clock.now - start) / .seconds(1))
  }

  /// Hands on what a stretch has brought. Throws what ended it.
  private func take(_ stretch: Stretch, seconds: Double) throws -> Moment? {
    if let moment = stretch.moment {
      emit(.moment(moment, passing: stretch.passed, seconds: seconds / Double(stretch.passed.count + 1)))
    }
    switch stretch.end {
    case .more: break
    case .replyEnded: emit(.replyEnded)
    case .breakpoint(let text): emit(.breakpoint(text))
    case .failed(let error): throw error
    }
    return stretch.moment
  }

  private func load(_ name: String) async {
    emit(.modelLoading(name))
    do {
      let loader = loader
      let loaded = try await Task.detached { try await loader(name) }.value
      engine = loaded.engine
      emit(.modelLoaded(loaded.info))
    } catch {
      emit(.modelFailed("\(error)"))
    }
  }
}
