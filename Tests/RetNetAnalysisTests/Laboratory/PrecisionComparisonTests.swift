import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Precision over many tokens")
struct PrecisionComparisonTests {
  static let lengths = [1, 16, 200, 400]
  static let chunkLength = 16
  static let norms = RetentionNorms(norm1: true, norm2: false, norm3: .paper)

  static func reading(_ fixture: LaboratoryFixture, lengths: [Int] = lengths) throws -> PrecisionComparison {
    try fixture.laboratory().precision(
      layer: LaboratoryFixture.layer, head: 1, lengths: lengths, chunkLength: chunkLength)
  }

  static func errors(_ reading: PrecisionComparison, _ method: PrecisionComparison.Method) -> [Double] {
    reading.rows.first { $0.method == method }?.errors ?? []
  }

  /// Head 1 of the fixture's text, repeated: q, k and v of token n, rounded to Float32.
  struct LongText {
    var q: [Double] = []
    var k: [Double] = []
    var v: [Double] = []
    let headDim = 8
    let valueDim = 16
    let gamma = 1 - pow(2, -6.0)

    init(_ fixture: LaboratoryFixture, time: Int) throws {
      let met = try fixture.met()
      for n in 0..<time {
        let m = n % met.time
        q += rotated(met.q[1][m * headDim..<(m + 1) * headDim], by: n - m)
        k += rotated(met.k[1][m * headDim..<(m + 1) * headDim], by: n - m)
        v += met.v[1][m * valueDim..<(m + 1) * valueDim]
      }
    }

    private func rotated(_ x: ArraySlice<Double>, by position: Int) -> [Double] {
      let (x, half) = (Array(x), headDim / 2)
      return (0..<headDim).map { i in
        let angle = Double(position) * pow(10000, -2 * Double(i % half) / Double(headDim))
        let turned =
          i < half ? x[i] * cos(angle) - x[i + half] * sin(angle) : x[i - half] * sin(angle) + x[i] * cos(angle)
        return Double(Float(turned))
      }
    }

    /// Eq. 4 summed term by term, with the divisors.
    func summed() -> (output: [Double], divisors: [Double]) {
      PlainRetention(heads: 1, headDim: headDim, valueDim: valueDim, gammas: [gamma])
        .summed(q: [q], k: [k], v: [v], norms: PrecisionComparisonTests.norms)
    }

    /// Eq. 6 in plain loops. `keep` changes S and z after each token, given the divisor.
    func recurrent(_ keep: (_ s: inout [Double], _ z: inout [Double], _ divisor: Double) -> Void) -> [Double] {
      var (s, z, output) = (
        [Double](repeating: 0, count: headDim * valueDim), [Double](repeating: 0, count: headDim), [Double]()
      )
      for n in 0..<q.count / headDim {
        var (o, row) = ([Double](repeating: 0, count: valueDim), 0.0)
        for i in 0..<headDim {
          z[i] = gamma * z[i] + k[n * headDim + i]
          row += q[n * headDim + i] * z[i]
          for j in 0..<valueDim {
            s[i * valueDim + j] = gamma * s[i * valueDim + j] + k[n * headDim + i] * v[n * valueDim + j]
            o[j] += q[n * headDim + i] * s[i * valueDim + j]
          }
        }
        let scale = 1 / sqrt(Double(headDim))
        let divisor = max(abs(row * scale), 1)
        output += o.map { $0 * scale / divisor }
        keep(&s, &z, divisor)
      }
      return output
    }

    /// The largest error of the last 64 tokens before each length, relative to the largest output there.
    func errors(_ found: [Double], _ exact: [Double]) -> [Double] {
      PrecisionComparisonTests.lengths.map { length in
        let range = max(0, length - 64) * valueDim..<length * valueDim
        return NormComparisonTests.change(Array(found[range]), Array(exact[range]))
      }
    }
  }

  @Test("The reference in Double is Eq. 4 summed term by term, and counts the divisors above 1")
  func reference() throws {
    let fixture = LaboratoryFixture()
    let text = try LongText(fixture, time: 120)
    let (output, divisors) = text.summed()
    let reference = RecurrentReference(gamma: text.gamma, norms: Self.norms, headDim: 8, valueDim: 16)
    func buffer(_ x: [Double]) -> Buffer<Float> { Buffer(copying: x.map { Float($0) }) }
    let (q, k, v) = (buffer(text.q), buffer(text.k), buffer(text.v))
    let input = RetentionHead<Float>.Input(
      q: q.view(rows: 120, columns: 8), k: k.view(rows: 120, columns: 8), v: v.view(rows: 120, columns: 16))
    var found: [Double] = []
    for block in [0..<50, 50..<120] {
      let rows = reference.compute(input.rows(block))
      for n in 0..<block.count { found += (0..<16).map { rows.row(n)[$0] } }
    }
    #expect(maxRelativeError(found, output) < 1e-12)
    #expect(reference.divisions == divisors.count { $0 > 1 })
    #expect((1..<120).contains(reference.divisions))
  }

