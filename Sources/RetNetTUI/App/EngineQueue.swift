import RetNet

/// Carries out what `update` wants of the engine, one thing after the other, and hands back events.
///
/// A reply is stepped token by token: the screen has seen every moment before the next step begins, so that no token is
/// lost, pausing takes hold between two steps, and the moment on screen is the engine's present.
@MainActor final class EngineQueue {
  private enum Job {
    case submit(String)
    case run(RunToken)
    case step
    case back
    case stop
    case undoTurn
    case reset
    case setNorms(NormOptions)
    case setSampling(SamplingOptions)
    case loadModel(String)
  }

  /// One run of steps, which can be cut short.
  @MainActor private final class RunToken {
    var isCancelled = false
  }

  private let loader: ModelLoader
  private let emit: @MainActor (AppEvent) -> Void
  private let jobs: AsyncStream<Job>
  private let input: AsyncStream<Job>.Continuation
  private var engine: (any ChatEngine)?
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
    case .run:
      let run = RunToken()
      runs.append(run)
      input.yield(.run(run))
    case .pause: cancelRuns()
    case .stop:
      cancelRuns()
      input.yield(.stop)
    case .step: input.yield(.step)
    case .back: input.yield(.back)
    case .undoTurn: input.yield(.undoTurn)
    case .reset: input.yield(.reset)
    case .setNorms(let norms): input.yield(.setNorms(norms))
    case .setSampling(let sampling): input.yield(.setSampling(sampling))
    case .setSpeed(let speed): self.speed = speed
    case .loadModel(let name): input.yield(.loadModel(name))
    case .saveScreen, .setMouse, .redraw, .quit: return false
    }
    return true
  }

  private func cancelRuns() {
    for run in runs { run.isCancelled = true }
    runs = []
  }

  private func perform(_ job: Job) async {
    do {
      switch job {
      case .submit(let text): try await engine?.submit(text)
      case .run(let token): try await run(token)
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
      case .setNorms(let norms): await engine?.setNorms(norms)
      case .setSampling(let sampling): await engine?.setSampling(sampling)
      case .loadModel(let name): await load(name)
      }
    } catch {
      emit(.failed("\(error)"))
    }
    switch job {
    case .step, .back, .stop, .undoTurn, .reset: emit(.settled)
    default: break
    }
  }

  /// Steps until the reply has ended or the run is cut short.
  private func run(_ token: RunToken) async throws {
    let clock = ContinuousClock()
    var due = clock.now
    while !token.isCancelled, !Task.isCancelled {
      guard let moment = try await stepOnce() else { return }
      // Reply tokens come at a pace that one can watch; what the user typed is read at full speed.
      guard moment.role == .reply, let speed else { continue }
      due = max(due + .seconds(1 / speed), clock.now - .seconds(1 / speed))
      while !token.isCancelled, clock.now < due {
        // In short naps, so that a pause takes hold at once.
        try? await Task.sleep(for: min(due - clock.now, .milliseconds(30)))
        if Task.isCancelled { return }
      }
    }
  }

  @discardableResult
  private func stepOnce() async throws -> Moment? {
    guard let engine else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let moment = try await engine.step()
    if let moment {
      let seconds = (clock.now - start) / .seconds(1)
      emit(.moment(moment, seconds: seconds))
    } else {
      emit(.replyEnded)
    }
    return moment
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
