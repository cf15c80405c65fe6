import CKernels
import Foundation
import RetNet
import RetNetTraining

/// The highest rates at which this machine multiplies and reads memory. Other speeds are compared with them.
package struct MachineLimits: Sendable, Hashable {
  /// The rate of one large product of Float32 matrices.
  package struct Multiplication: Sendable, Hashable {
    /// `workers`: each thread computes its own product on its own core. `blas`: BLAS shares one product among its threads.
    package enum Kind: String, Sendable, Hashable { case workers, blas }

    package var kind: Kind
    package var threads: Int
    /// Floating-point operations per second.
    package var rate: Double
  }

  /// The rate of reading a block of memory of one size repeatedly.
  package struct Reading: Sendable, Hashable {
    /// The weight type that gives the model this size.
    package var type: WeightType
    package var bytes: Int
    package var threads: Int
    /// Bytes per second.
    package var rate: Double
  }

  package var multiplications: [Multiplication]
  package var readings: [Reading]

  /// The best rate of `threads` or fewer threads, in operations per second; nil if `threads` was not measured.
  package func multiplicationRate(threads: Int) -> Double? {
    guard multiplications.contains(where: { $0.threads == threads }) else { return nil }
    return multiplications.filter { $0.threads <= threads }.map(\.rate).max()
  }

  /// The best rate of `threads` or fewer threads that read the weights in `type`, in bytes per second; nil if `threads` was
  /// not measured.
  package func readingRate(_ type: WeightType, threads: Int) -> Double? {
    let ofType = readings.filter { $0.type == type }
    guard ofType.contains(where: { $0.threads == threads }) else { return nil }
    return ofType.filter { $0.threads <= threads }.map(\.rate).max()
  }

  /// Rows and columns of the multiplied matrices.
  package static let matrixSize = 1024

  /// Upper limit of the bytes read: the rate does not rise beyond it.
  private static let mostBytes = 1 << 30
  /// Bytes of a cache line.
  private static let lineBytes = 64
  /// Bytes read in one timed run, enough to make its start negligible.
  private static let bytesPerRun = 64 << 20

  /// Measures each rate as the best of several runs.
  ///
  /// - Parameter threads: the largest number of threads; one thread is measured too.
  package static func measure(_ model: RetNetModel, threads: Int, seconds: Double) throws -> MachineLimits {
    let counts = threads > 1 ? [1, threads] : [1]
    return MachineLimits(
      multiplications: try multiplications(counts, seconds: seconds / 2),
      readings: try readings(of: model, counts, seconds: seconds / 2))
  }

  private static func multiplications(_ threads: [Int], seconds: Double) throws -> [Multiplication] {
    var entries = threads.map { Multiplication(kind: .workers, threads: $0, rate: 0) }
    entries += threads.filter { $0 > 1 }.map { Multiplication(kind: .blas, threads: $0, rate: 0) }
    let products = (0..<(threads.max() ?? 1)).map { _ in Product() }
    let samples = try TimedRounds.run(
      entries.map { entry in TimedRounds.Trial(kind: "\(entry)") { multiply(entry, products) } }, seconds: seconds)
    BLASThreads.set(1)
    for (index, samples) in samples.enumerated() { entries[index].rate = samples.map { 1 / $0.least } ?? 0 }
    return entries
  }

  /// One entry for each type and number of threads; types of equal size share a measurement.
  private static func readings(of model: RetNetModel, _ threads: [Int], seconds: Double) throws -> [Reading] {
    let sizes = WeightType.allCases.map { type in
      let bytes = min(DecodeTraffic(model, storedAs: type).weightBytes, mostBytes)
      return (type: type, lines: max(bytes / lineBytes, 1))
    }
    let distinct = Set(sizes.map(\.lines)).sorted()
    let tried = distinct.flatMap { lines in threads.map { (lines: lines, threads: $0) } }
    let memory = Buffer<Float>(count: (distinct.last ?? 1) * lineBytes / MemoryLayout<Float>.stride)
    let samples = try TimedRounds.run(
      tried.map { lines, threads in
        TimedRounds.Trial(kind: "\(lines) \(threads)") { read(lines, of: memory, threads: threads) }
      }, seconds: seconds)
    return sizes.flatMap { type, lines in
      threads.map { threads in
        let found = zip(tried, samples).first { $0.0 == (lines, threads) }?.1
        return Reading(
          type: type, bytes: lines * lineBytes, threads: threads, rate: found.map { 1 / $0.least } ?? 0)
      }
    }
  }

  /// C = A B of one worker.
  private struct Product {
    private let matrices = (0..<3).map { _ in Buffer<Float>(count: matrixSize * matrixSize) }

    /// Operations of one product.
    static let operations = 2.0 * Double(matrixSize) * Double(matrixSize) * Double(matrixSize)

    func compute() {
      let (a, b, c) = (matrix(0), matrix(1), matrix(2))
      c.setProduct(a.view, b.view)
    }

    private func matrix(_ index: Int) -> MutableMatrixView<Float> {
      matrices[index].matrix(rows: matrixSize, columns: matrixSize)
    }
  }

  /// Longer than OpenBLAS's threads spin for more work, 2²⁶ cycles. A measurement in that time would share its core with a
  /// spinning thread, and two parallel products would take as long as two in sequence.
  private static let blasSpinSeconds = 0.06

  /// - Returns: seconds per operation.
  private static func multiply(_ entry: Multiplication, _ products: [Product]) -> Double {
    let isWorkers = entry.kind == .workers
    BLASThreads.set(isWorkers ? 1 : entry.threads)
    let workers = isWorkers ? entry.threads : 1
    let seconds = Stopwatch.seconds { Threads.perform(workers) { products[$0].compute() } }
    if !isWorkers { Thread.sleep(forTimeInterval: blasSpinSeconds) }
    return seconds / (Double(workers) * Product.operations)
  }

  /// - Returns: seconds per byte.
  private static func read(_ lines: Int, of memory: Buffer<Float>, threads: Int) -> Double {
    let passes = max(1, bytesPerRun / (lines * lineBytes))
    let seconds = Stopwatch.seconds {
      Threads.perform(threads) { thread in
        let share = lines * thread / threads..<lines * (thread + 1) / threads
        let start = UnsafeRawPointer(memory.pointer) + share.lowerBound * lineBytes
        for _ in 0..<passes { _ = retnet_read_lines(start, share.count) }
      }
    }
    return seconds / Double(passes * lines * lineBytes)
  }
}
