import CKernels

/// A matrix of trained numbers `[rows, columns]` as its file stores it, often in 16 bits or fewer and in mapped memory that
/// somebody else owns. Products widen floats to Float32 on the way, which is exact; how they take whole numbers that share
/// scales is in `applyRounded`.
package struct StoredMatrix {
  /// What one number is.
  package enum Element: Sendable, Hashable {
    case f32, bf16, f16
    case int8, int4
  }

  package let base: UnsafeRawPointer
  package let element: Element
  package let rows: Int
  package let columns: Int
  /// Of int8 and int4: what each group of columns is multiplied with, `[rows, groups]` as bfloat16 bit patterns.
  package var scales: UnsafePointer<UInt16>?

  /// Rows widened at once for a product with several rows: few enough for a core's own cache, and many, as x is packed
  /// again for each tile.
  private var tileRows: Int { min(rows, max(128, 131_072 / max(columns, 1))) }

  /// y = x Wᵀ, or y + x Wᵀ where `adding` is true.
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

  /// Some rows of y = W x, or of y + W x: each row's result is the same whichever are computed with it.
  ///
  /// - Parameters:
  ///   - x: `[columns]`.
  ///   - y: `[rows]`, of which those of `range` are set.
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

  /// Copies row `n`, `[columns]`.
  func copyRow(_ n: Int, into row: UnsafeMutablePointer<Float>) {
    precondition(n >= 0 && n < rows, "row \(n) of a matrix with \(rows) rows")
    widen(n..<n + 1, into: row)
  }

  /// Copies the whole matrix row by row, `[rows · columns]`.
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
