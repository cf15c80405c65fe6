/// The numbers of a model, as its layout orders them.
///
/// Unchecked: it is written only through `withMutablePointer`, by whoever made it and before anybody else holds it.
final class ParameterBuffer: @unchecked Sendable {
  private let buffer: Buffer<Float>

  var count: Int { buffer.count }

  init(count: Int) { buffer = Buffer(count: count) }

  var weights: Weights { Weights(base: buffer.pointer) }

  func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
    try body(buffer.pointer)
  }

  /// The numbers of one tensor.
  func values(_ parameter: Parameter) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: buffer.pointer + parameter.offset, count: parameter.count)
  }
}
