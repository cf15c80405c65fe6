import CKernels
import Dispatch
import Foundation
import Synchronization

/// Work in parts. Each part computes its own share of the result, on any thread.
package protocol TeamWork: SendableMetatype {
  /// - Parameter thread: from 0 to `WorkerTeam.threads` − 1. A thread runs one part at a time, so scratch memory may be
  ///   per thread.
  func perform(part: Int, thread: Int)
}

/// A thread pool for work of some microseconds.
///
/// Threads claim the parts of a piece of work one by one, so a thread that the scheduler has suspended delays only its
/// current part. Results do not depend on which thread computes which part. An idle thread spins for about 100 µs and
/// then sleeps. No call allocates memory.
package final class WorkerTeam: Sendable {
  package let threads: Int
  private let pool: PoolState

  private static let range = 1...256

  /// - Throws: `RetNetError.value` if `threads` is not from 1 to 256.
  package static func validate(threads: Int) throws(RetNetError) {
    try RetNetError.require(
      range.contains(threads), "number of threads", threads, "\(range.lowerBound) to \(range.upperBound)")
  }

  /// - Parameter threads: including the caller of `perform`. With more than one, BLAS calls use one thread each.
  package init(threads: Int) {
    precondition(Self.range.contains(threads), "a team of \(threads) threads")
    self.threads = threads
    pool = PoolState(helpers: threads - 1)
    if threads > 1 { BLASThreads.set(1) }
    for helper in 0..<threads - 1 {
      let thread = Thread { [pool] in pool.runHelper(helper) }
      thread.name = "retnet worker \(helper + 1)"
      thread.qualityOfService = .userInitiated
      thread.start()
    }
  }

  deinit { pool.shutDown() }

  /// Sends idle helpers to sleep at once, if no work is expected soon.
  package func rest() { pool.rest() }

  /// Performs all parts of `work`, and returns when all are done. Calls must not overlap.
  package func perform<Work: TeamWork>(_ work: Work, parts: Int) {
    if threads == 1 || parts == 1 {
      for part in 0..<parts { work.perform(part: part, thread: 0) }
      return
    }
    withUnsafePointer(to: work) { work in
      pool.perform(UnsafeRawPointer(work), parts: parts, Entry<Work>.perform)
    }
  }

  /// Calls `work` through a raw pointer, so that `PoolState` is not generic.
  private enum Entry<Work: TeamWork> {
    static func perform(_ work: UnsafeRawPointer, _ part: Int, _ thread: Int) {
      work.assumingMemoryBound(to: Work.self).pointee.perform(part: part, thread: thread)
    }
  }
}

/// The state shared by the threads of a team. It is freed when the last thread has exited.
///
/// Unchecked: only the owner's thread writes the mutable members, and only between pieces of work. Helpers read them
/// only while they hold a part; claiming it through `claims` synchronizes.
private final class PoolState: @unchecked Sendable {
  typealias Entry = (UnsafeRawPointer, Int, Int) -> Void

  /// The number of parts of the current work (upper 32 bits) and of claimed ones (lower 32 bits).
  private let claims = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let isShutDown = Atomic<Bool>(false)
  private let isResting = Atomic<Bool>(false)
  private let sleepers = Atomic<Int>(0)
  private let wakeUp = DispatchSemaphore(value: 0)
  private var entry: Entry = { _, _, _ in }
  private var work: UnsafeRawPointer?
  private var contention = Contention()

  /// Spins of a helper before it sleeps: about 100 µs, as sampling a token takes between two steps.
  private static let helperSpins = 8_000
  /// Spins of the owner before it yields its core.
  private static let ownerSpins = 500

  private let helpers: Int

  init(helpers: Int) { self.helpers = helpers }

  func perform(_ work: UnsafeRawPointer, parts: Int, _ entry: @escaping Entry) {
    let start = Contention.now()
    guard helpers > CoreReservation.count, contention.allowsHelpers(at: start) else {
      for part in 0..<parts { entry(work, part, 0) }
      contention.recordWork(parts, from: start, to: Contention.now(), byOneThread: true)
      return
    }
    self.work = work
    self.entry = entry
    finished.store(0, ordering: .relaxed)
    isResting.store(false, ordering: .relaxed)
    claims.store(UInt64(parts) << 32, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    var own: UInt64 = 0
    while let part = claim() {
      run(part, thread: 0)
      own += 1
    }
    waitForHelpers(parts, start: start, own: own)
    contention.recordWork(parts, from: start, to: Contention.now(), byOneThread: false)
  }

  /// Waits until the helpers have finished their parts.
  private func waitForHelpers(_ parts: Int, start: UInt64, own: UInt64) {
    var spins = 0
    while finished.load(ordering: .acquiring) < parts, spins < Self.ownerSpins {
      retnet_spin_pause()
      spins += 1
    }
    guard finished.load(ordering: .acquiring) < parts else { return }
    let isCoreReserved = CoreReservation.count > 0
    let waitStart = Contention.now()
    while finished.load(ordering: .acquiring) < parts {
      // A helper without a core may need this one.
      sched_yield()
    }
    // The wait for a reserved core is short and no sign of contention.
    if isCoreReserved || CoreReservation.count > 0 { return }
    contention.recordWait(from: waitStart, to: Contention.now(), partTime: (waitStart - start) / max(own, 1))
  }

  func runHelper(_ helper: Int) {
    var spins = 0
    while !isShutDown.load(ordering: .relaxed) {
      let isCoreReserved = helper >= helpers - CoreReservation.count
      if !isCoreReserved, let part = claim() {
        run(part, thread: helper + 1)
        spins = 0
      } else if !isCoreReserved, spins < Self.helperSpins, !isResting.load(ordering: .relaxed) {
        retnet_spin_pause()
        spins += 1
      } else {
        sleep()
        spins = 0
      }
    }
  }

  func rest() { isResting.store(true, ordering: .relaxed) }

  func shutDown() {
    isShutDown.store(true, ordering: .sequentiallyConsistent)
    for _ in 0..<helpers { wakeUp.signal() }
  }

  /// Claims the next part; nil if none is left. Reading before adding keeps the lower half from growing while there is
  /// no work.
  private func claim() -> Int? {
    let seen = claims.load(ordering: .relaxed)
    guard seen & 0xffff_ffff < seen >> 32 else { return nil }
    let claimed = claims.add(1, ordering: .acquiringAndReleasing).oldValue
    let part = claimed & 0xffff_ffff
    return part < claimed >> 32 ? Int(part) : nil
  }

  /// The owner does not replace `work` before this part counts as finished.
  private func run(_ part: Int, thread: Int) {
    entry(work!, part, thread)
    finished.add(1, ordering: .releasing)
  }

  private func wake() {
    let count = sleepers.exchange(0, ordering: .sequentiallyConsistent)
    for _ in 0..<count { wakeUp.signal() }
  }

  /// Registers as a sleeper first and then checks for work again, so that no work is missed in between.
  private func sleep() {
    sleepers.add(1, ordering: .sequentiallyConsistent)
    let seen = claims.load(ordering: .sequentiallyConsistent)
    if seen & 0xffff_ffff < seen >> 32 || isShutDown.load(ordering: .sequentiallyConsistent) {
      if unregisterSleeper() { return }
    }
    wakeUp.wait()
  }

  /// - Returns: false if the owner has already counted this sleeper: its signal must be awaited.
  private func unregisterSleeper() -> Bool {
    var count = sleepers.load(ordering: .sequentiallyConsistent)
    while count > 0 {
      let (exchanged, original) = sleepers.compareExchange(
        expected: count, desired: count - 1, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      count = original
    }
    return false
  }
}
