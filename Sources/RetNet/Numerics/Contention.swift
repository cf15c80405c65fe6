import CKernels
import Dispatch
import Foundation

/// Notices that other programs want the cores of a team, and then leaves its helpers alone for a while, where one thread
/// is faster than two of which one has to be waited for.
///
/// An interruption alone does not tell that: a screen that is drawn beside a model interrupts it thirty times a second,
/// and two threads get far more done all the same. So it measures how fast work goes both ways.
///
/// Times are in nanoseconds of a clock that only rises.
struct Contention {
  private var aloneUntil: UInt64 = 0
  /// Rests in a row, each twice as long as the one before.
  private var rests: UInt64 = 0
  private var lookedAt: UInt64 = 0
  private var interruptions = 0
  /// Looks in a row that found this thread interrupted.
  private var looksInterrupted = 0
  /// Whose interruptions these are: an actor goes from thread to thread.
  private var thread = pthread_self()
  private var (shared, alone) = (Pace(), Pace())
  private var aloneMeasuredAt: UInt64 = 0

  /// How fast parts of work are done.
  private struct Pace {
    var parts = 0.0
    var time = 0.0

    var isKnown: Bool { time > 1_000_000 }

    mutating func add(_ parts: Int, _ time: UInt64) {
      self.parts += Double(parts)
      self.time += Double(time)
      // What was longer ago counts less and less.
      if self.time > Contention.paceTime {
        self.parts /= 2
        self.time /= 2
      }
    }

    func isSlower(than other: Pace) -> Bool { parts * other.time < other.parts * time }
  }

  /// What a helper may be late without being taken for interrupted.
  private static let shortestDelay: UInt64 = 200_000
  private static let shortestRest: UInt64 = 10_000_000
  /// Doublings of the shortest rest at the most.
  private static let mostDoublings: UInt64 = 5
  /// How soon after a rest the next one has the same cause.
  private static let memory: UInt64 = 100_000_000
  /// Time over which interruptions of this thread are counted: two threads that share a core exchange it more than once.
  private static let lookTime: UInt64 = 8_000_000
  /// Time in work over which a pace is taken.
  private static let paceTime = 16_000_000.0
  /// For how long a measured pace of one thread is believed.
  private static let paceMemory: UInt64 = 2_000_000_000

  package static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Whether work that begins now is to be shared.
  mutating func allowsHelp(at now: UInt64) -> Bool {
    guard now >= aloneUntil else { return false }
    guard now - lookedAt >= Self.lookTime else { return true }
    let isSameThread = pthread_equal(thread, pthread_self()) != 0
    let (before, isRecent) = (interruptions, isSameThread && now - lookedAt < 4 * Self.lookTime)
    interruptions = retnet_times_interrupted()
    thread = pthread_self()
    lookedAt = now
    // Anything may come between once: two looks in a row make a neighbour of it.
    looksInterrupted = isRecent && interruptions - before > 1 ? looksInterrupted + 1 : 0
    if looksInterrupted > 1 { rest(at: now) }
    return now >= aloneUntil
  }

  /// A helper was waited for. Where that took far longer than a part takes here, it has lost its core for some
  /// milliseconds.
  mutating func waited(from begun: UInt64, to end: UInt64, partTime: UInt64) {
    if end - begun > max(4 * partTime, Self.shortestDelay) { rest(at: end) }
  }

  /// Work was done that had so many parts.
  mutating func performed(_ parts: Int, from begun: UInt64, to end: UInt64, byOneThread: Bool) {
    if byOneThread {
      alone.add(parts, end - begun)
      aloneMeasuredAt = end
    } else {
      shared.add(parts, end - begun)
    }
  }

  /// Whether two threads are known to get more done than one, interruptions and all.
  private func helpIsWorthIt(at now: UInt64) -> Bool {
    alone.isKnown && shared.isKnown && now - aloneMeasuredAt < Self.paceMemory && alone.isSlower(than: shared)
  }

  private mutating func rest(at now: UInt64) {
    if helpIsWorthIt(at: now) { return }
    (shared, alone) = (Pace(), Pace())
    rests = now - aloneUntil < Self.memory ? min(rests + 1, Self.mostDoublings) : 0
    aloneUntil = now + Self.shortestRest << rests
    // What happens until then says nothing about helpers.
    lookedAt = 0
    looksInterrupted = 0
  }
}
