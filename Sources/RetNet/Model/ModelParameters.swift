/// The numbers of a model: in memory of their own as its layout orders them, or in the mapped files that hold them.
///
/// Unchecked: memory of its own is written only through `withMutablePointer`, by whoever made it and before anybody else
/// holds it; mapped memory is read-only.
package final class ModelParameters: @unchecked Sendable {
  package let count: Int
  private let place: Place

  private enum Place {
    case block(Buffer<Float>)
    case mapped(MappedWeights)
  }

  /// Memory for `count` numbers, zero at first.
  package init(count: Int) {
    self.count = count
    place = .block(Buffer(count: count))
  }

  package init(_ mapped: MappedWeights) {
    count = mapped.count
    place = .mapped(mapped)
  }

  /// The numbers in the layout's order, where they stand in one block of memory.
  package var block: UnsafePointer<Float>? {
    if case .block(let buffer) = place { UnsafePointer(buffer.pointer) } else { nil }
  }

  package var weights: Weights {
    switch place {
    case .block(let buffer): Weights(base: buffer.pointer)
    case .mapped(let mapped): mapped.weights
    }
  }

  /// Bytes of memory that are not pages of a file.
  var ownBytes: Int {
    switch place {
    case .block(let buffer): buffer.count * MemoryLayout<Float>.stride
    case .mapped(let mapped): mapped.ownBytes
    }
  }

  func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
    guard case .block(let buffer) = place else { preconditionFailure("the weights of a mapped file are read-only") }
    return try body(buffer.pointer)
  }

  /// The numbers of one tensor in Float32.
  package func values(_ parameter: Parameter) -> [Float] {
    [Float](unsafeUninitializedCapacity: parameter.count) { buffer, count in
      if let base = buffer.baseAddress { weights.stored(parameter).copy(into: base) }
      count = parameter.count
    }
  }

  /// All numbers in the layout's order.
  ///
  /// - Parameter target: `[count]`.
  package func copy(_ layout: ParameterLayout, into target: UnsafeMutablePointer<Float>) {
    let weights = weights
    for entry in layout.entries { weights.stored(entry.parameter).copy(into: target + entry.offset) }
  }
}
