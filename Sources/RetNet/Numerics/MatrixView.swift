/// A read-only, row-major `[rows, columns]` view of memory owned elsewhere, with `stride` elements from row to row.
///
/// The heads of a token are adjacent in a row of a projection, so one head of one sequence is a view and needs no copy.
package struct MatrixView<Scalar: BLASScalar> {
  package let base: UnsafePointer<Scalar>
  package let rows: Int
  package let columns: Int
  package let stride: Int
  /// Whether a product transposes it. `rows` and `columns` describe the memory either way.
  package let isTransposed: Bool

  @inlinable package init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
    self.init(base, rows: rows, columns: columns, stride: stride ?? columns, isTransposed: false)
  }

  @inlinable init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, stride: Int, isTransposed: Bool) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.isTransposed = isTransposed
  }

  /// The same memory, transposed by `setProduct`.
  @inlinable package var transposed: MatrixView {
    MatrixView(base, rows: rows, columns: columns, stride: stride, isTransposed: !isTransposed)
  }

  /// The first element of a row.
  @inlinable @inline(__always) package func row(_ n: Int) -> UnsafePointer<Scalar> { base + n * stride }

  /// Rows `range`, sharing memory.
  @inlinable package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a matrix with \(rows) rows")
    return MatrixView(
      row(range.lowerBound), rows: range.count, columns: columns, stride: stride, isTransposed: isTransposed)
  }

  /// Columns `first ..< first + count`, sharing memory.
  @inlinable package func columns(_ first: Int, _ count: Int) -> MatrixView {
    precondition(first >= 0 && first + count <= columns, "columns \(first)..<\(first + count) of \(columns)")
    return MatrixView(base + first, rows: rows, columns: count, stride: stride, isTransposed: isTransposed)
  }
}

/// A mutable `MatrixView`, for results.
package struct MutableMatrixView<Scalar: BLASScalar> {
  package let base: UnsafeMutablePointer<Scalar>
  package let rows: Int
  package let columns: Int
  package let stride: Int

  @inlinable package init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The same memory, read-only.
  @inlinable @inline(__always) package var view: MatrixView<Scalar> {
    MatrixView(base, rows: rows, columns: columns, stride: stride)
  }

  /// The same memory, read-only, transposed by `setProduct`.
  @inlinable package var transposed: MatrixView<Scalar> { view.transposed }

  /// The first element of a row.
  @inlinable @inline(__always) package func row(_ n: Int) -> UnsafeMutablePointer<Scalar> { base + n * stride }

  /// Rows `range`, sharing memory.
  @inlinable package func rows(_ range: Range<Int>) -> MutableMatrixView {
    let part = view.rows(range)
    return MutableMatrixView(row(range.lowerBound), rows: part.rows, columns: part.columns, stride: stride)
  }

  /// Columns `first ..< first + count`, sharing memory.
  @inlinable package func columns(_ first: Int, _ count: Int) -> MutableMatrixView {
    let part = view.columns(first, count)
    return MutableMatrixView(base + first, rows: part.rows, columns: part.columns, stride: stride)
  }
}

extension MutableMatrixView {
  /// m, n and k of the product `[m, k]` · `[k, n]` written here. Traps if the shapes differ.
  @inlinable @inline(__always)
  package func productShape(_ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>) -> (m: Int, n: Int, k: Int) {
    let (m, k) = a.isTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kOfB, n) = b.isTransposed ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      m == rows && n == columns && k == kOfB,
      "product [\(m), \(k)] · [\(kOfB), \(n)] does not fit into [\(rows), \(columns)]")
    return (m, n, k)
  }

  /// self = a b + β self.
  ///
  /// Shapes: self `[m, n]`, a `[m, k]`, b `[k, n]`, after the transpositions of a and b.
  @inlinable @inline(__always)
  package func setProduct(_ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, beta: Scalar = 0) {
    let (transposeA, transposeB) = (a.isTransposed, b.isTransposed)
    let (m, n, k) = productShape(a, b)
    if m == 0 || n == 0 { return }
    if m == 1 && !transposeA {
      // One row is a matrix–vector product: y = op(B)ᵀ a.
      Scalar.gemv(
        transpose: !transposeB, rows: b.rows, columns: b.columns, alpha: 1, a: b.base, lda: b.stride, x: a.base,
        beta: beta, y: base)
    } else {
      Scalar.gemm(
        transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: 1, a: a.base, lda: a.stride,
        b: b.base, ldb: b.stride, beta: beta, c: base, ldc: stride)
    }
  }

  @inlinable package func fill(_ value: Scalar) {
    for n in 0..<rows { row(n).update(repeating: value, count: columns) }
  }

  /// Row n ← factor(n) · row n of `source`, of the same shape.
  @inlinable @inline(__always) package func copy(_ source: MatrixView<Scalar>, rowFactor: (Int) -> Scalar) {
    precondition(
      rows == source.rows && columns == source.columns,
      "cannot copy [\(source.rows), \(source.columns)] into [\(rows), \(columns)]")
    for n in 0..<rows {
      let factor = rowFactor(n)
      let (from, to) = (source.row(n), row(n))
      for j in 0..<columns { to[j] = factor * from[j] }
    }
  }

  /// self ← factor · self.
  @inlinable package func scale(by factor: Scalar) {
    guard factor != 1 else { return }
    for n in 0..<rows { VectorMath.scale(row(n), by: factor, count: columns) }
  }

  /// self += factor · `other`, of the same shape.
  @inlinable package func add(_ other: MatrixView<Scalar>, times factor: Scalar) {
    precondition(
      rows == other.rows && columns == other.columns,
      "cannot add [\(other.rows), \(other.columns)] to [\(rows), \(columns)]")
    for n in 0..<rows {
      let (from, to) = (other.row(n), row(n))
      for j in 0..<columns { to[j] += factor * from[j] }
    }
  }

  /// Copies `source`, of the same shape.
  @inlinable package func copy(_ source: MatrixView<Scalar>) {
    precondition(
      rows == source.rows && columns == source.columns,
      "cannot copy [\(source.rows), \(source.columns)] into [\(rows), \(columns)]")
    for n in 0..<rows { row(n).update(from: source.row(n), count: columns) }
  }
}
