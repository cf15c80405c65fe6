import CKernels
import Testing

@testable import RetNet

@Suite("Matrices of 8 and 4 bits")
struct QuantizedMatrixTests {
  static let elements = [StoredMatrix.Element.int8, .int4]
  /// Complete and partial groups, vectors and bytes.
  static let shapes = [(1, 1), (3, 15), (5, 64), (130, 67), (129, 200), (7, 193), (40, 256)]

  @Test(
    "The rounding error is at most half a step of 8 bits, and no number exceeds 127",
    arguments: shapes)
  func roundingTo8(_ shape: (rows: Int, columns: Int)) {
    let numbers = Self.numbers(shape.rows * shape.columns, seed: 3)
    let example = RoundedMatrix(numbers, .int8, shape.rows, shape.columns)
    for (i, number) in numbers.enumerated() {
      let step = example.scale(of: i)
      // Half a step, and the product's rounding.
      #expect(abs(example.values[i] - number) <= step * 0.5 + abs(number) * 1e-7, "\(i)")
      #expect(abs(example.values[i]) <= 127 * step)
    }
  }

  @Test("The squared error of rounding to 4 bits is at most that of the widest scale", arguments: shapes)
  func roundingTo4(_ shape: (rows: Int, columns: Int)) {
    let (rows, columns) = shape
    let numbers = Self.numbers(rows * columns, seed: 4)
    let example = RoundedMatrix(numbers, .int4, rows, columns)
    for row in 0..<rows {
      for start in stride(from: 0, to: columns, by: 64) {
        let group = row * columns + start..<row * columns + min(start + 64, columns)
        let largest = numbers[group].max { abs($0) < abs($1) } ?? 0
        let plain = -largest / 8
        var (found, expected) = (0.0, 0.0)
        for i in group {
          let q = min(max((numbers[i] / plain).rounded(), -8), 7)
          found += Double((example.values[i] - numbers[i]) * (example.values[i] - numbers[i]))
          expected += Double((q * plain - numbers[i]) * (q * plain - numbers[i]))
        }
        // Rounding the scale to 8 bits of fraction changes each number by a relative 2⁻⁹ at most.
        let slack = numbers[group].reduce(0.0) { $0 + Double($1 * $1) } * 0x1p-18
        #expect(found <= expected * 1.01 + slack * 4, "row \(row), column \(start)")
      }
    }
  }

  @Test(
    "A product equals a plain sum in Double up to the rounding of x to 8 bits",
    arguments: elements, shapes)
  func product(_ element: StoredMatrix.Element, _ shape: (rows: Int, columns: Int)) {
    let (rows, columns) = shape
    let example = RoundedMatrix(Self.numbers(rows * columns, seed: 5), element, rows, columns)
    for n in [1, 4, 7, 131] {
      let x = Self.numbers(n * columns, seed: UInt64(n))
      for adding in [false, true] {
        let y = example.product(x, n, adding: adding)
        for i in 0..<n {
          let row = Array(x[i * columns..<(i + 1) * columns])
          for r in 0..<rows {
            var (sum, bound) = (adding ? 0.5 : 0.0, 1e-7)
            for start in stride(from: 0, to: columns, by: 64) {
              let group = start..<min(start + 64, columns)
              let half = row[group].reduce(0.0) { max($0, Double(abs($1))) } / 127 / 2
              for c in group {
                let w = Double(example.values[r * columns + c])
                sum += w * Double(row[c])
                // Half a step of x, and Float32 roundings of scale, factor, products and sums.
                bound += abs(w) * (half + Double(abs(row[c])) * 1e-7 * Double(6 + columns / 64))
              }
            }
            #expect(abs(Double(y[i * rows + r]) - sum) <= bound)
          }
        }
      }
    }
  }

