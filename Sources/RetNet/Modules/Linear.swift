/// A linear layer that owns its weights, with or without bias.
///
///     y = x Wᵀ + b
///
/// NaN and infinity in x, W or b are computed with, and reach y.
public struct Linear: Sendable {
  /// The width of the input.
  public let inputs: Int
  /// The width of the output.
  public let outputs: Int
  /// W, `[outputs, inputs]`, then b, `[outputs]`, if the layer has a bias.
  public var weights: [Float]
  private let map: LinearMap
  private let layout: ParameterLayout

  /// A linear layer with random weights.
  ///
  /// - Parameters:
  ///   - inputs: the width of the input.
  ///   - outputs: the width of the output.
  ///   - bias: whether the layer has a bias.
  ///   - seed: the seed of the initial weights, which are normal with deviation inputs^(−1/2). The initial bias is 0.
  /// - Throws: `RetNetError.value` if a width is not in 1 … 2²⁰, or there are more than 2³¹ weights.
  public init(inputs: Int, outputs: Int, bias: Bool = true, seed: UInt64) throws(RetNetError) {
    for (name, width) in [("number of inputs", inputs), ("number of outputs", outputs)] {
      try RetNetError.require((1...1 << 20).contains(width), name, width, "1 to 1048576")
    }
    self.inputs = inputs
    self.outputs = outputs
    var layout = ParameterLayout()
    map = LinearMap("linear", inputs: inputs, outputs: outputs, bias: bias, &layout)
    try RetNetError.require(weights: layout.count)
    self.layout = layout
    weights = layout.initialWeights(seed: seed) { _ in 1 / Double(inputs).squareRoot() }
  }

  /// The name, shape and range in `weights` of each tensor.
  public var tensors: [(name: String, shape: [Int], range: Range<Int>)] { layout.tensors }

  /// Applies the layer: y = x Wᵀ + b.
  ///
  /// - Parameter x: `[…, inputs]`.
  /// - Returns: y, `[…, outputs]`.
  /// - Throws: `RetNetError.shape`.
  public func callAsFunction(_ x: Tensor) throws(RetNetError) -> Tensor {
    let rows = try rows(of: x)
    let output = Buffer<Float>(count: rows * outputs)
    withWeights { forward(Buffer(copying: x.values), into: output, rows: rows, $0) }
    return Tensor(checked: output.values, shape: x.shape.dropLast() + [outputs])
  }

  /// Applies the layer, and keeps what its backward pass needs.
  ///
  /// - Parameter x: `[…, inputs]`.
  /// - Returns: y, `[…, outputs]`, and its backward pass.
  /// - Throws: `RetNetError.shape`.
  public func forward(_ x: Tensor) throws(RetNetError) -> ForwardPass {
    let (rows, output) = (try rows(of: x), try self(x))
    let input = Buffer(copying: x.values)
    return ForwardPass(output: output, inputShape: x.shape) { [self] dOutput in
      let (d, dInput) = (Buffer(copying: dOutput), Buffer<Float>(count: rows * inputs))
      let dWeights = Buffer<Float>(count: weights.count)
      withExtendedLifetime(d) {
        withWeights { weights in
          guard rows > 0 else { return }
          map.backward(
            input.view(rows: rows, columns: inputs), d.view(rows: rows, columns: outputs),
            into: dInput.matrix(rows: rows, columns: inputs), weights, Gradients(base: dWeights.pointer))
        }
      }
      return (dInput.values, dWeights.values)
    }
  }

  private func rows(of x: Tensor) throws(RetNetError) -> Int {
    try RetNetError.requireWeights(weights.count, layout.count)
    guard x.shape.last == inputs else {
      throw .shape(of: "input", found: x.shape, expected: "[…, \(inputs)]")
    }
    return x.values.count / inputs
  }

  private func forward(_ x: Buffer<Float>, into y: Buffer<Float>, rows: Int, _ weights: Weights) {
    guard rows > 0 else { return }
    map.forward(
      x.view(rows: rows, columns: inputs), into: y.matrix(rows: rows, columns: outputs), weights)
  }

  private func withWeights(_ body: (Weights) -> Void) {
    weights.withUnsafeBufferPointer { if let base = $0.baseAddress { body(Weights(base: base)) } }
  }
}
