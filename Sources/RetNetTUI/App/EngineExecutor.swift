import Dispatch

/// A thread for the engine alone, so that its steps take none from the pool that the screen's work waits for: on a machine
/// with one core that pool has a single one.
final class EngineExecutor: TaskExecutor {
  /// A serial queue has a thread whenever it has work, however busy the pool is.
  private let queue = DispatchQueue(label: "retnet engine", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
