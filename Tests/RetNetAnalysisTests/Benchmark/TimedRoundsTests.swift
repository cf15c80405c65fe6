import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Interleaved measurements")
struct TimedRoundsTests {
  /// Runs trials on a clock that advances only during trials.
  private func run(
    _ trials: [(kind: String, work: Double, seconds: Double)], budget: Double, most: Int = 100
  ) throws -> (order: [Int], samples: [TimedRounds.Samples?]) {
    var now = 100.0
    var order: [Int] = []
    let samples = try TimedRounds.run(
      trials.enumerated().map { index, trial in
        TimedRounds.Trial(kind: trial.kind, work: trial.work) {
          order.append(index)
          now += trial.seconds
          return trial.seconds
        }
      }, seconds: budget, most: most, now: { now })
    return (order, samples)
  }

  @Test("Trials alternate until the time budget is used")
  func turns() throws {
    let (order, samples) = try run([("a", 1, 1), ("b", 1, 2)], budget: 7)
    #expect(order == [0, 1, 0, 1, 0])
    #expect(samples.map { $0?.runs } == [3, 2])
    #expect(try run([("a", 1, 1)], budget: 50, most: 4).order.count == 4)
  }

  @Test("The first trial of each kind always runs; another runs if it is expected to fit")
  func kinds() throws {
    let (order, samples) = try run([("a", 1, 3), ("a", 2, 6), ("b", 1, 3), ("a", 0.25, 1)], budget: 7)
    #expect(order == [0, 2, 3])
    #expect(samples[1] == nil)
    #expect(samples[2]?.runs == 1)
    #expect(try run([("a", 1, 3), ("b", 1, 3)], budget: 0).order == [0, 1])
  }

  @Test("The median of an even number of runs is the mean of the middle two")
  func medians() throws {
    #expect(TimedRounds.Samples([3, 1, 2])?.median == 2)
    #expect(TimedRounds.Samples([4, 1, 3, 2])?.median == 2.5)
    #expect(TimedRounds.Samples([4, 1, 3, 2])?.least == 1)
    #expect(TimedRounds.Samples([]) == nil)
  }
}
