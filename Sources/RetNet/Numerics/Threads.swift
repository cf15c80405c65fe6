import Dispatch
import Synchronization

/// Work divided over threads by fixed rules: a result depends at most on the number of threads.
package enum Threads {
  /// Calls `body` once for each thread from 0 to `count` − 1, and returns when all calls have returned.
  ///
  /// The calls must not write to the same memory.
  package static func perform(_ count: Int, _ body: (_ thread: Int) -> Void) {
    if count == 1 {
      body(0)
    } else {
      withoutActuallyEscaping(body) { body in
        // Safe: all calls return before this one does, and they write to disjoint memory.
        nonisolated(unsafe) let work = body
        DispatchQueue.concurrentPerform(iterations: count) { work($0) }
      }
    }
  }

  /// The results of `count` independent calls, ordered by index.
  ///
  /// - Parameters:
  ///   - done: called with the number of finished calls, never concurrently.
  ///   - body: computes the result of one index.
  /// - Throws: the error of the lowest index that fails.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, done: (Int) -> Void = { _ in }, _ body: (_ index: Int) throws -> Result
  ) throws -> [Result] {
    let work = Mutex(Progress<Result>(results: Array(repeating: nil, count: count)))
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
          // Lower indices are already claimed. If one of them fails too, its error replaces this one.
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

  /// The elements of `thread` out of `count`, in whole cache lines of 16 floats except at the end.
  package static func range(of thread: Int, threads: Int, count: Int) -> Range<Int> {
    let lines = (count + 15) / 16
    let start = min(lines * thread / threads * 16, count)
    let end = min(lines * (thread + 1) / threads * 16, count)
    return start..<end
  }
}

private struct Progress<Result: Sendable>: Sendable {
  var claimed = 0
  var done = 0
  /// nil for unfinished calls.
  var results: [Result?]
  /// The failed call with the lowest index.
  var failure: (index: Int, error: any Error)?

  init(results: [Result?]) { self.results = results }
}
