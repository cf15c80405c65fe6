import CKernels

/// Matrices of whole numbers of 8 or 4 bits. Each 64 columns of a row are a group, the last may be shorter, and the numbers
/// of a group share a scale:
///
///     W[r, c] = scale[r, c / 64] · w[r, c],   −127 ≤ w ≤ 127 in 8 bits, −8 ≤ w ≤ 7 in 4
extension StoredMatrix {
  /// Columns that share a scale.
  static let groupColumns = Int(RETNET_GROUP)

  /// Groups of one row.
  package static func groups(columns: Int) -> Int { (columns + groupColumns - 1) / groupColumns }

  /// Rows of x that are rounded at once.
  private static let roundedRows = 128

  /// Some columns of y = x Wᵀ, or of y + x Wᵀ, with x rounded to 8 bits in the same groups:
  ///
  ///     x[c] ≈ s q[c],   s = max |x| / 127 of the group
  ///     y[r] = Σ_groups scale · s · Σ_c w[r, c] q[c]
  ///
  /// The inner sum is exact. Each row of x is rounded by itself, so its result has the same bits alone and among others,
  /// and whichever rows of W are taken at once.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - range: rows of W.
  ///   - y: `[n, rows]`, of which the columns of `range` are set.
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

  /// Bytes of one row of x, rounded for this matrix.
  var roundedRowBytes: Int { retnet_rounded_row_bytes(columns) }

  /// Rounds what this matrix is multiplied with.
  ///
  /// - Parameters:
  ///   - x: `[n, columns]`.
  ///   - q: n rows of `roundedRowBytes`, 64-byte aligned; serves every matrix of the same element and columns.
  package func round(_ x: MatrixView<Float>, into q: UnsafeMutableRawPointer) {
    if element == .int8 {
      retnet_i8_round(x.base, x.rows, x.stride, columns, q)
    } else {
      retnet_i4_round(x.base, x.rows, x.stride, columns, q)
    }
  }

  /// `applyRounded` with an x that `round` has rounded.
  ///
  /// - Parameters:
  ///   - range: rows of W.
  ///   - y: `[n, rows]`, of which the columns of `range` are set.
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

  /// Copies some rows in Float32, `[rows, columns]`.
  func scaleRows(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let (w, scales) = (row(range.lowerBound), rowScales(range.lowerBound))
    if element == .int8 {
      retnet_i8_to_f32(w.assumingMemoryBound(to: Int8.self), scales, range.count, columns, target)
    } else {
      retnet_i4_to_f32(w.assumingMemoryBound(to: UInt8.self), scales, range.count, columns, target)
    }
  }

  /// Copies some of the numbers, counted row by row, in Float32.
  package func copy(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    var (at, target) = (range.lowerBound, target)
    let broken = Buffer<Float>(count: columns)
    while at < range.upperBound {
      let (n, column) = at.quotientAndRemainder(dividingBy: columns)
      let wholeRows = (range.upperBound - at) / columns
      let count: Int
      if column == 0, wholeRows > 0 {
        scaleRows(n..<n + wholeRows, into: target)
        count = wholeRows * columns
      } else {
        scaleRows(n..<n + 1, into: broken.pointer)
        count = min(columns - column, range.upperBound - at)
        target.update(from: broken.pointer + column, count: count)
      }
      (at, target) = (at + count, target + count)
    }
  }

  /// The rows that some of the numbers, counted row by row, make up.
  package func rows(of range: Range<Int>) -> Range<Int> {
    precondition(
      range.lowerBound % columns == 0 && range.upperBound % columns == 0, "\(range) are no whole rows of \(columns)")
    return range.lowerBound / columns..<range.upperBound / columns
  }

  /// The bytes of some rows.
  package func bytes(of rows: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: row(rows.lowerBound), count: rows.count * element.rowBytes(columns: columns))
  }

  /// The bytes of some rows' scales.
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
  /// Whether groups of numbers share scales.
  package var isScaled: Bool { self == .int8 || self == .int4 }

  /// Whether it is a scaled type with which rows of so many numbers can be told from longer ones: bytes of int4 have two.
  package func canHold(columns: Int) -> Bool { self == .int8 || self == .int4 && columns % 2 == 0 }

  /// Bytes that a matrix must be aligned to.
  package var alignment: Int {
    switch self {
    case .f32: 4
    case .bf16, .f16: 2
    case .int8, .int4: 1
    }
  }

  /// Bytes of one row, without its scales.
  package func rowBytes(columns: Int) -> Int {
    switch self {
    case .f32: 4 * columns
    case .bf16, .f16: 2 * columns
    case .int8: columns
    case .int4: (columns + 1) / 2
    }
  }

  /// Bytes of one row's scales.
  package func scaleBytes(columns: Int) -> Int {
    isScaled ? StoredMatrix.groups(columns: columns) * MemoryLayout<UInt16>.size : 0
  }

  /// Rounds numbers to int8 or int4.
  ///
  /// - Parameters:
  ///   - values: `[rows, columns]`.
  ///   - w: rows of `rowBytes`, set.
  ///   - scales: rows of `scaleBytes`, set.
  package func round(
    _ values: UnsafePointer<Float>, rows: Int, columns: Int, into w: UnsafeMutableRawPointer,
    scales: UnsafeMutablePointer<UInt16>
  ) {
    precondition(isScaled, "numbers of \(self) have no scales")
    if self == .int8 {
      retnet_f32_to_i8(values, rows, columns, w.assumingMemoryBound(to: Int8.self), scales)
    } else {
      retnet_f32_to_i4(values, rows, columns, w.assumingMemoryBound(to: UInt8.self), scales)
    }
  }
}
