import CKernels
import Dispatch
import Foundation

/// Detects that other programs compete for the cores of a team, and then stops using helpers for a while: one thread is
/// faster than two if one of them often waits for a core.
///
/// Interruptions alone are no evidence. Drawing the screen interrupts the model thirty times a second, and two threads
/// are still much faster than one. Therefore both throughputs are measured.
///
/// Times are nanoseconds of a monotonic clock.
struct Contention {
  private var pausedUntil: UInt64 = 0
  /// Consecutive pauses. Each is twice as long as the previous one.
  private var doublings: UInt64 = 0
  private var sampledAt: UInt64 = 0
  private var interruptions = 0
  /// Consecutive samples in which this thread was interrupted.
  private var interruptedSamples = 0
  /// The thread of `interruptions`: an actor may run on different threads.
  private var thread = pthread_self()
  private var (shared, single) = (Throughput(), Throughput())
  private var singleMeasuredAt: UInt64 = 0

  /// Parts of work per unit of time.
  private struct Throughput {
    var parts = 0.0
    var time = 0.0

    var isKnown: Bool { time > 1_000_000 }

    mutating func add(_ parts: Int, _ time: UInt64) {
      self.parts += Double(parts)
      self.time += Double(time)
      // Older measurements lose weight.
      if self.time > Contention.throughputTime {
        self.parts /= 2
        self.time /= 2
      }
    }

    func isSlower(than other: Throughput) -> Bool { parts * other.time < other.parts * time }
  }

  /// A helper that is late by less does not count as interrupted.
  private static let shortestDelay: UInt64 = 200_000
  private static let shortestPause: UInt64 = 10_000_000
  private static let maxDoublings: UInt64 = 5
  /// A pause that begins sooner after the previous one is twice as long.
  private static let backoffTime: UInt64 = 100_000_000
  /// The interval in which interruptions are counted: two threads that share a core switch more than once in it.
  private static let sampleTime: UInt64 = 8_000_000
  /// The time in work over which a throughput is averaged.
  private static let throughputTime = 16_000_000.0
  /// The time for which the measured throughput of one thread is valid.
  private static let validTime: UInt64 = 2_000_000_000

  package static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Whether helpers take part in work that begins now.
  mutating func allowsHelpers(at now: UInt64) -> Bool {
    guard now >= pausedUntil else { return false }
    guard now - sampledAt >= Self.sampleTime else { return true }
    let isSameThread = pthread_equal(thread, pthread_self()) != 0
    let (before, isRecent) = (interruptions, isSameThread && now - sampledAt < 4 * Self.sampleTime)
    interruptions = retnet_times_interrupted()
    thread = pthread_self()
    sampledAt = now
    // One sample can be a coincidence. Two in a row mean that another thread shares the core.
    interruptedSamples = isRecent && interruptions - before > 1 ? interruptedSamples + 1 : 0
    if interruptedSamples > 1 { pause(at: now) }
    return now >= pausedUntil
  }

  /// Records a wait for a helper. A wait much longer than a part takes means that the helper has lost its core for some
  /// milliseconds.
  mutating func recordWait(from start: UInt64, to end: UInt64, partTime: UInt64) {
    if end - start > max(4 * partTime, Self.shortestDelay) { pause(at: end) }
  }

  /// Records finished work of `parts` parts.
  mutating func recordWork(_ parts: Int, from start: UInt64, to end: UInt64, byOneThread: Bool) {
    if byOneThread {
      single.add(parts, end - start)
      singleMeasuredAt = end
    } else {
      shared.add(parts, end - start)
    }
  }

  /// Whether helpers have a higher measured throughput in spite of the interruptions.
  private func helpersAreFaster(at now: UInt64) -> Bool {
    single.isKnown && shared.isKnown && now - singleMeasuredAt < Self.validTime && single.isSlower(than: shared)
  }

  private mutating func pause(at now: UInt64) {
    if helpersAreFaster(at: now) { return }
    (shared, single) = (Throughput(), Throughput())
    doublings = now - pausedUntil < Self.backoffTime ? min(doublings + 1, Self.maxDoublings) : 0
    pausedUntil = now + Self.shortestPause << doublings
    // Samples taken during the pause would not measure helpers.
    sampledAt = 0
    interruptedSamples = 0
  }
}
