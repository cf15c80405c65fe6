import CKernels
import Foundation
import Testing

@testable import RetNet

/// The vector kernels against plain loops in Double, for lengths with and without a partial last vector.
@Suite("Vector kernels")
struct VectorKernelTests {
  static let lengths = [1, 2, 15, 16, 17, 31, 32, 33, 64, 77]

  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.nextNormal() * 3) }
  }

  @Test("x · y is the sum of the products", arguments: lengths)
  func dot(count: Int) {
    let (x, y) = (Self.numbers(count, seed: 1), Self.numbers(count, seed: 2))
    let terms = zip(x, y).map { Double($0) * Double($1) }
    let magnitude = terms.reduce(0) { $0 + abs($1) }
    // One rounding per sum of a lane, five for the sum of the lanes.
    #expect(abs(Double(VectorMath.dot(x, y, count: count)) - terms.reduce(0, +)) <= 6e-8 * magnitude * 10)
  }

  @Test("e^(x − shift) and its sum, also for NaN and numbers far out of range", arguments: lengths)
  func exponentials(count: Int) {
    var x = Self.numbers(count, seed: 3)
    let expected = x.map { exp(Double($0) - 1.5) }
    let sum = VectorMath.exponentials(&x, shift: 1.5, count: count)
    for (found, expected) in zip(x, expected) { #expect(abs(Double(found) - expected) <= 3e-7 * expected) }
    #expect(abs(Double(sum) - expected.reduce(0, +)) <= 1e-6 * expected.reduce(0, +))
    var odd: [Float] = [.nan, -1000, 1000, .infinity, -.infinity]
    _ = VectorMath.exponentials(&odd, shift: 0, count: 5)
    #expect(odd[0].isNaN)
    #expect(odd[1] < 1e-37)
    #expect(odd[2].isFinite)
    #expect(odd[3].isFinite)
    #expect(odd[4] < 1e-37)
  }

  @Test("Σ e^d and Σ d e^d of d = max(x − shift, −87), where −∞ contributes nothing", arguments: lengths)
  func exponentialSums(count: Int) {
    let x = Self.numbers(count, seed: 3)
    let distances = x.map { Double($0) - 1.5 }
    let found = VectorMath.exponentialSums(x, shift: 1.5, count: count)
    let sum = distances.reduce(0) { $0 + exp($1) }
    #expect(abs(Double(found.sum) - sum) <= 1e-6 * sum)
    let weighted = distances.map { $0 * exp($0) }
    #expect(
      abs(Double(found.weighted) - weighted.reduce(0, +)) <= 1e-6 * weighted.reduce(0) { $0 + max(abs($1), 1e-6) })
    let low = VectorMath.exponentialSums([Float](repeating: -.infinity, count: count), shift: 2, count: count)
    #expect(low.sum >= 0)
    #expect(low.sum < 1e-30)
    #expect(low.weighted <= 0)
    #expect(low.weighted > -1e-30)
  }

  @Test("y = s x ⊙ w, and s x without a weight", arguments: lengths)
  func scaled(count: Int) {
    let (x, w) = (Self.numbers(count, seed: 4), Self.numbers(count, seed: 5))
    var y = x
    retnet_scaled(x, w, 0.7, count, &y)
    for i in 0..<count {
      let expected = Double(x[i]) * Double(Float(0.7)) * Double(w[i])
      #expect(abs(Double(y[i]) - expected) <= 2e-7 * abs(expected))
    }
    retnet_scaled(x, nil, 0.7, count, &y)
    for i in 0..<count { #expect(y[i] == x[i] * 0.7) }
  }

  @Test("Eq. 6 of one head: S ← γ S + kᵀ v, o ← q S, as a plain loop in Double", arguments: [1, 5, 32], lengths)
  func retentionStep(rows: Int, columns: Int) {
    var s = Self.numbers(rows * columns, seed: 6)
    let (q, k, v) = (Self.numbers(rows, seed: 7), Self.numbers(rows, seed: 8), Self.numbers(columns, seed: 9))
    let before = s.map(Double.init)
    var o = v
    retnet_retention_step(&s, rows, columns, q, k, v, 0.96875, &o)
    for j in 0..<columns {
      var (sum, magnitude) = (0.0, 0.0)
      for i in 0..<rows {
        let expected = 0.96875 * before[i * columns + j] + Double(k[i]) * Double(v[j])
        let size = abs(0.96875 * before[i * columns + j]) + abs(Double(k[i]) * Double(v[j]))
        #expect(abs(Double(s[i * columns + j]) - expected) <= 1.2e-7 * size)
        sum += Double(q[i]) * expected
        magnitude += abs(Double(q[i])) * size
      }
      #expect(abs(Double(o[j]) - sum) <= 6e-8 * Double(rows + 3) * magnitude)  // a rounding for each term
    }
  }

  @Test("The bits of a row's product do not depend on the range of rows, nor on the type of exactly stored numbers")
  func rowsApart() {
    let (rows, columns) = (23, 75)
    let bits = Self.numbers(rows * columns, seed: 10).map(SmallFloat.bfloat)
    let floats = bits.map { SmallFloat.float(bfloat: $0) }
    let x = Self.numbers(columns, seed: 11)
    var (whole, parts, narrow) = (
      Array(repeating: Float(0), count: rows), Array(repeating: Float(0), count: rows), [Float]()
    )
    retnet_f32_times_vector(floats, rows, columns, x, 0, &whole)
    floats.withUnsafeBufferPointer { w in
      parts.withUnsafeMutableBufferPointer { y in
        for (first, count) in [(0, 1), (1, 7), (8, 12), (20, 3)] {
          retnet_f32_times_vector(w.baseAddress! + first * columns, count, columns, x, 0, y.baseAddress! + first)
        }
      }
    }
    narrow = whole.map { _ in 0 }
    retnet_bf16_times_vector(bits, rows, columns, x, 0, &narrow)
    #expect(parts == whole)
    #expect(narrow == whole)
  }
}
