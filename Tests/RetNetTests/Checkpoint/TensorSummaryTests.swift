import TestSupport
import Testing

@testable import RetNet

@Suite("Summaries of stored tensors")
struct TensorSummaryTests {
  @Test("Counts, maximum and root mean square equal those of a plain loop, over blocks and shards")
  func counts() throws {
    let root = try TemporaryFolder()
    var values = (0..<40_003).map { Float($0 % 97) - 48.5 }
    values[20_000] = .nan
    values[39_999] = -.infinity
    values[40_002] = -100
    let clean = (0..<20_000).map { Float($0 % 7) * 0.25 }
    let types: [TensorType] = [.f64, .f32, .bf16, .f16]
    for type in types {
      try SafetensorsWriter.write(
        [
          .init(name: "a", type: type, shape: [values.count], source: .floats(values)),
          .init(name: "b", type: type, shape: [200, 100], source: .floats(clean)),
          .init(name: "c", type: type, shape: [0], source: .floats([])),
          .init(name: "d", type: type, shape: [3], source: .floats([0, -0.0, 0])),
          .init(name: "e", type: .i64, shape: [1], source: .integers([1])),
        ], to: root.path("m"))
      let found = try TensorSummary.summaries(of: TensorFiles(path: root.path("m")))
      let byName = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
      #expect(byName.keys.sorted() == ["a", "b", "c", "d"])
      func expected(_ values: [Float]) -> Double {
        let finite = values.filter(\.isFinite).map(Double.init)
        return (finite.reduce(0) { $0 + $1 * $1 } / Double(finite.count)).squareRoot()
      }
      let a = try #require(byName["a"])
      #expect(a.nans == 1)
      #expect(a.infinities == 1)
      #expect(!a.isFinite)
      #expect(a.maximum == 100)
      #expect(!a.isZero)
      #expect(abs(a.rootMeanSquare - expected(values)) < 1e-9 * expected(values))
      let b = try #require(byName["b"])
      #expect(b.isFinite)
      #expect(b.maximum == 1.5)
      #expect(b.count == 20_000)
      #expect(b.shape == [200, 100])
      #expect(abs(b.rootMeanSquare - expected(clean)) < 1e-9)
      #expect(byName["c"]?.isZero == false)
      #expect(byName["c"]?.rootMeanSquare == 0)
      #expect(byName["d"]?.isZero == true)
    }
  }
}
