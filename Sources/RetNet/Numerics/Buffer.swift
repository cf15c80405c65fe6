/// Memory for `count` elements, 64-byte aligned and initialized to zero, freed with the object.
///
/// Unlike an array it has a fixed address, so layers can keep views of it. Writes are not synchronized.
package final class Buffer<Element: BLASScalar> {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  package init(count: Int) {
    self.count = count
    let raw = LargePages.allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride)
    pointer = raw.initializeMemory(as: Element.self, repeating: 0, count: max(count, 1))
  }

  deinit { pointer.deallocate() }

  /// The first `rows · columns` elements as a mutable matrix.
  @inlinable package func matrix(rows: Int, columns: Int) -> MutableMatrixView<Element> {
    precondition(rows * columns <= count, "[\(rows), \(columns)] is larger than the buffer's \(count) elements")
    return MutableMatrixView(pointer, rows: rows, columns: columns)
  }

  /// The same elements, read-only.
  @inlinable package func view(rows: Int, columns: Int) -> MatrixView<Element> {
    matrix(rows: rows, columns: columns).view
  }

  @inlinable package func zero() { pointer.update(repeating: 0, count: count) }
}

extension Buffer {
  package convenience init(copying values: [Element]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { if let base = $0.baseAddress { pointer.update(from: base, count: count) } }
  }

  /// A copy of all elements.
  @inlinable package var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
