/// A vector multiplied by several matrices, or by several parts of one. For scaled matrices it is rounded once for all.
///
/// Noncopyable: threads share one without reference counting.
struct FactorVector: ~Copyable {
  /// `[columns]`
  private let x: UnsafePointer<Float>
  /// x rounded for scaled matrices of one type and width; nil if the matrices are unscaled or differ.
  private let rounded: UnsafeMutableRawPointer?
  /// The matrix that defines the format of `rounded`.
  private let matrix: StoredMatrix?

  package init(_ x: UnsafePointer<Float>, of matrices: [StoredMatrix]) {
    self.x = x
    guard let first = matrices.first, first.element.isScaled,
      matrices.allSatisfy({ $0.element == first.element && $0.columns == first.columns })
    else {
      (rounded, matrix) = (nil, nil)
      return
    }
    (rounded, matrix) = (LargePages.allocate(byteCount: max(first.roundedRowBytes, 1)), first)
  }

  deinit { rounded?.deallocate() }

  /// Rounds x. Call it after x is computed and before any product.
  package func prepare() {
    guard let rounded, let matrix else { return }
    matrix.round(MatrixView(x, rows: 1, columns: matrix.columns), into: rounded)
  }

  /// Rows `range` of y = W x, or of y += W x.
  ///
  /// - Parameters:
  ///   - matrix: W, one of the matrices passed to `init`.
  ///   - y: `[rows]`; entries `range` are set.
  package func multiply(
    _ matrix: StoredMatrix, rows range: Range<Int>, into y: UnsafeMutablePointer<Float>, adding: Bool = false
  ) {
    if let rounded {
      let y = MutableMatrixView(y, rows: 1, columns: matrix.rows)
      matrix.apply(rounded: rounded, rows: range, into: y, adding: adding)
    } else {
      matrix.apply(to: x, rows: range, into: y, adding: adding)
    }
  }
}
