/// What a layer has computed for one input, and the way back through it: the input is not computed a second time.
///
///     let pass = try layer.forward(x)
///     let (dInput, dWeights) = try pass.backward(gradientOfLoss(by: pass.output))
///     try optimizer.update(&layer.weights, gradients: dWeights, learningRate: 1e-3)
///
/// It keeps the weights that it was computed with, so that the layer may change before `backward` is called.
public struct ForwardPass {
  /// As the layer's `callAsFunction` returns it.
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

  /// The gradients of a loss, from its gradient by the output.
  ///
  /// - Parameter dOutput: shaped as `output`.
  /// - Returns: dX, shaped as the input, and the gradient of the layer's `weights`, laid out as they are.
  /// - Throws: `RetNetError.shape`.
  public func backward(_ dOutput: Tensor) throws(RetNetError) -> (dInput: Tensor, dWeights: [Float]) {
    guard dOutput.shape == output.shape else {
      throw .shape(of: "gradient of the output", found: dOutput.shape, expected: "\(output.shape)")
    }
    let (dInput, dWeights) = gradients(dOutput.values)
    return (Tensor(checked: dInput, shape: inputShape), dWeights)
  }
}
