import Benchmark
import RetNet

/// All benchmarks, on one core: each prints the time of one run. None has a threshold, so none can fail.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock], timeUnits: .microseconds, warmupIterations: 1, maxDuration: .seconds(1),
    maxIterations: 100_000)
  BLASThreads.set(1)
  retentionBenchmarks()
  layerBenchmarks()
  modelBenchmarks()
  textBenchmarks()
}

/// Reproducible numbers of a normal distribution.
func normalNumbers(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(generator.nextNormal()) }
}
