import CKernels
import Testing

@testable import RetNet

@Suite("Products of bfloat16 numbers")
struct ProductPrecisionTests {
  /// Both implementations, if this processor has both.
  enum Way: CaseIterable, Sendable {
    case native, rounded

    static var available: [Way] { ProductPrecision.bfloat16.isNative ? allCases : [.rounded] }

    func set(_ c: MutableMatrixView<Float>, _ a: MatrixView<Float>, _ b: MatrixView<Float>, adding: Bool) {
      switch self {
      case .native: #expect(c.setNativeProduct(a, b, adding: adding))
      case .rounded: c.setRoundedProduct(a, b, adding: adding)
      }
    }
  }

  /// The nearest number with 8 bits of mantissa, ties to even, in Double's arithmetic.
  static func rounded(_ x: Float) -> Double {
    guard x.isNormal else { return 0 }
    let unit = Double(sign: .plus, exponent: Int(x.exponent) - 7, significand: 1)
    return (Double(x) / unit).rounded(.toNearestOrEven) * unit
  }

  @Test("Numbers round to nearest, ties to even; infinity and NaN are preserved")
  func rounding() {
    let numbers: [(Float, Float)] = [
      (1, 1), (-0.0, -0.0), (1 + 0x1p-8, 1), (1 + 0x1p-8 + 0x1p-20, 1 + 0x1p-7), (1 + 0x1.8p-7, 1 + 0x1p-6),
      (-1 - 0x1.8p-8, -1 - 0x1p-7), (.greatestFiniteMagnitude, .infinity), (-.infinity, -.infinity),
      (0x1p-126, 0x1p-126),
      (0x1p-130, 0), (-0x1p-130, -0.0),
    ]
    var to = [Float](repeating: .nan, count: numbers.count)
    retnet_round_to_bf16(numbers.map(\.0), numbers.count, 1, numbers.count, &to)
    for (found, (number, expected)) in zip(to, numbers) {
      #expect(found == expected, "\(number)")
      #expect(found.sign == expected.sign, "\(number)")
    }
    // A NaN with its payload in the discarded bits.
    var nan = Float.zero
    retnet_round_to_bf16([Float(bitPattern: 0x7f80_0001)], 1, 1, 1, &nan)
    #expect(nan.isNaN)
  }

  @Test(
    "C is the sum of the rounded factors' products for any strides, and memory outside of C is unchanged",
    arguments: Way.available,
    [(1, 1, 1), (2, 3, 1), (8, 48, 2), (7, 15, 33), (17, 50, 129), (23, 97, 384), (9, 33, 385), (520, 20, 40)])
  func products(_ way: Way, _ shape: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = shape
    var generator = SeededGenerator(seed: 11)
    for (transposeA, transposeB, adding) in [
      (false, false, false), (false, true, true), (true, false, true), (true, true, false),
    ] {
      // One unused number between rows.
      func matrix(_ rows: Int, _ columns: Int) -> (Buffer<Float>, MutableMatrixView<Float>) {
        let buffer = Buffer<Float>(count: rows * (columns + 1))
        for i in 0..<buffer.count {
          buffer.pointer[i] = i % (columns + 1) == columns ? .nan : Float(generator.nextNormal())
        }
        return (buffer, MutableMatrixView(buffer.pointer, rows: rows, columns: columns, stride: columns + 1))
      }
      let (aMemory, a) = transposeA ? matrix(k, m) : matrix(m, k)
      let (bMemory, b) = transposeB ? matrix(n, k) : matrix(k, n)
      let (cMemory, c) = matrix(m, n)
      let before = (0..<cMemory.count).map { cMemory.pointer[$0] }
      way.set(c, transposeA ? a.transposed : a.view, transposeB ? b.transposed : b.view, adding: adding)
      withExtendedLifetime((aMemory, bMemory)) {
        for i in 0..<m {
          for j in 0..<n {
            var (sum, magnitude) = (
              adding ? Double(before[i * (n + 1) + j]) : 0, adding ? abs(Double(before[i * (n + 1) + j])) : 0
            )
            for l in 0..<k {
              let term =
                Self.rounded(transposeA ? a.row(l)[i] : a.row(i)[l])
                * Self.rounded(transposeB ? b.row(j)[l] : b.row(l)[j])
              sum += term
              magnitude += abs(term)
            }
            // One rounding for each product and each sum.
            #expect(abs(Double(c.row(i)[j]) - sum) <= magnitude * Double(k + 2) * 0x1p-24)
          }
          #expect(cMemory.pointer[i * (n + 1) + n].isNaN)
        }
      }
    }
  }

  @Test("An empty sum is zero, or the old value when adding", arguments: Way.available)
  func emptySum(_ way: Way) {
    let memory = Buffer<Float>(count: 6)
    let c = memory.matrix(rows: 2, columns: 3)
    for adding in [true, false] {
      c.fill(4)
      way.set(
        c, MatrixView(memory.pointer, rows: 2, columns: 0), MatrixView(memory.pointer, rows: 0, columns: 3),
        adding: adding)
      #expect((0..<6).allSatisfy { memory.pointer[$0] == (adding ? 4 : 0) })
    }
  }
}
