import Benchmark
import Foundation
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

let bundledModel = URL(filePath: #filePath).appending(path: "../../../../Models/chat").standardizedFileURL
