/// A model's weights in mapped files. Matrices keep their number type, and their pages are read on first use. Vectors
/// and unaligned matrices are copied.
package final class MappedWeights {
  package let count: Int
  /// Keeps the pages mapped.
  private let files: AnyObject
  private let tensors: UnsafeMutableBufferPointer<StoredMatrix>
  private let copies: [Buffer<Float>]

  /// A tensor in a file.
  package struct Source {
    package var bytes: UnsafeRawBufferPointer
    /// nil for a type without products: the tensor is copied as Float32.
    package let element: StoredMatrix.Element?
    /// The scales of int8 and int4.
    package var scales: UnsafePointer<UInt16>?
    /// Writes all elements as Float32.
    package let copy: (UnsafeMutableBufferPointer<Float>) throws -> Void
  }

  /// - Parameters:
  ///   - files: the owner of the memory that sources point to.
  ///   - source: the tensor of a parameter, with the parameter's shape.
  /// - Throws: the errors of `source` and its `copy`.
  package convenience init(_ layout: ParameterLayout, files: AnyObject, source: (Parameter) throws -> Source) throws {
    var copies: [Buffer<Float>] = []
    var stored: [StoredMatrix] = []
    for parameter in layout.entries.map(\.parameter) {
      let source = try source(parameter)
      let (rows, columns) = (parameter.rows, parameter.columns)
      if let element = source.element, let base = source.bytes.baseAddress, !parameter.isVector,
        UInt(bitPattern: base) % UInt(element.alignment) == 0, UInt(bitPattern: source.scales) % 2 == 0
      {
        stored.append(
          StoredMatrix(base: base, element: element, rows: rows, columns: columns, scales: source.scales))
      } else {
        let copy = Buffer<Float>(count: parameter.count)
        try source.copy(UnsafeMutableBufferPointer(start: copy.pointer, count: parameter.count))
        copies.append(copy)
        stored.append(StoredMatrix(base: copy.pointer, element: .f32, rows: rows, columns: columns))
      }
    }
    self.init(layout, files: files, stored, copies: copies)
  }

  /// - Parameter stored: one matrix per parameter, in the memory of `files` or of `copies`.
  package init(_ layout: ParameterLayout, files: AnyObject, _ stored: [StoredMatrix], copies: [Buffer<Float>]) {
    self.files = files
    count = layout.count
    self.copies = copies
    tensors = .allocate(capacity: stored.count)
    _ = tensors.initialize(from: stored)
  }

  deinit {
    tensors.deinitialize()
    tensors.deallocate()
  }

  package var weights: Weights { Weights(tensors: UnsafePointer(tensors.baseAddress!)) }

  /// The bytes of the copies.
  var allocatedBytes: Int { copies.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }
}
