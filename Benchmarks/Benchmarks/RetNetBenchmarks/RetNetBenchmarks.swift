import Benchmark
import Foundation
import RetNet

/// All benchmarks, on one core. Each prints the time of one run. None has a threshold, so none can fail.
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

/// `Models/chat` of this checkout.
let bundledModel = URL(filePath: #filePath).appending(path: "../../../../Models/chat").standardizedFileURL
