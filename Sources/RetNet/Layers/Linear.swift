/// A linear map without bias.
///
///     y = x Wᵀ
struct Linear: Sendable, Hashable {
  /// W, `[outputs, inputs]`.
  let weight: Parameter

  init(_ name: String, inputs: Int, outputs: Int, _ layout: inout ParameterLayout) {
    weight = layout.add(name, [outputs, inputs])
  }

  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - y: `[rows, outputs]`, set, or added to where `adding` is true.
  func forward(_ x: Matrix<Float>, into y: Matrix<Float>, adding: Bool = false, _ weights: Weights) {
    weights.stored(weight).apply(to: x, into: y, adding: adding)
  }

  /// dx = dy W,  dW += dyᵀ x
  ///
  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, inputs]`.
  ///   - dy: `[rows, outputs]`.
  ///   - dx: `[rows, inputs]`, set, or added to where `adding` is true.
  func backward(
    _ x: Matrix<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>, adding: Bool = false, _ weights: Weights,
    _ gradients: Gradients
  ) {
    dx.setProduct(dy, weights.matrix(weight), beta: adding ? 1 : 0)
    gradients.matrix(weight).setProduct(dy.transposed, x, beta: 1)
  }
}
