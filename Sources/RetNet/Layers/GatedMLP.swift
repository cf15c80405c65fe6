/// The gated MLP of a block (SwiGLU if the activation is swish).
///
///     y = W_down (f(W_gate x) ⊙ W_up x),   f the activation
package struct GatedMLP: Sendable, Hashable {
  package let gate: LinearMap
  package let up: LinearMap
  package let down: LinearMap
  let hiddenDim: Int
  package let activation: Activation

  /// Tensor names after the prefix, without `.weight`.
  package struct Names: Sendable, Hashable {
    package var gate: String
    package var up: String
    package var down: String

    package static let fla = Names(gate: "gate_proj", up: "up_proj", down: "down_proj")

    /// `fc1` is the input of the activation, `gate` is not.
    package static let torchscale = Names(gate: "fc1", up: "gate", down: "fc2")
  }

  package init(
    prefix: String, names: Names = .fla, modelDim: Int, hiddenDim: Int, activation: Activation = .silu,
    _ layout: inout ParameterLayout
  ) {
    self.hiddenDim = hiddenDim
    self.activation = activation
    gate = LinearMap("\(prefix).\(names.gate)", inputs: modelDim, outputs: hiddenDim, &layout)
    up = LinearMap("\(prefix).\(names.up)", inputs: modelDim, outputs: hiddenDim, &layout)
    down = LinearMap("\(prefix).\(names.down)", inputs: hiddenDim, outputs: modelDim, &layout)
  }

  /// The intermediate values of `forward` that `backward` needs, `[rows, hiddenDim]` each.
  package final class Activations {
    package let gate: Buffer<Float>
    package let up: Buffer<Float>
    let hidden: Buffer<Float>

    /// Numbers of one row.
    static func numbersPerRow(hiddenDim: Int) -> Int { 3 * hiddenDim }

    package init(rows: Int, hiddenDim: Int) {
      gate = Buffer(count: rows * hiddenDim)
      up = Buffer(count: rows * hiddenDim)
      hidden = Buffer(count: rows * hiddenDim)
    }
  }

  /// - Parameters:
  ///   - x: `[all rows, modelDim]`.
  ///   - rows: the rows to compute.
  ///   - y: the residual stream, `[all rows, modelDim]`, added to.
  package func forward(
    _ x: MatrixView<Float>, rows: Range<Int>, addingTo y: MutableMatrixView<Float>, activations: Activations,
    _ weights: Weights
  ) {
    let a = activations.gate.matrix(rows: x.rows, columns: hiddenDim).rows(rows)
    let b = activations.up.matrix(rows: x.rows, columns: hiddenDim).rows(rows)
    let hidden = activations.hidden.matrix(rows: x.rows, columns: hiddenDim).rows(rows)
    gate.forward(x.rows(rows), into: a, weights)
    up.forward(x.rows(rows), into: b, weights)
    Gate(activation: activation).forward(a.base, b.base, into: hidden.base, count: rows.count * hiddenDim)
    down.forward(hidden.view, into: y.rows(rows), adding: true, weights)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, set.
  ///   - scratch: memory for the gradients of `activations`.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, activations: Activations,
    scratch: Activations, _ weights: Weights, _ gradients: Gradients
  ) {
    let rows = x.rows
    let dHidden = scratch.hidden.matrix(rows: rows, columns: hiddenDim)
    let dGate = scratch.gate.matrix(rows: rows, columns: hiddenDim)
    let dUp = scratch.up.matrix(rows: rows, columns: hiddenDim)
    down.backward(activations.hidden.view(rows: rows, columns: hiddenDim), dy, into: dHidden, weights, gradients)
    Gate(activation: activation).backward(
      activations.gate.pointer, activations.up.pointer, dy: dHidden.base, dGate: dGate.base, into: dUp.base,
      count: rows * hiddenDim)
    gate.backward(x, dGate.view, into: dx, weights, gradients)
    up.backward(x, dUp.view, into: dx, adding: true, weights, gradients)
  }
}
