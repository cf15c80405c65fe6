import CKernels

/// A matrix of trained numbers `[rows, columns]` as its file stores it, often in 16 bits and in mapped memory that somebody
/// else owns. Products widen its numbers to Float32 on the way, which is exact.
struct StoredMatrix {
  /// What one number is.
  enum Element: Sendable, Hashable {
    case f32, bf16, f16
  }

  let base: UnsafeRawPointer
  let element: Element
  let rows: Int
  let columns: Int

  /// Rows widened at once for a product with several rows: few enough for a core's own cache.
  private static let tileRows = 128

  /// y = x Wᵀ, or y + x Wᵀ where `adding` is true.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - y: `[n, rows]`.
  func apply(to x: Matrix<Float>, into y: Matrix<Float>, adding: Bool = false) {
    precondition(
      x.columns == columns && y.columns == rows && x.rows == y.rows,
      "product [\(x.rows), \(x.columns)] · [\(columns), \(rows)] does not fit into [\(y.rows), \(y.columns)]")
    if x.rows == 1 { return apply(to: x.base, rows: 0..<rows, into: y.base, adding: adding) }
    switch element {
    case .f32: y.setProduct(x, floats.transposed, beta: adding ? 1 : 0)
    case .bf16, .f16: applyInTiles(x, y, adding: adding)
    }
  }

  /// Some rows of y = W x, or of y + W x: each row's result is the same whichever are computed with it.
  ///
  /// - Parameters:
  ///   - x: `[columns]`.
  ///   - y: `[rows]`, of which those of `range` are set.
  func apply(
    to x: UnsafePointer<Float>, rows range: Range<Int>, into y: UnsafeMutablePointer<Float>, adding: Bool = false
  ) {
    let (first, adding) = (range.lowerBound, Int32(adding ? 1 : 0))
    switch element {
    case .f32: retnet_f32_times_vector(floats.row(first), range.count, columns, x, adding, y + first)
    case .bf16: retnet_bf16_times_vector(words + first * columns, range.count, columns, x, adding, y + first)
    case .f16: retnet_f16_times_vector(words + first * columns, range.count, columns, x, adding, y + first)
    }
  }

  /// Copies row `n`, `[columns]`.
  func copyRow(_ n: Int, into row: UnsafeMutablePointer<Float>) {
    precondition(n >= 0 && n < rows, "row \(n) of a matrix with \(rows) rows")
    widen(n * columns, count: columns, into: row)
  }

  /// Copies the whole matrix row by row, `[rows · columns]`.
  func copy(into target: UnsafeMutablePointer<Float>) { widen(0, count: rows * columns, into: target) }

  private func applyInTiles(_ x: Matrix<Float>, _ y: Matrix<Float>, adding: Bool) {
    let tile = Buffer<Float>(count: min(Self.tileRows, rows) * columns)
    for start in stride(from: 0, to: rows, by: Self.tileRows) {
      let count = min(Self.tileRows, rows - start)
      widen(start * columns, count: count * columns, into: tile.pointer)
      y.columns(start, count).setProduct(
        x, tile.matrix(rows: count, columns: columns).transposed, beta: adding ? 1 : 0)
    }
  }

  private func widen(_ first: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    switch element {
    case .f32: target.update(from: floats.base + first, count: count)
    case .bf16: retnet_bf16_to_f32(words + first, count, target)
    case .f16: retnet_f16_to_f32(words + first, count, target)
    }
  }

  private var words: UnsafePointer<UInt16> { base.assumingMemoryBound(to: UInt16.self) }

  private var floats: Matrix<Float> {
    Matrix(base.assumingMemoryBound(to: Float.self), rows: rows, columns: columns)
  }
}
