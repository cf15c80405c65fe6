/// A vector that several matrices, or several parts of one, are multiplied with: what scaled matrices need of it is rounded
/// once for all of them.
///
/// Not copyable, so that threads which multiply with one count no references to its memory.
struct FactorVector: ~Copyable {
  /// `[columns]`
  private let x: UnsafePointer<Float>
  /// x as scaled matrices of one kind take it; nil where the matrices take it as it is, or differ in kind.
  private let rounded: UnsafeMutableRawPointer?
  /// One of the matrices that x is rounded for.
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

  /// To be called once x is there, before any product.
  package func prepare() {
    guard let rounded, let matrix else { return }
    matrix.round(MatrixView(x, rows: 1, columns: matrix.columns), into: rounded)
  }

  /// Some rows of y = W x, or of y + W x.
  ///
  /// - Parameters:
  ///   - matrix: W, one of those that this vector was made for.
  ///   - y: `[rows]`, of which those of `range` are set.
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
