import RetNet

/// Measures several things by turns within a budget of time, so that what disturbs the machine disturbs all of them alike.
package enum TimedRounds {
  /// One thing to measure.
  package struct Trial {
    /// Trials of one kind take time in proportion to their work, so that one tells whether another fits.
    var kind: String
    var work: Double
    /// Runs once. Returns: the seconds that count, which may be fewer than it takes, as those of one token.
    var run: () throws -> Double

    package init(kind: String, work: Double = 1, run: @escaping () throws -> Double) {
      (self.kind, self.work, self.run) = (kind, work, run)
    }
  }

  /// What the runs of one trial took.
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

  /// Runs every trial once, in order, and again round after round, each where it can be expected to end in time. The first
  /// of each kind always runs.
  ///
  /// - Parameters:
  ///   - seconds: the budget for all trials together.
  ///   - most: rounds at most.
  ///   - now: a clock, in seconds.
  /// - Returns: each trial's samples; nil of one that never ran.
  /// - Throws: what a trial throws.
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

/// Seconds on a clock that runs on steadily.
package enum Stopwatch {
  private static let start = ContinuousClock.now

  /// Seconds since some moment of this process.
  package static func now() -> Double { (ContinuousClock.now - start) / .seconds(1) }

  /// The seconds that `body` takes.
  package static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }
}
