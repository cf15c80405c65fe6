/// A linear map, with or without bias.
///
///     y = x Wᵀ + b
package struct LinearMap: Sendable, Hashable {
  /// W, `[outputs, inputs]`.
  package let weight: Parameter
  /// b, `[outputs]`; nil is zero.
  package let bias: Parameter?

  /// - Parameter name: the tensors' name in the checkpoint without `.weight` and `.bias`.
  package init(_ name: String, inputs: Int, outputs: Int, bias: Bool = false, _ layout: inout ParameterLayout) {
    weight = layout.add("\(name).weight", [outputs, inputs])
    self.bias = bias ? layout.add("\(name).bias", [outputs]) : nil
  }

  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - y: `[rows, outputs]`, set, or added to if `adding` is true.
  package func forward(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, adding: Bool = false, _ weights: Weights
  ) {
    weights.apply(weight, to: x, into: y, adding: adding)
    guard let bias else { return }
    let b = weights[bias]
    for n in 0..<y.rows {
      let y = y.row(n)
      for j in 0..<bias.count { y[j] += b[j] }
    }
  }

  /// dx = dy W,  dW += dyᵀ x,  db += Σ dy
  ///
  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, inputs]`.
  ///   - dy: `[rows, outputs]`.
  ///   - dx: `[rows, inputs]`, set, or added to if `adding` is true.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, adding: Bool = false,
    _ weights: Weights, _ gradients: Gradients
  ) {
    weights.applyTransposed(weight, to: dy, into: dx, adding: adding)
    gradients.add(weight, dy, x)
    guard let bias else { return }
    let db = gradients[bias]
    for n in 0..<dy.rows {
      let dy = dy.row(n)
      for j in 0..<bias.count { db[j] += dy[j] }
    }
  }
}
