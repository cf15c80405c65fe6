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
    case .run(let maximumReply):
      let run = RunToken()
      runs.append(run)
      input.yield(.run(run, maximumReply: maximumReply))
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
    for run in runs { run.cancel() }
    runs = []
  }

  private func perform(_ job: Job) async {
    do {
      switch job {
      case .submit(let text): try await engine?.submit(text)
      case .run(let token, let maximumReply): try await run(token, maximumReply: maximumReply)
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

  /// Steps until the reply ends, has its greatest length, or the run is cut short.
  private func run(_ token: RunToken, maximumReply: Int) async throws {
    let clock = ContinuousClock()
    var (due, left) = (clock.now, maximumReply)
    while !token.isCancelled, !Task.isCancelled, left > 0, let engine {
      // Reply tokens come at a pace that one can watch; what the user typed is read at full speed.
      let start = clock.now
      let stretch = await engine.steps(for: speed == nil ? Self.stretch : .zero, maximumReply: left) {
        token.isCancelled
      }
      guard let moment = try take(stretch, seconds: (clock.now - start) / .seconds(1)), case .more = stretch.end else {
        return
      }
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
    let stretch = await engine.steps(for: .zero, maximumReply: 1) { false }
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
