/// The MLP of a stack's block, with any number of linear maps.
///
///     h₀ = LayerNorm(x)     h_i = f(W_i Dropout(h_{i−1}) + b_i)     y = h_L
///
/// The activation f also follows the last map, unless `activatesLast` is false.
package struct MLP: Sendable, Hashable {
  package let norm: Norm
  let linears: [LinearMap]
  /// The widths of h₀ … h_L. The first and last are the model's width.
  package let widths: [Int]
  package let activation: Activation
  let activatesLast: Bool
  package let dropout: Dropout

  /// - Parameters:
  ///   - prefix: tensors are named `prefix.0.weight` for the norm, `prefix.1.1.weight` … for the linear maps.
  ///   - hiddenWidths: the widths between the maps.
  package init(
    prefix: String, modelDim: Int, hiddenWidths: [Int], activation: Activation, activatesLast: Bool, bias: Bool,
    dropout: Double, epsilon: Float, _ layout: inout ParameterLayout
  ) {
    let widths = [modelDim] + hiddenWidths + [modelDim]
    self.widths = widths
    self.activation = activation
    self.activatesLast = activatesLast
    self.dropout = Dropout(probability: dropout)
    norm = Norm(.layer(affine: true), name: "\(prefix).0", columns: modelDim, epsilon: epsilon, &layout)
    var linears: [LinearMap] = []
    for i in 1..<widths.count {
      linears.append(LinearMap("\(prefix).\(i).1", inputs: widths[i - 1], outputs: widths[i], bias: bias, &layout))
    }
    self.linears = linears
  }

  /// The intermediate values of `forward` that `backward` needs.
  package final class Activations {
    /// h₀, `[rows, modelDim]`.
    package let normed: Buffer<Float>
    /// 1 / r of the norm, `[rows]`.
    package let inverse: Buffer<Float>
    package let steps: [Step]
    /// The dropout key of each linear map; empty without dropout.
    package fileprivate(set) var keys: [UInt64] = []
    fileprivate var isDropped: Bool { !keys.isEmpty }

    /// One linear map.
    package struct Step {
      /// Its input after dropout, `[rows, inputs]`.
      package let dropped: Buffer<Float>
      /// Its output before the activation, `[rows, outputs]`.
      package let linear: Buffer<Float>
      /// h_i, `[rows, outputs]`.
      package let output: Buffer<Float>
    }

    package init(_ mlp: MLP, rows: Int) {
      normed = Buffer(count: rows * mlp.widths[0])
      inverse = Buffer(count: rows)
      steps = (1..<mlp.widths.count).map { i in
        let (inputs, outputs) = (rows * mlp.widths[i - 1], rows * mlp.widths[i])
        return Step(
          dropped: Buffer(count: inputs), linear: Buffer(count: outputs), output: Buffer(count: outputs))
      }
    }
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - y: `[rows, modelDim]`, added to; may be x.
  ///   - generator: draws the dropout keys; nil disables dropout.
  package func forward(
    _ x: MatrixView<Float>, addingTo y: MutableMatrixView<Float>, activations: Activations,
    dropping generator: inout SeededGenerator?, _ weights: Weights
  ) {
    let rows = x.rows
    norm.forward(
      x, into: activations.normed.matrix(rows: rows, columns: widths[0]), inverse: activations.inverse.pointer, weights)
    activations.keys = dropout.probability > 0 && generator != nil ? linears.map { _ in generator!.next() } : []
    for (i, linear) in linears.enumerated() {
      let step = activations.steps[i]
      if activations.isDropped {
        dropout.forward(
          source(i, rows: rows, activations).base, into: step.dropped.pointer, key: activations.keys[i],
          count: rows * widths[i])
      }
      linear.forward(
        input(i, rows: rows, activations), into: step.linear.matrix(rows: rows, columns: widths[i + 1]), weights)
      if isActivated(i) {
        activation.forward(step.linear.pointer, into: step.output.pointer, count: rows * widths[i + 1])
      }
    }
    y.add(source(linears.count, rows: rows, activations), times: 1)
  }

  /// - Parameters:
  ///   - x: the unchanged input of `forward`, `[rows, modelDim]`.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, added to; may be dy.
  ///   - scratch: memory for the gradients of `activations`.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, addingTo dx: MutableMatrixView<Float>, activations: Activations,
    scratch: Activations, _ weights: Weights, _ gradients: Gradients
  ) {
    let rows = x.rows
    var d = dy
    for (i, linear) in linears.enumerated().reversed() {
      let (step, dStep) = (activations.steps[i], scratch.steps[i])
      if isActivated(i) {
        let dLinear = dStep.linear.matrix(rows: rows, columns: widths[i + 1])
        activation.backward(step.linear.pointer, dy: d.base, into: dLinear.base, count: rows * widths[i + 1])
        d = dLinear.view
      }
      let dInput = dStep.dropped.matrix(rows: rows, columns: widths[i])
      linear.backward(input(i, rows: rows, activations), d, into: dInput, weights, gradients)
      if activations.isDropped {
        dropout.backward(dInput.base, into: dInput.base, key: activations.keys[i], count: rows * widths[i])
      }
      d = dInput.view
    }
    let dNormed = scratch.steps[0].dropped.matrix(rows: rows, columns: widths[0])
    norm.backward(x, dNormed, inverse: activations.inverse.pointer, into: dx, adding: true, weights, gradients)
  }

  private func isActivated(_ i: Int) -> Bool { i < linears.count - 1 || activatesLast }

  /// h_i before dropout, `[rows, widths[i]]`.
  private func source(_ i: Int, rows: Int, _ activations: Activations) -> MatrixView<Float> {
    if i == 0 { return activations.normed.view(rows: rows, columns: widths[0]) }
    let step = activations.steps[i - 1]
    return (isActivated(i - 1) ? step.output : step.linear).view(rows: rows, columns: widths[i])
  }

  /// The input of linear map i, `[rows, widths[i]]`.
  private func input(_ i: Int, rows: Int, _ activations: Activations) -> MatrixView<Float> {
    activations.isDropped
      ? activations.steps[i].dropped.view(rows: rows, columns: widths[i]) : source(i, rows: rows, activations)
  }
}
