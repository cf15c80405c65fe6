import CKernels

/// A matrix of weights `[rows, columns]` in the number type of its file, often 16 bits or fewer, in memory owned
/// elsewhere (often mapped). Products widen 16-bit floats to Float32, which is exact. `applyRounded` defines the
/// products of int8 and int4.
package struct StoredMatrix {
  /// The number type.
  package enum Element: Sendable, Hashable {
    case f32, bf16, f16
    case int8, int4
  }

  package let base: UnsafeRawPointer
  package let element: Element
  package let rows: Int
  package let columns: Int
  /// The scales of int8 and int4, `[rows, groups]` as bfloat16 bit patterns.
  package var scales: UnsafePointer<UInt16>?

  /// Rows widened together for a product with several rows. A tile fits into a core's L2 cache; larger tiles are
  /// better, as BLAS packs x again for each one.
  private var tileRows: Int { min(rows, max(128, 131_072 / max(columns, 1))) }

  /// y = x Wᵀ, or y += x Wᵀ if `adding` is true.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - y: `[n, rows]`.
  package func apply(to x: MatrixView<Float>, into y: MutableMatrixView<Float>, adding: Bool = false) {
    precondition(
      x.columns == columns && y.columns == rows && x.rows == y.rows,
      "product [\(x.rows), \(x.columns)] · [\(columns), \(rows)] does not fit into [\(y.rows), \(y.columns)]")
    if x.rows == 1 { return apply(to: x.base, rows: 0..<rows, into: y.base, adding: adding) }
    switch element {
    case .f32: y.setProduct(x, floats.transposed, beta: adding ? 1 : 0)
    case .bf16, .f16: applyInTiles(x, y, adding: adding)
    case .int8, .int4: applyRounded(to: x, rows: 0..<rows, into: y, adding: adding)
    }
  }

  /// Rows `range` of y = W x, or of y += W x. The bits of a row do not depend on `range`.
  ///
  /// - Parameters:
  ///   - x: `[columns]`.
  ///   - y: `[rows]`; entries `range` are set.
  package func apply(
    to x: UnsafePointer<Float>, rows range: Range<Int>, into y: UnsafeMutablePointer<Float>, adding: Bool = false
  ) {
    let first = range.lowerBound
    let sum = Int32(adding ? 1 : 0)
    switch element {
    case .int8, .int4:
      applyRounded(
        to: MatrixView(x, rows: 1, columns: columns), rows: range,
        into: MutableMatrixView(y, rows: 1, columns: rows), adding: adding)
    case .f32: retnet_f32_times_vector(floats.row(first), range.count, columns, x, sum, y + first)
    case .bf16: retnet_bf16_times_vector(words + first * columns, range.count, columns, x, sum, y + first)
    case .f16: retnet_f16_times_vector(words + first * columns, range.count, columns, x, sum, y + first)
    }
  }

  /// Copies row `n` as Float32, `[columns]`.
  func copyRow(_ n: Int, into row: UnsafeMutablePointer<Float>) {
    precondition(n >= 0 && n < rows, "row \(n) of a matrix with \(rows) rows")
    widen(n..<n + 1, into: row)
  }

  /// Copies the matrix as Float32, `[rows, columns]`.
  package func copy(into target: UnsafeMutablePointer<Float>) { widen(0..<rows, into: target) }

  private func applyInTiles(_ x: MatrixView<Float>, _ y: MutableMatrixView<Float>, adding: Bool) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * columns) { memory in
      guard let tile = memory.baseAddress else { return }
      for start in stride(from: 0, to: rows, by: tileRows) {
        let count = min(tileRows, rows - start)
        widen(start..<start + count, into: tile)
        y.columns(start, count).setProduct(
          x, MatrixView(tile, rows: count, columns: columns).transposed, beta: adding ? 1 : 0)
      }
    }
  }

  private func widen(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let (first, count) = (range.lowerBound * columns, range.count * columns)
    switch element {
    case .f32: target.update(from: floats.base + first, count: count)
    case .bf16: retnet_bf16_to_f32(words + first, count, target)
    case .f16: retnet_f16_to_f32(words + first, count, target)
    case .int8, .int4: scaleRows(range, into: target)
    }
  }

  private var words: UnsafePointer<UInt16> { base.assumingMemoryBound(to: UInt16.self) }

  private var floats: MatrixView<Float> {
    MatrixView(base.assumingMemoryBound(to: Float.self), rows: rows, columns: columns)
  }
}
