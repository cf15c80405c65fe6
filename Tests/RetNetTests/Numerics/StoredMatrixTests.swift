import Testing

@testable import RetNet

@Suite("Stored matrices")
struct StoredMatrixTests {
  @Test("Every 16-bit pattern widens to its value", arguments: [StoredMatrix.Element.bf16, .f16])
  func everyPattern(_ element: StoredMatrix.Element) {
    let patterns = (0...UInt16.max).map { $0 }
    let widened = [Float](unsafeUninitializedCapacity: patterns.count) { buffer, count in
      patterns.withUnsafeBytes {
        StoredMatrix(base: $0.baseAddress!, element: element, rows: 256, columns: 256).copy(into: buffer.baseAddress!)
      }
      count = patterns.count
    }
    for (pattern, found) in zip(patterns, widened) {
      let expected = element == .bf16 ? SmallFloat.float(bfloat: pattern) : SmallFloat.float(half: pattern)
      #expect(found == expected && found.sign == expected.sign || found.isNaN && expected.isNaN, "\(pattern)")
    }
  }

  @Test(
    "A product equals a plain sum in Double, for complete and partial blocks of columns",
    arguments: [StoredMatrix.Element.f32, .bf16, .f16], [(1, 1), (3, 15), (5, 16), (130, 67), (129, 200), (7, 193)])
  func product(_ element: StoredMatrix.Element, _ shape: (rows: Int, columns: Int)) {
    let (rows, columns) = shape
    var generator = SeededGenerator(seed: 5)
    let numbers = (0..<rows * columns).map { _ in Float(generator.nextNormal()) }
    // Each number rounded to the type, and its bytes.
    let (held, bytes): ([Float], [UInt8]) =
      switch element {
      case .f32: (numbers, numbers.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) })
      case .bf16:
        (
          numbers.map { SmallFloat.float(bfloat: SmallFloat.bfloat($0)) },
          numbers.flatMap { withUnsafeBytes(of: SmallFloat.bfloat($0), Array.init) }
        )
      case .f16:
        (
          numbers.map { SmallFloat.float(half: SmallFloat.half($0)) },
          numbers.flatMap { withUnsafeBytes(of: SmallFloat.half($0), Array.init) }
        )
      case .int8, .int4: preconditionFailure("whole numbers are tested elsewhere")
      }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { memory.deallocate() }
    memory.copyMemory(from: bytes, byteCount: bytes.count)
    let matrix = StoredMatrix(base: memory, element: element, rows: rows, columns: columns)

    for n in [1, 5] {
      let (x, y) = (Buffer<Float>(count: n * columns), Buffer<Float>(count: n * rows))
      for i in 0..<x.count { x.pointer[i] = Float(generator.nextNormal()) }
      for adding in [false, true] {
        for i in 0..<y.count { y.pointer[i] = 0.5 }
        matrix.apply(
          to: x.view(rows: n, columns: columns), into: y.matrix(rows: n, columns: rows), adding: adding)
        for i in 0..<n {
          for r in 0..<rows {
            var (sum, magnitude) = (adding ? 0.5 : 0.0, 1.0)
            for j in 0..<columns {
              let term = Double(x.pointer[i * columns + j]) * Double(held[r * columns + j])
              sum += term
              magnitude += abs(term)
            }
            // At most one unit of rounding for each partial sum.
            #expect(abs(Double(y.pointer[i * rows + r]) - sum) < 1e-7 * magnitude * Double(4 + columns / 16))
          }
        }
      }
    }
  }
}