  @Test(
    "The bits of a row's product do not depend on other rows, on the division into parts, or on the instructions",
    arguments: elements)
  func sameBits(_ element: StoredMatrix.Element) {
    for (rows, columns) in Self.shapes {
      let example = RoundedMatrix(Self.numbers(rows * columns, seed: 6), element, rows, columns)
      let n = 9
      let x = Self.numbers(n * columns, seed: 7)
      let all = example.product(x, n)
      for i in 0..<n {
        let row = Array(x[i * columns..<(i + 1) * columns])
        #expect(example.product(row, 1) == Array(all[i * rows..<(i + 1) * rows]))
        #expect(example.product(row, 1, cut: rows / 3) == Array(all[i * rows..<(i + 1) * rows]))
      }
      for level in [Int32(0), 1] {
        retnet_quantized_limit(level)
        #expect(example.product(x, n) == all)
        #expect(
          RoundedMatrix(Self.numbers(rows * columns, seed: 6), element, rows, columns).values
            == example.values)
        retnet_quantized_limit(2)
      }
    }
  }

  @Test(
    "Products with NaN or infinity in x, W or a scale are NaN",
    arguments: elements)
  func notFinite(_ element: StoredMatrix.Element) {
    let columns = 200
    for bad in [Float.nan, .infinity] {
      var x = Self.numbers(columns, seed: 8)
      x[150] = bad
      let whole = RoundedMatrix(Self.numbers(3 * columns, seed: 9), element, 3, columns)
      #expect(whole.product(x, 1).allSatisfy { $0.isNaN })
      var w = Self.numbers(3 * columns, seed: 9)
      w[columns + 199] = bad
      let damaged = RoundedMatrix(w, element, 3, columns)
      #expect(
        damaged.product(Self.numbers(columns, seed: 8), 1).map(\.isNaN) == [false, true, false])
      #expect(damaged.values[(columns + 192)...].prefix(8).allSatisfy { $0.isNaN })
    }
  }

  @Test("Zeros stay zero", arguments: elements)
  func zeros(_ element: StoredMatrix.Element) {
    let example = RoundedMatrix([Float](repeating: 0, count: 300), element, 3, 100)
    #expect(example.values.allSatisfy { $0 == 0 })
    #expect(example.product(Self.numbers(100, seed: 1), 1) == [0, 0, 0])
    let other = RoundedMatrix(Self.numbers(300, seed: 2), element, 3, 100)
    #expect(other.product([Float](repeating: 0, count: 100), 1) == [0, 0, 0])
  }

  static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.nextNormal()) }
  }
}

/// A matrix that owns its memory, and its values in Float32.
private final class RoundedMatrix {
  let matrix: StoredMatrix
  private let bytes: UnsafeMutableRawPointer
  private let scales: UnsafeMutablePointer<UInt16>
  let values: [Float]

  init(_ numbers: [Float], _ element: StoredMatrix.Element, _ rows: Int, _ columns: Int) {
    bytes = .allocate(byteCount: rows * element.rowBytes(columns: columns), alignment: 1)
    scales = .allocate(capacity: rows * StoredMatrix.groups(columns: columns))
    element.round(numbers, rows: rows, columns: columns, into: bytes, scales: scales)
    let matrix = StoredMatrix(
      base: bytes, element: element, rows: rows, columns: columns, scales: scales)
    self.matrix = matrix
    values = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      matrix.copy(into: buffer.baseAddress!)
      count = rows * columns
    }
  }

  deinit {
    bytes.deallocate()
    scales.deallocate()
  }

  /// The scale of the number at `index`.
  func scale(of index: Int) -> Float {
    let (row, column) = index.quotientAndRemainder(dividingBy: matrix.columns)
    return SmallFloat.float(
      bfloat: scales[row * StoredMatrix.groups(columns: matrix.columns) + column / 64])
  }

  /// x Wᵀ, or 0.5 + x Wᵀ, `[n, rows]`; in two calls for W's rows before and after `cut` unless nil.
  func product(_ x: [Float], _ n: Int, adding: Bool = false, cut: Int = 0) -> [Float] {
    let (from, to) = (Buffer(copying: x), Buffer<Float>(count: n * matrix.rows))
    for i in 0..<to.count { to.pointer[i] = adding ? 0.5 : .nan }
    let y = to.matrix(rows: n, columns: matrix.rows)
    for range in [0..<cut, cut..<matrix.rows] {
      matrix.applyRounded(
        to: from.view(rows: n, columns: matrix.columns), rows: range, into: y, adding: adding)
    }
    return to.values
  }
}
