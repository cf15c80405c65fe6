import RetNet

/// Carries out what `update` wants of the engine, one thing after the other, and hands back events in their order.
///
/// Engine and screen run beside each other and neither waits: steps are made on a thread of their own, in stretches of a
/// frame at the most, and come back through an `EventMailbox`; what stops or changes them reaches them between two steps.
@MainActor final class EngineQueue {
  private let mailbox = EventMailbox()
  private let settings: RunSettings
  private let jobs: AsyncStream<EngineJob>.Continuation
  private var runs: [RunToken] = []
  /// Cancelled when the answers to what the laboratory has been asked are not wanted any more.
  private var questions = RunToken()
  private let worker: Task<Void, Never>
  private let delivery: Task<Void, Never>

  init(loader: @escaping ModelLoader, speed: Double?, emit: @escaping @MainActor (AppEvent) -> Void) {
    let (stream, jobs) = AsyncStream.makeStream(of: EngineJob.self)
    let (settings, mailbox) = (RunSettings(speed: speed), mailbox)
    self.settings = settings
    self.jobs = jobs
    let worker = EngineWorker(loader: loader, settings: settings) { mailbox.post($0) }
    self.worker = Task(executorPreference: EngineExecutor()) { await worker.work(stream) }
    delivery = Task { await mailbox.deliver(to: emit) }
  }

  /// Stops what runs; nothing is emitted any more.
  func close() {
    cancelRuns()
    stopLaboratory()
    jobs.finish()
    worker.cancel()
    delivery.cancel()
  }

  /// - Returns: false for an effect that is not the engine's.
  func carryOut(_ effect: Effect) -> Bool {
    if effect.endsSession { stopLaboratory() }
    switch effect {
    case .pause: cancelRuns()
    case .stop:
      cancelRuns()
      enqueue(EngineJob(effect, newRun()))
    case .laboratory: enqueue(EngineJob(effect, questions))
    case .stopLaboratory: stopLaboratory()
    case .setSpeed(let speed): settings.speed = speed
    case .experiment, .watch, .setBreakpoints, .setNorms, .setSampling: set(EngineJob(effect, newRun()))
    case let effect where effect.isBesideSession: return false
    default: enqueue(EngineJob(effect, newRun()))
    }
    return true
  }

  private func enqueue(_ job: EngineJob) {
    settings.note(job)
    jobs.yield(job)
  }

  /// While steps are made, what is set acts from the next one on; else in its turn.
  private func set(_ job: EngineJob) {
    if !settings.takes(job) { enqueue(job) }
  }

  private func newRun() -> RunToken {
    let run = RunToken()
    runs.append(run)
    return run
  }

  private func stopLaboratory() {
    questions.cancel()
    questions = RunToken()
  }

  private func cancelRuns() {
    for run in runs { run.cancel() }
    runs = []
  }
}
