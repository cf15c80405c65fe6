import CKernels
import Dispatch
import Foundation
import Synchronization

/// Work that is cut into parts, each of which computes its own share of the result, whichever thread takes it.
package protocol TeamWork: SendableMetatype {
  /// - Parameter thread: from 0 to `WorkerTeam.threads` − 1; no two parts run on one thread at a time, so it may own
  ///   working memory.
  func perform(part: Int, thread: Int)
}

/// Threads that wait for work of some microseconds, and share each piece of it part by part.
///
/// A part goes to whoever comes first, so that a thread that the system has taken off its core holds up nothing but the
/// part that it is in. Results do not depend on who computed what. Waiting costs processor time only for a moment; after
/// that a thread sleeps until there is work again. Nothing is allocated on the way.
package final class WorkerTeam: Sendable {
  package let threads: Int
  private let crew: PoolState

  private static let range = 1...256

  /// - Throws: `RetNetError.value` where a team cannot have so many threads.
  package static func validate(threads: Int) throws(RetNetError) {
    try RetNetError.require(
      range.contains(threads), "number of threads", threads, "\(range.lowerBound) to \(range.upperBound)")
  }

  /// - Parameter threads: with the one that calls `perform`. More than one leaves BLAS calls to one thread each.
  package init(threads: Int) {
    precondition(Self.range.contains(threads), "a team of \(threads) threads")
    self.threads = threads
    crew = PoolState(helpers: threads - 1)
    if threads > 1 { BLASThreads.set(1) }
    for helper in 0..<threads - 1 {
      let thread = Thread { [crew] in crew.help(helper) }
      thread.name = "retnet worker \(helper + 1)"
      thread.qualityOfService = .userInitiated
      thread.start()
    }
  }

  deinit { crew.dismiss() }

  /// Nothing comes for a while: helpers leave their cores at once.
  package func rest() { crew.rest() }

  /// Has all parts of `work` performed, and returns when all are done. One call at a time.
  package func perform<Work: TeamWork>(_ work: Work, parts: Int) {
    if threads == 1 || parts == 1 {
      for part in 0..<parts { work.perform(part: part, thread: 0) }
      return
    }
    withUnsafePointer(to: work) { work in
      crew.perform(UnsafeRawPointer(work), parts: parts, Entry<Work>.perform)
    }
  }

  /// A call through a pointer, the same for every kind of work.
  private enum Entry<Work: TeamWork> {
    static func perform(_ work: UnsafeRawPointer, _ part: Int, _ thread: Int) {
      work.assumingMemoryBound(to: Work.self).pointee.perform(part: part, thread: thread)
    }
  }
}

/// What the threads of a team share; it outlives the team until the last thread has gone.
///
/// Unchecked: the members that change are written by the owner's thread alone, between pieces of work; helpers read them
/// only while they hold a part, which `claims` hands over.
private final class PoolState: @unchecked Sendable {
  typealias Entry = (UnsafeRawPointer, Int, Int) -> Void

  /// Parts of the present work (upper half) and those that have been claimed (lower half).
  private let claims = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let isDismissed = Atomic<Bool>(false)
  private let isResting = Atomic<Bool>(false)
  private let sleeping = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)
  private var entry: Entry = { _, _, _ in }
  private var work: UnsafeRawPointer?
  private var contention = Contention()

  /// Pauses of a helper before it sleeps: some 100 µs, as a token is drawn between two steps; and of the owner before it
  /// offers its core.
  private static let patience = 8_000
  private static let shortPatience = 500

  private let helpers: Int

  init(helpers: Int) { self.helpers = helpers }

  func perform(_ work: UnsafeRawPointer, parts: Int, _ entry: @escaping Entry) {
    let start = Contention.now()
    guard helpers > CoreReservation.count, contention.allowsHelp(at: start) else {
      for part in 0..<parts { entry(work, part, 0) }
      contention.performed(parts, from: start, to: Contention.now(), byOneThread: true)
      return
    }
    self.work = work
    self.entry = entry
    finished.store(0, ordering: .relaxed)
    isResting.store(false, ordering: .relaxed)
    claims.store(UInt64(parts) << 32, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    var own: UInt64 = 0
    while let part = claim() {
      run(part, thread: 0)
      own += 1
    }
    waitForHelpers(parts, start: start, own: own)
    contention.performed(parts, from: start, to: Contention.now(), byOneThread: false)
  }

  /// Waits until the parts that helpers hold are done.
  private func waitForHelpers(_ parts: Int, start: UInt64, own: UInt64) {
    var waited = 0
    while finished.load(ordering: .acquiring) < parts, waited < Self.shortPatience {
      retnet_spin_pause()
      waited += 1
    }
    guard finished.load(ordering: .acquiring) < parts else { return }
    let isLent = CoreReservation.count > 0
    let begun = Contention.now()
    while finished.load(ordering: .acquiring) < parts {
      // A helper without a core of its own may need this one.
      sched_yield()
    }
    // A core that was lent comes back: that is no reason to go on alone.
    if isLent || CoreReservation.count > 0 { return }
    contention.waited(from: begun, to: Contention.now(), partTime: (begun - start) / max(own, 1))
  }

  func help(_ helper: Int) {
    var waited = 0
    while !isDismissed.load(ordering: .relaxed) {
      let isLent = helper >= helpers - CoreReservation.count
      if !isLent, let part = claim() {
        run(part, thread: helper + 1)
        waited = 0
      } else if !isLent, waited < Self.patience, !isResting.load(ordering: .relaxed) {
        retnet_spin_pause()
        waited += 1
      } else {
        sleep()
        waited = 0
      }
    }
  }

  func rest() { isResting.store(true, ordering: .relaxed) }

  func dismiss() {
    isDismissed.store(true, ordering: .sequentiallyConsistent)
    for _ in 0..<helpers { alarm.signal() }
  }

  /// A part that nobody else has. Reading before adding keeps the lower half from growing while there is no work.
  private func claim() -> Int? {
    let seen = claims.load(ordering: .relaxed)
    guard seen & 0xffff_ffff < seen >> 32 else { return nil }
    let claimed = claims.add(1, ordering: .acquiringAndReleasing).oldValue
    let part = claimed & 0xffff_ffff
    return part < claimed >> 32 ? Int(part) : nil
  }

  /// The work cannot be exchanged before this part is counted as finished.
  private func run(_ part: Int, thread: Int) {
    entry(work!, part, thread)
    finished.add(1, ordering: .releasing)
  }

  private func wake() {
    let asleep = sleeping.exchange(0, ordering: .sequentiallyConsistent)
    for _ in 0..<asleep { alarm.signal() }
  }

  /// Work that came between the last look and going to sleep is seen by the look after announcing it.
  private func sleep() {
    sleeping.add(1, ordering: .sequentiallyConsistent)
    let seen = claims.load(ordering: .sequentiallyConsistent)
    if seen & 0xffff_ffff < seen >> 32 || isDismissed.load(ordering: .sequentiallyConsistent) {
      if takeBackAnnouncement() { return }
    }
    alarm.wait()
  }

  /// False where the alarm has been given already, and is to be waited for.
  private func takeBackAnnouncement() -> Bool {
    var announced = sleeping.load(ordering: .sequentiallyConsistent)
    while announced > 0 {
      let (exchanged, original) = sleeping.compareExchange(
        expected: announced, desired: announced - 1, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      announced = original
    }
    return false
  }
}
