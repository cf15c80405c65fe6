import RetNet

/// Runs several measurements in turns within a time budget, so that other load on the machine affects all of them alike.
package enum TimedRounds {
  /// One measurement.
  package struct Trial {
    /// The time of trials of one kind is proportional to their work: one run predicts whether another fits the budget.
    var kind: String
    var work: Double
    /// Runs once and returns the measured seconds, which may be only a part of its running time.
    var run: () throws -> Double

    package init(kind: String, work: Double = 1, run: @escaping () throws -> Double) {
      (self.kind, self.work, self.run) = (kind, work, run)
    }
  }

  /// The seconds of the runs of one trial, ascending.
  package struct Samples: Sendable, Hashable {
    /// Never empty.
    package let seconds: [Double]

    init?(_ seconds: [Double]) {
      guard !seconds.isEmpty else { return nil }
      self.seconds = seconds.sorted()
    }

    package var runs: Int { seconds.count }
    package var least: Double { seconds[0] }
    package var median: Double {
      let middle = seconds.count / 2
      return seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
    }
  }

  /// Runs all trials in order, round after round. A trial runs only if it is expected to end within the budget; the first
  /// of each kind always runs.
  ///
  /// - Parameters:
  ///   - seconds: the budget for all trials together.
  ///   - most: the largest number of rounds.
  ///   - now: a clock, in seconds.
  /// - Returns: each trial's samples; nil for a trial that never ran.
  /// - Throws: the errors of the trials.
  package static func run(
    _ trials: [Trial], seconds: Double, most: Int = 100, now: () -> Double = Stopwatch.now
  ) throws -> [Samples?] {
    let start = now()
    var samples: [[Double]] = trials.map { _ in [] }
    var secondsPerWork: [String: Double] = [:]
    for _ in 0..<most {
      var hasRun = false
      for (index, trial) in trials.enumerated() {
        let began = now()
        if let pace = secondsPerWork[trial.kind], began - start + pace * trial.work > seconds { continue }
        samples[index].append(try trial.run())
        secondsPerWork[trial.kind] = (now() - began) / trial.work
        hasRun = true
      }
      if !hasRun { break }
    }
    return samples.map(Samples.init)
  }
}

/// Seconds on a monotonic clock.
package enum Stopwatch {
  private static let start = ContinuousClock.now

  /// Seconds since an arbitrary start in this process.
  package static func now() -> Double { (ContinuousClock.now - start) / .seconds(1) }

  /// The seconds that `body` takes.
  package static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }
}
