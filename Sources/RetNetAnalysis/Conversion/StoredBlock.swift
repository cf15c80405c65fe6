import RetNet

/// A buffer for some rows of a matrix in the type of a file.
final class StoredBlock {
  private let type: TensorType
  private let columns: Int
  private let numbers: UnsafeMutableRawBufferPointer
  /// The scales of I8 and U8; empty for other types.
  private let scales: UnsafeMutableBufferPointer<UInt16>

  /// Allocates memory for up to `rows` rows.
  init(rows: Int, columns: Int, _ type: TensorType) {
    (self.type, self.columns) = (type, columns)
    let groups = type.element?.isScaled == true ? StoredMatrix.groups(columns: columns) : 0
    numbers = .allocate(byteCount: rows * columns * type.size, alignment: 16)
    scales = .allocate(capacity: rows * groups)
  }

  deinit {
    numbers.deallocate()
    scales.deallocate()
  }

  /// Rounds rows and returns the bytes of their numbers, or of their scales; valid until the next call.
  ///
  /// - Parameter values: `[rows, columns]`.
  func write(_ values: UnsafeBufferPointer<Float>, rows: Int, scales wantsScales: Bool) -> UnsafeRawBufferPointer {
    guard let from = values.baseAddress, let to = numbers.baseAddress else { return UnsafeRawBufferPointer(numbers) }
    guard let element = type.element, element.isScaled, let scales = scales.baseAddress else {
      FloatNarrowing.write(values, as: type, into: to)
      return UnsafeRawBufferPointer(start: to, count: values.count * type.size)
    }
    element.round(from, rows: rows, columns: columns, into: to, scales: scales)
    return wantsScales
      ? UnsafeRawBufferPointer(start: scales, count: rows * element.scaleBytes(columns: columns))
      : UnsafeRawBufferPointer(start: to, count: rows * element.rowBytes(columns: columns))
  }
}
