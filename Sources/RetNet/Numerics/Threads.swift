import Dispatch
import Synchronization

/// Work split over threads in a fixed way, so that a result depends on the thread count at most.
package enum Threads {
  /// Calls `body` once for each thread from 0 to `count` − 1, and returns when all are done.
  ///
  /// What the calls write must not overlap.
  package static func perform(_ count: Int, _ body: (_ thread: Int) -> Void) {
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

  /// The results of `count` independent pieces of work, in their order, whichever thread has done which.
  ///
  /// - Parameters:
  ///   - done: called with the number of pieces that are done, one call at a time.
  ///   - body: what is to be done for the piece of an index.
  /// - Throws: what `body` throws for the first of the pieces that fail.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, done: (Int) -> Void = { _ in }, _ body: (_ index: Int) throws -> Result
  ) throws -> [Result] {
    let work = Mutex(Pieces<Result>(results: Array(repeating: nil, count: count)))
    func claim() -> Int? {
      work.withLock { work in
        guard work.claimed < count, work.failure == nil else { return nil }
        work.claimed += 1
        return work.claimed - 1
      }
    }
    perform(max(1, min(threads, count))) { _ in
      while let index = claim() {
        do {
          let result = try body(index)
          work.withLock { work in
            work.results[index] = result
            work.done += 1
            done(work.done)
          }
        } catch {
          // Pieces before this one have been claimed; if one of them fails too, it is the first.
          work.withLock { work in
            if index < work.failure?.index ?? count { work.failure = (index, error) }
          }
        }
      }
    }
    return try work.withLock { work in
      if let failure = work.failure { throw failure.error }
      return work.results.compactMap { $0 }
    }
  }

  /// The share of `count` elements that belongs to `thread`: whole cache lines of 16 floats, but for the last.
  package static func range(of thread: Int, threads: Int, count: Int) -> Range<Int> {
    let lines = (count + 15) / 16
    let start = min(lines * thread / threads * 16, count)
    let end = min(lines * (thread + 1) / threads * 16, count)
    return start..<end
  }
}

/// How far independent pieces of work are.
private struct Pieces<Result: Sendable>: Sendable {
  var claimed = 0
  var done = 0
  /// nil where a piece is not done.
  var results: [Result?]
  /// Of the first piece that failed.
  var failure: (index: Int, error: any Error)?

  init(results: [Result?]) { self.results = results }
}
