/// An array of Float32 with a shape, in row-major order.
public struct Tensor: Sendable, Hashable {
  /// The length of each dimension; none is negative.
  public let shape: [Int]
  /// The elements, as many as the product of the lengths.
  public let values: [Float]

  /// A tensor of given elements.
  ///
  /// - Parameters:
  ///   - values: the elements in row-major order.
  ///   - shape: the length of each dimension; empty for a single number.
  /// - Throws: `RetNetError.shape` if the number of values is not the product of the lengths.
  public init(_ values: [Float], shape: [Int]) throws(RetNetError) {
    guard try RetNetError.require(shape: shape, of: "tensor") == values.count else {
      throw .shape(of: "tensor", found: shape, expected: "a shape of \(values.count) numbers")
    }
    self.init(checked: values, shape: shape)
  }

  /// A tensor of random numbers from a normal distribution with mean 0.
  ///
  /// - Parameters:
  ///   - shape: the length of each dimension.
  ///   - deviation: the standard deviation.
  ///   - seed: the seed of the random numbers; the same seed gives the same tensor.
  /// - Throws: `RetNetError.shape` if a length is negative, or there are more than 2³¹ elements.
  public init(normal shape: [Int], deviation: Float = 1, seed: UInt64) throws(RetNetError) {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<(try RetNetError.require(shape: shape, of: "tensor"))).map { _ in
      Float(generator.nextNormal()) * deviation
    }
    self.init(checked: values, shape: shape)
  }

  /// A tensor of zeros.
  ///
  /// - Parameter shape: the length of each dimension.
  /// - Throws: as `init(normal:deviation:seed:)`.
  public init(zeros shape: [Int]) throws(RetNetError) {
    let count = try RetNetError.require(shape: shape, of: "tensor")
    self.init(checked: Array(repeating: 0, count: count), shape: shape)
  }

  /// For shapes that are known to be valid.
  init(checked values: [Float], shape: [Int]) {
    self.shape = shape
    self.values = values
  }

  /// The same elements in another shape.
  ///
  /// - Parameter shape: lengths with the same product.
  /// - Returns: a tensor of that shape.
  /// - Throws: `RetNetError.shape` if the shape has another number of elements.
  public func reshaped(_ shape: [Int]) throws(RetNetError) -> Tensor { try Tensor(values, shape: shape) }

  /// The tensor with a function applied to each element.
  ///
  /// - Parameter transform: the function.
  /// - Returns: a tensor of the same shape.
  public func map(_ transform: (Float) -> Float) -> Tensor { Tensor(checked: values.map(transform), shape: shape) }

  /// The elementwise sum of two tensors.
  ///
  /// - Parameters:
  ///   - a: a tensor.
  ///   - b: a tensor of the same shape.
  /// - Returns: a + b, in that shape.
  /// - Throws: `RetNetError.shape` if the shapes differ.
  public static func + (a: Tensor, b: Tensor) throws(RetNetError) -> Tensor {
    try a.combined(b, "second summand") { $0 + $1 }
  }

  /// The elementwise difference of two tensors.
  ///
  /// - Parameters:
  ///   - a: a tensor.
  ///   - b: a tensor of the same shape.
  /// - Returns: a − b, in that shape.
  /// - Throws: `RetNetError.shape` if the shapes differ.
  public static func - (a: Tensor, b: Tensor) throws(RetNetError) -> Tensor {
    try a.combined(b, "subtrahend") { $0 - $1 }
  }

  private func combined(
    _ other: Tensor, _ name: String, _ combine: (Float, Float) -> Float
  ) throws(RetNetError) -> Tensor {
    guard other.shape == shape else { throw .shape(of: name, found: other.shape, expected: "\(shape)") }
    return Tensor(checked: zip(values, other.values).map(combine), shape: shape)
  }

  /// Checks this input `[batch, time, dim]` and the other arguments of a call of a layer or stack, and that the scores of
  /// one thread fit into the available memory.
  ///
  /// - Throws: `RetNetError`.
  func validateCall(
    dim: Int, weights: [Float], _ layout: ParameterLayout, form: RetentionForm, mask: RetentionMask, norms: NormOptions,
    threads: Int
  ) throws(RetNetError) -> (batch: Int, time: Int) {
    let (batch, time) = try batchAndTime(of: "input", dim: dim)
    try RetNetError.requireWeights(weights.count, layout.count)
    try form.validate()
    try form.requireMemory(time: time)
    try mask.validate(in: form, time: time)
    try WorkerTeam.validate(threads: threads)
    try norms.validate()
    return (batch, time)
  }

  /// Batch and time of a tensor `[batch, time, dim]`.
  func batchAndTime(of name: String, dim: Int) throws(RetNetError) -> (batch: Int, time: Int) {
    guard shape.count == 3, shape[0] > 0, shape[2] == dim else {
      throw .shape(of: name, found: shape, expected: "[batch, time, \(dim)] with a batch of 1 or more")
    }
    try RetNetError.require(batch: shape[0])
    return (shape[0], shape[1])
  }
}
