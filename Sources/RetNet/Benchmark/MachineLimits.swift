import CKernels

/// How fast this machine can multiply and read at best: what everything else is compared with.
public struct MachineLimits: Sendable, Hashable {
  /// The rate of one large product of Float32 matrices.
  public struct Multiplication: Sendable, Hashable {
    /// Who shares the work: `workers`, each with a product and a core of its own, or the threads of `blas`.
    public enum Kind: String, Sendable, Hashable { case workers, blas }

    public var kind: Kind
    public var threads: Int
    /// Floating-point operations per second.
    public var rate: Double
  }

  /// The rate of reading memory of one size again and again.
  public struct Reading: Sendable, Hashable {
    /// The weight type in which the model has that size.
    public var type: WeightType
    public var bytes: Int
    public var threads: Int
    /// Bytes per second.
    public var rate: Double
  }

  public var multiplications: [Multiplication]
  public var readings: [Reading]

  /// Operations per second of the better way to use so many threads; nil where that was not measured.
  public func multiplicationRate(threads: Int) -> Double? {
    multiplications.filter { $0.threads == threads }.map(\.rate).max()
  }

  /// Bytes per second of reading the weights in `type`; nil where that was not measured.
  public func readingRate(_ type: WeightType, threads: Int) -> Double? {
    readings.first { $0.type == type && $0.threads == threads }?.rate
  }

  /// Rows and columns of the matrices that are multiplied.
  public static let matrixSize = 1024

  /// Bytes that are read at most: a larger model reads no faster.
  private static let mostBytes = 1 << 30
  /// Bytes of one timed run of reading, so that its beginning does not count.
  private static let bytesPerRun = 64 << 20

  /// Takes the best of several runs each.
  ///
  /// - Parameter threads: workers at most; one thread is measured too.
  public static func measure(_ model: RetNetModel, threads: Int, seconds: Double) throws -> MachineLimits {
    let counts = threads > 1 ? [1, threads] : [1]
    var multiplications = counts.map { Multiplication(kind: .workers, threads: $0, rate: 0) }
    if threads > 1 { multiplications.append(Multiplication(kind: .blas, threads: threads, rate: 0)) }
    var readings = WeightType.allCases.flatMap { type in
      let bytes = min(DecodeTraffic(model, storedAs: type).weightBytes, mostBytes)
      return counts.map { Reading(type: type, bytes: max(bytes / 64, 1) * 64, threads: $0, rate: 0) }
    }

    let products = (0..<threads).map { _ in Product() }
    let multiplied = try TimedRounds.run(
      multiplications.map { entry in TimedRounds.Trial(kind: "\(entry)") { multiply(entry, products) } },
      seconds: seconds / 2)
    BLASThreads.set(1)
    for (index, samples) in multiplied.enumerated() {
      multiplications[index].rate = samples.map { 1 / $0.least } ?? 0
    }

    let memory = Buffer<Float>(count: (readings.map(\.bytes).max() ?? 64) / MemoryLayout<Float>.stride)
    let read = try TimedRounds.run(
      readings.map { entry in TimedRounds.Trial(kind: "\(entry)") { Self.read(entry, memory) } }, seconds: seconds / 2)
    for (index, samples) in read.enumerated() { readings[index].rate = samples.map { 1 / $0.least } ?? 0 }
    return MachineLimits(multiplications: multiplications, readings: readings)
  }

  /// C = A B of one worker.
  private struct Product {
    private let matrices = (0..<3).map { _ in Buffer<Float>(count: matrixSize * matrixSize) }

    /// Operations of one product.
    static let operations = 2.0 * Double(matrixSize) * Double(matrixSize) * Double(matrixSize)

    func compute() {
      let (a, b, c) = (view(0), view(1), view(2))
      c.setProduct(a, b)
    }

    private func view(_ index: Int) -> Matrix<Float> {
      matrices[index].matrix(rows: matrixSize, columns: matrixSize)
    }
  }

  /// Returns: seconds per operation.
  private static func multiply(_ entry: Multiplication, _ products: [Product]) -> Double {
    let isWorkers = entry.kind == .workers
    BLASThreads.set(isWorkers ? 1 : entry.threads)
    let workers = isWorkers ? entry.threads : 1
    let seconds = Stopwatch.seconds { Threads.perform(workers) { products[$0].compute() } }
    return seconds / (Double(workers) * Product.operations)
  }

  /// Returns: seconds per byte.
  private static func read(_ entry: Reading, _ memory: Buffer<Float>) -> Double {
    let passes = max(1, bytesPerRun / entry.bytes)
    let numbers = entry.bytes / MemoryLayout<Float>.stride
    let seconds = Stopwatch.seconds {
      Threads.perform(entry.threads) { thread in
        let share = Threads.range(of: thread, threads: entry.threads, count: numbers)
        for _ in 0..<passes { _ = retnet_read_lines(memory.pointer + share.lowerBound, share.count / 16) }
      }
    }
    return seconds / Double(passes * entry.bytes)
  }
}
