import CKernels
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Benchmarks of the library")
struct BenchmarkTests {
  private static let model = RetNetModel(
    ModelConfiguration(vocabularySize: 40, modelDim: 16, layers: 2, heads: 2, feedForwardDim: 16), seed: 3)

  @Test("The read-bandwidth kernel reads every byte", arguments: [0, 1, 3, 4, 7, 8, 13])
  func reading(lines: Int) {
    let buffer = Buffer<Float>(count: 16 * max(lines, 1))
    let words = UnsafeMutableRawPointer(buffer.pointer).assumingMemoryBound(to: UInt64.self)
    var generator = SeededGenerator(seed: 5)
    var expected: UInt64 = 0
    for i in 0..<8 * lines {
      words[i] = generator.next()
      expected ^= words[i]
    }
    #expect(retnet_read_lines(buffer.pointer, lines) == expected)
  }

  @Test("Without a time budget, every type and number of threads is measured once and has limits")
  func decode() throws {
    let results = try DecodeBenchmark.run(Self.model, threads: [1, 2], seconds: 0, memoryBytes: 1 << 30)
    #expect(results.map(\.type) == WeightType.allCases.flatMap { [$0, $0] })
    #expect(results.allSatisfy { $0.runs >= 1 && $0.secondsPerToken > 0 && $0.share(of: nil) == nil })
    let limits = try MachineLimits.measure(Self.model, threads: 2, seconds: 0)
    for result in results { #expect((result.share(of: limits) ?? 0) > 0) }
    #expect((limits.multiplicationRate(threads: 1) ?? 0) > 0)
    #expect((limits.multiplicationRate(threads: 2) ?? 0) > 0)
    #expect(limits.multiplicationRate(threads: 3) == nil)
  }

  @Test("A type that needs more than half of the memory is skipped")
  func largeTypes() throws {
    let half = Self.model.parameterCount * 2
    let results = try DecodeBenchmark.run(Self.model, threads: [1], seconds: 0, memoryBytes: 2 * half)
    #expect(!results.contains { $0.type == .f32 })
    #expect(results.contains { $0.type == .bf16 })
  }

  @Test("Every form is measured on the shortest text, and the parallel form on none beyond its limit")
  func prefill() throws {
    let (results, tooLarge) = try PrefillBenchmark.run(
      Self.model, lengths: [8, 16], threads: 1, seconds: 0, memoryBytes: 1 << 30)
    #expect(tooLarge.isEmpty)
    #expect(Set(results.filter { $0.length == 8 }.map(\.form)).count == 2 + PrefillBenchmark.chunkLengths.count)
    let cases = PrefillBenchmark.cases(lengths: PrefillBenchmark.allLengths)
    #expect(cases.filter { $0.form == .parallel }.map(\.length).max() == 4096)
    #expect(cases.map(\.length).max() == 65536)
  }

  @Test("The parallel form of a text whose scores exceed the memory is skipped, and every other case is measured")
  func largeScores() throws {
    let scores = 4 * 1024 * 1024  // 1024² numbers of 4 bytes
    let others = PrefillBenchmark.chunkLengths.map { RetentionForm.chunkwise(length: $0) } + [.recurrent]
    let (results, tooLarge) = try PrefillBenchmark.run(
      Self.model, lengths: [1024], threads: 1, seconds: 0, memoryBytes: scores)
    #expect(tooLarge.map(\.form) == [.parallel])
    #expect(tooLarge.map(\.length) == [1024])
    #expect(results.map(\.form) == others)
    let enough = try PrefillBenchmark.run(
      Self.model, lengths: [1024], threads: 1, seconds: 0, memoryBytes: 4 * scores)
    #expect(enough.tooLarge.isEmpty)
    #expect(enough.results.map(\.form) == [.parallel] + others)
  }

  @Test("Training does not change the model, and counts its tokens")
  func training() throws {
    let before = Self.model.parameters.values(Self.model.architecture.embedding)
    let result = try TrainingBenchmark.run(Self.model, threads: 1, seconds: 0)
    #expect(Self.model.parameters.values(Self.model.architecture.embedding) == before)
    #expect(result.batch * result.length == 4096)
    #expect(result.tokensPerSecond > 0)
    #expect(result.operations > 6 * 4096 * Double(OperationCount(Self.model).blockNumbers))
  }

  @Test("State and positions are measured; the ratio compares positions 100,000 and 100")
  func stateAndPositions() throws {
    let state = try StateBenchmark.run(Self.model, seconds: 0)
    #expect(state.bytes == Self.model.configuration.stateBytes)
    #expect(state.snapshotSeconds > 0)
    #expect(state.restoreSeconds >= 0)
    let points = try PositionBenchmark.run(Self.model, threads: 1, seconds: 0)
    #expect(points.map(\.position) == PositionBenchmark.positions)
    let made = [(100, 2.0), (100_000, 3.0)].map {
      PositionBenchmark.Point(position: $0.0, secondsPerToken: $0.1)
    }
    #expect(PositionBenchmark.ratio(made) == 1.5)
    #expect(PositionBenchmark.ratio([made[0]]) == nil)
  }

  @Test("Name and vector extensions are read from Linux's description of a processor")
  func machine() {
    var machine = Machine()
    machine.read(cpuinfo: "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t\t: fpu avx fma avx2 avx512f\n\n")
    #expect(machine.processor == "Some CPU @ 2 GHz")
    #expect(machine.vectorExtensions == ["avx2", "fma", "avx512f"])
    machine.read(cpuinfo: "")
    #expect(machine.processor.isEmpty)
    #expect(machine.vectorExtensions.isEmpty)
  }
}
