import Dispatch

/// Work split over threads in a fixed way, so that a result depends on the thread count at most.
enum Threads {
  /// Calls `body` once for each thread from 0 to `count` − 1, and returns when all are done.
  ///
  /// What the calls write must not overlap.
  static func perform(_ count: Int, _ body: (_ thread: Int) -> Void) {
    if count == 1 {
      body(0)
    } else {
      withoutActuallyEscaping(body) { body in
        // Safe because all calls end before this one does, and each writes only what belongs to its thread.
        nonisolated(unsafe) let work = body
        DispatchQueue.concurrentPerform(iterations: count) { work($0) }
      }
    }
  }

  /// The share of `count` elements that belongs to `thread`: whole cache lines of 16 floats, but for the last.
  static func range(of thread: Int, threads: Int, count: Int) -> Range<Int> {
    let lines = (count + 15) / 16
    let start = min(lines * thread / threads * 16, count)
    let end = min(lines * (thread + 1) / threads * 16, count)
    return start..<end
  }
}
