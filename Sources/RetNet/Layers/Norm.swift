/// The kind of a norm, and whether it has weights.
package enum NormShape: Sendable, Hashable {
  case rms(weight: Bool)
  /// LayerNorm, with both weight and bias or with neither.
  case layer(affine: Bool)
}

/// The norm of a row, or none.
package enum Norm: Sendable, Hashable {
  /// y = x
  case off
  case rms(RMSNorm)
  case layer(LayerNorm)

  /// - Parameter name: the tensors' name in the checkpoint without `.weight` and `.bias`.
  package init(_ shape: NormShape, name: String, columns: Int, epsilon: Float, _ layout: inout ParameterLayout) {
    switch shape {
    case .rms(let hasWeight):
      self = .rms(
        RMSNorm(
          columns: columns, epsilon: epsilon, weight: hasWeight ? layout.add("\(name).weight", [columns]) : nil))
    case .layer(let isAffine):
      self = .layer(
        LayerNorm(
          columns: columns, epsilon: epsilon, weight: isAffine ? layout.add("\(name).weight", [columns]) : nil,
          bias: isAffine ? layout.add("\(name).bias", [columns]) : nil))
    }
  }

  /// The same norm with another ε.
  package func with(epsilon: Float) -> Norm {
    switch self {
    case .off: return .off
    case .rms(var norm):
      norm.epsilon = epsilon
      return .rms(norm)
    case .layer(var norm):
      norm.epsilon = epsilon
      return .layer(norm)
    }
  }

  /// The weight and bias that the norm has.
  package var parameters: [Parameter] {
    switch self {
    case .off: []
    case .rms(let norm): [norm.weight].compactMap { $0 }
    case .layer(let norm): [norm.weight, norm.bias].compactMap { $0 }
    }
  }

  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - y: `[rows, columns]`, set.
  ///   - inverse: 1 / r of each row, `[rows]`, set; `backward` needs it.
  package func forward(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, inverse: UnsafeMutablePointer<Float>, _ weights: Weights
  ) {
    for n in 0..<x.rows { inverse[n] = forward(x.row(n), into: y.row(n), columns: x.columns, weights) }
  }

  /// Normalizes one row, `[columns]`. Returns 1 / r, or 1 without a norm.
  package func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, columns: Int, _ weights: Weights
  ) -> Float {
    switch self {
    case .off:
      y.update(from: x, count: columns)
      return 1
    case .rms(let norm):
      return RMSNorm.forward(
        x, into: y, columns: columns, epsilon: norm.epsilon, weight: norm.weight.map { weights[$0] })
    case .layer(let norm):
      return LayerNorm.forward(
        x, into: y, columns: columns, epsilon: norm.epsilon, weight: norm.weight.map { weights[$0] },
        bias: norm.bias.map { weights[$0] })
    }
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, columns]`.
  ///   - dy: `[rows, columns]`; may be overwritten.
  ///   - dx: `[rows, columns]`, set, or added to if `adding` is true.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MutableMatrixView<Float>, inverse: UnsafePointer<Float>,
    into dx: MutableMatrixView<Float>, adding: Bool = false, _ weights: Weights, _ gradients: Gradients
  ) {
    switch self {
    case .off where adding: dx.add(dy.view, times: 1)
    case .off: dx.copy(dy.view)
    case .rms(let norm): norm.backward(x, dy, inverse: inverse, into: dx, adding: adding, weights, gradients)
    case .layer(let norm): norm.backward(x, dy, inverse: inverse, into: dx, adding: adding, weights, gradients)
    }
  }
}
