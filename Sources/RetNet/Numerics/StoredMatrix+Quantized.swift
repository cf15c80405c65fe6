import CKernels

/// Matrices of 8-bit or 4-bit integers. Each 64 columns of a row form a group with one scale; the last group may be
/// shorter:
///
///     W[r, c] = scale[r, c / 64] · w[r, c],   −127 ≤ w ≤ 127 in 8 bits, −8 ≤ w ≤ 7 in 4
extension StoredMatrix {
  /// Columns per scale.
  static let groupColumns = Int(RETNET_GROUP)

  /// Groups per row.
  package static func groups(columns: Int) -> Int { (columns + groupColumns - 1) / groupColumns }

  /// Rows of x that are rounded together.
  private static let roundedRows = 128

  /// Columns `range` of y = x Wᵀ, or of y += x Wᵀ, with x rounded to 8 bits in the same groups:
  ///
  ///     x[c] ≈ s q[c],   s = max |x| / 127 of the group
  ///     y[r] = Σ_groups scale · s · Σ_c w[r, c] q[c]
  ///
  /// The inner sum is exact, and each row of x is rounded separately. So the bits of a result do not depend on the
  /// other rows of x, nor on `range`.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - range: rows of W.
  ///   - y: `[n, rows]`; columns `range` are set.
  func applyRounded(to x: MatrixView<Float>, rows range: Range<Int>, into y: MutableMatrixView<Float>, adding: Bool) {
    let step = max(1, min(x.rows, Self.roundedRows))
    withUnsafeTemporaryAllocation(byteCount: step * roundedRowBytes, alignment: 64) { memory in
      guard let q = memory.baseAddress else { return }
      for first in stride(from: 0, to: x.rows, by: step) {
        let n = min(step, x.rows - first)
        round(x.rows(first..<first + n), into: q)
        apply(rounded: q, rows: range, into: y.rows(first..<first + n), adding: adding)
      }
    }
  }

  /// The bytes of one row of x rounded for this matrix.
  var roundedRowBytes: Int { retnet_rounded_row_bytes(columns) }

  /// Rounds x for `apply(rounded:)`.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - q: n rows of `roundedRowBytes`, 64-byte aligned, set. Valid for every matrix of the same element and columns.
  package func round(_ x: MatrixView<Float>, into q: UnsafeMutableRawPointer) {
    if element == .int8 {
      retnet_i8_round(x.base, x.rows, x.stride, columns, q)
    } else {
      retnet_i4_round(x.base, x.rows, x.stride, columns, q)
    }
  }

  /// `applyRounded` for an x already rounded by `round`.
  ///
  /// - Parameters:
  ///   - range: rows of W.
  ///   - y: `[n, rows]`; columns `range` are set.
  package func apply(
    rounded q: UnsafeRawPointer, rows range: Range<Int>, into y: MutableMatrixView<Float>, adding: Bool
  ) {
    let (w, scales, adding) = (row(range.lowerBound), rowScales(range.lowerBound), Int32(adding ? 1 : 0))
    let to = y.base + range.lowerBound
    if element == .int8 {
      retnet_i8_times(
        w.assumingMemoryBound(to: Int8.self), scales, range.count, columns, q, y.rows, adding, to, y.stride)
    } else {
      retnet_i4_times(
        w.assumingMemoryBound(to: UInt8.self), scales, range.count, columns, q, y.rows, adding, to, y.stride)
    }
  }

  /// Copies rows `range` as Float32, `[rows, columns]`.
  func scaleRows(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let (w, scales) = (row(range.lowerBound), rowScales(range.lowerBound))
    if element == .int8 {
      retnet_i8_to_f32(w.assumingMemoryBound(to: Int8.self), scales, range.count, columns, target)
    } else {
      retnet_i4_to_f32(w.assumingMemoryBound(to: UInt8.self), scales, range.count, columns, target)
    }
  }

  /// Copies elements `range` of the row-major matrix as Float32.
  package func copy(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    var (index, target) = (range.lowerBound, target)
    let partialRow = Buffer<Float>(count: columns)
    while index < range.upperBound {
      let (n, column) = index.quotientAndRemainder(dividingBy: columns)
      let wholeRows = (range.upperBound - index) / columns
      let count: Int
      if column == 0, wholeRows > 0 {
        scaleRows(n..<n + wholeRows, into: target)
        count = wholeRows * columns
      } else {
        scaleRows(n..<n + 1, into: partialRow.pointer)
        count = min(columns - column, range.upperBound - index)
        target.update(from: partialRow.pointer + column, count: count)
      }
      (index, target) = (index + count, target + count)
    }
  }

  /// The rows of elements `range`, which must be whole rows.
  package func rows(of range: Range<Int>) -> Range<Int> {
    precondition(
      range.lowerBound % columns == 0 && range.upperBound % columns == 0, "\(range) is not whole rows of \(columns)")
    return range.lowerBound / columns..<range.upperBound / columns
  }

  /// The bytes of the given rows, without scales.
  package func bytes(of rows: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: row(rows.lowerBound), count: rows.count * element.rowBytes(columns: columns))
  }

  /// The bytes of the given rows' scales.
  package func scaleBytes(of rows: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: rowScales(rows.lowerBound), count: rows.count * element.scaleBytes(columns: columns))
  }

  private func row(_ n: Int) -> UnsafeRawPointer { base + n * element.rowBytes(columns: columns) }

  private func rowScales(_ n: Int) -> UnsafePointer<UInt16> {
    guard let scales else { preconditionFailure("a matrix of \(element) without scales") }
    return scales + n * Self.groups(columns: columns)
  }
}

extension StoredMatrix.Element {
  /// Whether the elements are integers with a scale per group.
  package var isScaled: Bool { self == .int8 || self == .int4 }

  /// Whether a scaled matrix with this number of columns can be stored: a byte of int4 holds two numbers, so an odd
  /// number of columns would be ambiguous.
  package func canHold(columns: Int) -> Bool { self == .int8 || self == .int4 && columns % 2 == 0 }

  /// The alignment of a matrix in bytes.
  package var alignment: Int {
    switch self {
    case .f32: 4
    case .bf16, .f16: 2
    case .int8, .int4: 1
    }
  }

  /// The bytes of one row, without its scales.
  package func rowBytes(columns: Int) -> Int {
    switch self {
    case .f32: 4 * columns
    case .bf16, .f16: 2 * columns
    case .int8: columns
    case .int4: (columns + 1) / 2
    }
  }

  /// The bytes of one row's scales.
  package func scaleBytes(columns: Int) -> Int {
    isScaled ? StoredMatrix.groups(columns: columns) * MemoryLayout<UInt16>.size : 0
  }

  /// Quantizes values to int8 or int4.
  ///
  /// - Parameters:
  ///   - values: `[rows, columns]`.
  ///   - w: rows of `rowBytes`, set.
  ///   - scales: rows of `scaleBytes`, set.
  package func round(
    _ values: UnsafePointer<Float>, rows: Int, columns: Int, into w: UnsafeMutableRawPointer,
    scales: UnsafeMutablePointer<UInt16>
  ) {
    precondition(isScaled, "\(self) has no scales")
    if self == .int8 {
      retnet_f32_to_i8(values, rows, columns, w.assumingMemoryBound(to: Int8.self), scales)
    } else {
      retnet_f32_to_i4(values, rows, columns, w.assumingMemoryBound(to: UInt8.self), scales)
    }
  }
}
