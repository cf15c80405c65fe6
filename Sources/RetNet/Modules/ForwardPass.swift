/// The output of a layer for one input, and its backward pass, which reuses the forward activations.
///
///     let pass = try layer.forward(x)
///     let (dInput, dWeights) = try pass.backward(gradientOfLoss(by: pass.output))
///     try optimizer.update(&layer.weights, gradients: dWeights, learningRate: 1e-3)
///
/// It keeps a copy of the weights, so the layer's weights may change before `backward` is called.
public struct ForwardPass {
  /// The output, the same as that of the layer's `callAsFunction`.
  public let output: Tensor
  private let inputShape: [Int]
  private let gradients: (_ dOutput: [Float]) -> (dInput: [Float], dWeights: [Float])

  init(
    output: Tensor, inputShape: [Int],
    gradients: @escaping (_ dOutput: [Float]) -> (dInput: [Float], dWeights: [Float])
  ) {
    self.output = output
    self.inputShape = inputShape
    self.gradients = gradients
  }

  /// The gradients of a loss with respect to input and weights.
  ///
  /// - Parameter dOutput: the gradient of the loss with respect to `output`, in its shape.
  /// - Returns: dX, in the shape of the input, and the gradient of the layer's `weights`, in their layout.
  /// - Throws: `RetNetError.shape`.
  public func backward(_ dOutput: Tensor) throws(RetNetError) -> (dInput: Tensor, dWeights: [Float]) {
    guard dOutput.shape == output.shape else {
      throw .shape(of: "gradient of the output", found: dOutput.shape, expected: "\(output.shape)")
    }
    let (dInput, dWeights) = gradients(dOutput.values)
    return (Tensor(checked: dInput, shape: inputShape), dWeights)
  }
}
