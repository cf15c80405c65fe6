import Dispatch
import TerminalKit

/// Passes requests and queries to the engine in order, and delivers its events in order.
///
/// Engine and screen run concurrently and do not block each other. A separate thread computes steps in batches of at
/// most a frame; their results pass through an `EventMailbox`. Cancellation and settings take effect between two steps.
@MainActor final class EngineQueue {
  private let mailbox = EventMailbox()
  private let settings = RunSettings()
  private let jobs: AsyncStream<EngineJob>.Continuation
  private var runs: [RunToken] = []
  /// Cancels the laboratory's questions.
  private var questions = RunToken()
  /// Number of jobs that are not done or whose events are not delivered.
  private var unfinished = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private let worker: Task<Void, Never>
  private var delivery: Task<Void, Never>?

  /// - Parameters:
  ///   - model: the first session's model; nil if a request loads it.
  ///   - emit: receives each event with its session.
  init(
    model: LoadedModel? = nil, loader: @escaping ModelLoader, speed: Double?, store: SessionStore? = nil,
    emit: @escaping @MainActor (AppEvent, Int) -> Void
  ) {
    let (stream, jobs) = AsyncStream.makeStream(of: EngineJob.self)
    let mailbox = mailbox
    self.jobs = jobs
    let worker = EngineWorker(model: model, loader: loader, settings: settings, speed: speed, store: store) {
      mailbox.post($0)
    }
    self.worker = Task(executorPreference: EngineExecutor()) { await worker.work(stream) }
    delivery = Task { [weak self] in
      await mailbox.deliver { message in
        if let event = message.event { emit(event, message.session) } else { self?.finishJob() }
      }
    }
  }

  deinit {
    worker.cancel()
    delivery?.cancel()
  }

  /// Cancels all jobs. No events follow.
  func close() {
    cancelRuns()
    cancelLaboratory()
    jobs.finish()
    worker.cancel()
    delivery?.cancel()
    release()
  }

  /// Ends runs and analyses, and waits until the session is saved, but not for long.
  func finishSaving() async {
    cancelRuns()
    cancelLaboratory()
    send(.saveNow)
    let limit = Task { [weak self] in
      try? await Task.sleep(for: Self.longestSave)
      self?.release()
    }
    await waitUntilIdle()
    limit.cancel()
  }

  private static let longestSave = Duration.seconds(5)

  func send(_ request: EngineRequest, session: Int = 0) {
    let consequences = request.consequences
    if consequences.contains(.cancelsRuns) { cancelRuns() }
    if consequences.contains(.cancelsLaboratory) { cancelLaboratory() }
    let job = EngineJob(.request(request), session: session, RunToken())
    if case .set = request, settings.accepts(job) { return unfinished += 1 }
    runs.append(job.token)
    enqueue(job)
  }

  func ask(_ query: AnalysisQuery, session: Int = 0) { enqueue(EngineJob(.query(query), session: session, questions)) }

  /// Waits until all jobs are done and their events delivered.
  func waitUntilIdle() async {
    if unfinished > 0 { await withCheckedContinuation { waiting.append($0) } }
  }

  private func enqueue(_ job: EngineJob) {
    unfinished += 1
    settings.record(job)
    jobs.yield(job)
  }

  private func finishJob() {
    unfinished -= 1
    guard unfinished == 0 else { return }
    runs = []
    release()
  }

  private func release() {
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func cancelLaboratory() {
    questions.cancel()
    questions = RunToken()
  }

  private func cancelRuns() {
    for run in runs { run.cancel() }
    runs = []
  }
}

/// A thread for the engine. On a machine with one core the shared pool has a single thread, and the engine would keep
/// it from the screen.
final class EngineExecutor: TaskExecutor {
  /// A serial queue gets a thread for its work, however busy the pool is.
  private let queue = DispatchQueue(label: "retnet engine", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      FatalSignals.useAlternateStack()
      job.runSynchronously(on: self.asUnownedTaskExecutor())
    }
  }
}
