/// The parameters of a model: one block of memory in the layout's order, or mapped files.
///
/// Unchecked: the block is written only through `withMutablePointer`, before the object is shared. Mapped memory is
/// read-only.
package final class ModelParameters: @unchecked Sendable {
  package let count: Int
  private let storage: Storage

  private enum Storage {
    case block(Buffer<Float>)
    case mapped(MappedWeights)
  }

  /// Memory for `count` numbers, initialized to zero.
  package init(count: Int) {
    self.count = count
    storage = .block(Buffer(count: count))
  }

  package init(_ mapped: MappedWeights) {
    count = mapped.count
    storage = .mapped(mapped)
  }

  /// All parameters in the layout's order; nil if they are mapped.
  package var block: UnsafePointer<Float>? {
    if case .block(let buffer) = storage { UnsafePointer(buffer.pointer) } else { nil }
  }

  package var weights: Weights {
    switch storage {
    case .block(let buffer): Weights(base: buffer.pointer)
    case .mapped(let mapped): mapped.weights
    }
  }

  /// The bytes of allocated memory, without pages of mapped files.
  var allocatedBytes: Int {
    switch storage {
    case .block(let buffer): buffer.count * MemoryLayout<Float>.stride
    case .mapped(let mapped): mapped.allocatedBytes
    }
  }

  func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
    guard case .block(let buffer) = storage else { preconditionFailure("the weights of a mapped file are read-only") }
    return try body(buffer.pointer)
  }

  /// The elements of one tensor as Float32.
  package func values(_ parameter: Parameter) -> [Float] {
    [Float](unsafeUninitializedCapacity: parameter.count) { buffer, count in
      if let base = buffer.baseAddress { weights.stored(parameter).copy(into: base) }
      count = parameter.count
    }
  }

  /// Copies all parameters as Float32 in the layout's order.
  ///
  /// - Parameter target: `[count]`.
  package func copy(_ layout: ParameterLayout, into target: UnsafeMutablePointer<Float>) {
    let weights = weights
    for entry in layout.entries { weights.stored(entry.parameter).copy(into: target + entry.offset) }
  }
}