  @Test("Each method errs as plain loops of it do, against Eq. 4 on the same rotated text")
  func methods() throws {
    let fixture = LaboratoryFixture()
    let (found, text) = (try Self.reading(fixture), try LongText(fixture, time: 400))
    let (exact, divisors) = text.summed()
    #expect(found.rows.map(\.method) == PrecisionComparison.Method.allCases)
    #expect(found.norms == Self.norms)
    #expect(found.gamma == text.gamma)
    #expect(found.lengths == Self.lengths)
    #expect(found.chunkLength == Self.chunkLength)
    #expect(found.divisions == divisors.count { $0 > 1 })

    for method in [PrecisionComparison.Method.recurrent, .chunkwise] {
      #expect(Self.errors(found, method).allSatisfy { $0 < 1e-5 }, "\(method)")
      #expect(Self.errors(found, method).contains { $0 > 0 })
    }
    let divided = text.recurrent { s, z, divisor in
      s = s.map { $0 / divisor }
      z = z.map { $0 / divisor }
    }
    var local: [Double] = []
    for n in 0..<400 {
      var row = 0.0
      for m in n / Self.chunkLength * Self.chunkLength...n {
        let score = (0..<8).reduce(0) { $0 + text.q[n * 8 + $1] * text.k[m * 8 + $1] }
        row += pow(text.gamma, Double(n - m)) * score
      }
      let divisor = max(abs(row / sqrt(8)), 1)
      local += exact[n * 16..<(n + 1) * 16].map { $0 * divisors[n] / divisor }
    }
    for (method, output) in [(PrecisionComparison.Method.normalizedState, divided), (.localRowSum, local)] {
      let expected = text.errors(output, exact)
      // Float32 beside errors in the percents.
      #expect(zip(Self.errors(found, method), expected).allSatisfy { abs($0 - $1) < 1e-4 * max($1, 1) }, "\(method)")
    }
    // Eight significant bits, seven of them stored.
    let rounded = text.recurrent { s, _, _ in
      s = s.map { x in
        guard x != 0 else { return 0 }
        let unit = pow(2, Double(x.exponent) - 7)
        return (x / unit).rounded(.toNearestOrEven) * unit
      }
    }
    for (error, expected) in zip(Self.errors(found, .bfloat16), text.errors(rounded, exact)).dropFirst() {
      // A Float32 sum on the other side of a tie changes one of 128 entries of S.
      #expect(abs(error / expected - 1) < 0.1)
    }
  }

  @Test("bfloat16 has far larger errors than Float32; the faulty methods are right at first and then wrong by percents")
  func growth() throws {
    let found = try Self.reading(LaboratoryFixture())
    let exact = Self.errors(found, .recurrent)
    #expect(Self.errors(found, .bfloat16)[3] > 100 * exact[3])
    let (divided, local) = (Self.errors(found, .normalizedState), Self.errors(found, .localRowSum))
    #expect(divided[0] < 1e-6)
    #expect(divided[2] > 0.01)
    #expect(divided[3] > 0.01)
    // The first chunk has no past to omit.
    #expect(local[0] < 1e-6)
    #expect(local[1] < 1e-5)
    #expect(local[2] > 0.01)
    #expect(local[3] > 0.01)
  }

  @Test("If no divisor is above 1, the faulty methods have no effect, and the result reports it")
  func noDivisions() throws {
    let found = try Self.reading(LaboratoryFixture(sharpness: 0.5))
    #expect(found.divisions == 0)
    #expect(Self.errors(found, .normalizedState) == Self.errors(found, .recurrent))
    #expect(Self.errors(found, .localRowSum) == Self.errors(found, .chunkwise))
  }

  @Test("The division into blocks has no effect: longer texts have the errors of a text read at once")
  func blocks() throws {
    // One length is within the first block of 1,024 tokens, the others extend beyond it.
    let found = try Self.reading(LaboratoryFixture(), lengths: [1000, 1030, 1100])
    for method in [PrecisionComparison.Method.recurrent, .chunkwise] {
      #expect(Self.errors(found, method).allSatisfy { $0 < 1e-5 }, "\(method)")
    }
    #expect(PrecisionComparison.standardLengths == [1_000, 10_000, 100_000])
  }

  @Test("A rotation in Double equals the one in Float32, and is reversible", arguments: [true, false])
  func rotation(halves: Bool) {
    let rotation = halves ? XPos.halves(headDim: 6) : .neighbours(headDim: 6)
    let values: [Float] = [0.5, -1, 2, 0.25, 3, -0.75]
    let (single, double) = (Buffer<Float>(copying: values), Buffer<Double>(copying: values.map { Double($0) }))
    rotation.angles(from: 37, count: 1).rotate(single.matrix(rows: 1, columns: 6), heads: 1)
    rotation.rotate(double.pointer, by: 37)
    #expect(maxRelativeError(single.values, double.values) < 1e-6)
    rotation.rotate(double.pointer, by: -37)
    #expect(maxRelativeError(double.values, values) < 1e-14)
  }
}
