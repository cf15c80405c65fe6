import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Matrices of random shapes and magnitudes in 8 and 4 bits.
@Suite("Properties of quantized matrices")
struct QuantizedProperties {
  @Test(
    "int8 rounds each number by at most half a step, int4 each group with at most the squared error of the widest scale",
    arguments: RandomCase.seeds(60))
  func rounding(seed: UInt64) {
    var random = RandomCase(seed: seed)
    let (rows, columns) = (random.integer(1...40), 2 * random.integer(1...120))
    let deviation = pow(10, Double(random.integer(-8...8)))
    var numbers = random.normal(rows * columns, deviation: deviation)
    if random.chance(0.3) { for i in numbers.indices where i % 7 == 0 { numbers[i] *= 50 } }
    if random.chance(0.2) { for i in 0..<min(64, columns) { numbers[i] = 0 } }
    let groups = StoredMatrix.groups(columns: columns)
    for element in [StoredMatrix.Element.int8, .int4] {
      var bytes = [UInt8](repeating: 0, count: rows * element.rowBytes(columns: columns))
      var scales = [UInt16](repeating: 0, count: rows * groups)
      var values = [Float](repeating: .nan, count: numbers.count)
      bytes.withUnsafeMutableBytes { bytes in
        scales.withUnsafeMutableBufferPointer { scales in
          element.round(
            numbers, rows: rows, columns: columns, into: bytes.baseAddress!, scales: scales.baseAddress!)
          let matrix = StoredMatrix(
            base: bytes.baseAddress!, element: element, rows: rows, columns: columns,
            scales: UnsafePointer(scales.baseAddress!))
          values.withUnsafeMutableBufferPointer { matrix.copy(into: $0.baseAddress!) }
        }
      }
      for row in 0..<rows {
        for group in 0..<groups {
          let range = row * columns + group * 64..<row * columns + min(columns, group * 64 + 64)
          let exact = numbers[range].map(Double.init)
          let errors = zip(exact, values[range]).map { $0 - Double($1) }
          let largest = exact.max { abs($0) < abs($1) } ?? 0
          // A scale has 8 significant bits, so a step may be larger by 2⁻⁸, and a number by as much beyond the last.
          switch element {
          case .int8:
            let most = abs(largest) / 127 * (0.5 + 127 * 0x1p-8)
            #expect(
              errors.allSatisfy { abs($0) <= most }, "seed \(seed), [\(rows), \(columns)], deviation \(deviation)")
          default:
            let step = -largest / 8
            let plain =
              step == 0
              ? 0
              : exact.reduce(0) { sum, x in
                let error = min(max((x / step).rounded(), -8), 7) * step - x
                return sum + error * error
              }
            let slack = exact.reduce(0) { $0 + $1 * $1 } * 0x1p-16
            #expect(
              errors.reduce(0) { $0 + $1 * $1 } <= plain + 2 * (plain * slack).squareRoot() + slack,
              "seed \(seed), [\(rows), \(columns)], deviation \(deviation)")
          }
        }
      }
    }
  }
}
