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
    case explore(Effect, RunToken)
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
  private var model: LoadedModel?
  private var engine: (any ChatEngine)? { model?.engine }
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
    case .experiment, .watch, .setBreakpoints: enqueueSetting(.explore(effect, newRun()))
    case .go, .pick, .undoExperiment, .selectBranch, .reference, .before, .history, .laboratory, .exportLogits,
      .saveSession, .openSession:
      input.yield(.explore(effect, newRun()))
    case .setNorms(let norms): enqueueSetting(.setNorms(norms))
    case .setSampling(let sampling): enqueueSetting(.setSampling(sampling))
    case .setSpeed(let speed): self.speed = speed
    case .loadModel(let name): input.yield(.loadModel(name))
    case .saveScreen, .save, .setMouse, .redraw, .quit: return false
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
      case .explore(let effect, let token):
        if let model { try await model.explore(effect, unless: { token.isCancelled }, emit) }
      case .setNorms(let norms): await engine?.setNorms(norms)
      case .setSampling(let sampling): await engine?.setSampling(sampling)
      case .loadModel(let name): await load(name)
      }
    } catch {
      emit(.failed("\(error)"))
    }
    switch job {
    case .step, .back, .stop, .undoTurn, .reset: emit(.settled)
    case .explore(let effect, _) where effect.settles: emit(.settled)
    default: break
    }
    switch job {
    case .explore(.watch, _), .explore(.reference, _), .explore(.before, _), .explore(.history, _),
      .explore(.laboratory, _):
      break
    case .setSampling: break
    default: if let engine { emit(.session(await engine.session)) }
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
      guard let moment = try stretch.handOn(seconds: (clock.now - start) / .seconds(1), emit), case .more = stretch.end
      else {
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
  static let stretch = Duration.milliseconds(25)

  private func stepOnce() async throws {
    guard let engine else { return }
    let clock = ContinuousClock()
    let start = clock.now
    let stretch = await engine.steps(for: .zero, maximumReply: 1, until: .max) { false }
    _ = try stretch.handOn(seconds: (clock.now - start) / .seconds(1), emit)
  }

  private func load(_ name: String) async {
    emit(.modelLoading(name))
    do {
      let loader = loader
      let loaded = try await Task.detached { try await loader(name) }.value
      model = loaded
      emit(.modelLoaded(loaded.info))
    } catch {
      emit(.modelFailed("\(error)"))
    }
  }
}
