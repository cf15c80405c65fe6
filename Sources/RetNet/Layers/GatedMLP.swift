/// The feed-forward part of a block (SwiGLU).
///
///     y = W_down (swish(W_gate x) ⊙ W_up x)
struct GatedMLP: Sendable, Hashable {
  let gate: Linear
  let up: Linear
  let down: Linear
  let hiddenDim: Int

  init(prefix: String, modelDim: Int, hiddenDim: Int, _ layout: inout ParameterLayout) {
    self.hiddenDim = hiddenDim
    gate = Linear("\(prefix).gate_proj.weight", inputs: modelDim, outputs: hiddenDim, &layout)
    up = Linear("\(prefix).up_proj.weight", inputs: modelDim, outputs: hiddenDim, &layout)
    down = Linear("\(prefix).down_proj.weight", inputs: hiddenDim, outputs: modelDim, &layout)
  }

  /// What `forward` computes on the way and `backward` needs, `[rows, hiddenDim]` each.
  final class Saved {
    let gate: Buffer<Float>
    let up: Buffer<Float>
    let hidden: Buffer<Float>

    init(rows: Int, hiddenDim: Int) {
      gate = Buffer(count: rows * hiddenDim)
      up = Buffer(count: rows * hiddenDim)
      hidden = Buffer(count: rows * hiddenDim)
    }
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - y: `[rows, modelDim]`; the result is added to it, as a block's residual stream wants it.
  func forward(_ x: Matrix<Float>, addingTo y: Matrix<Float>, saved: Saved, _ weights: Weights) {
    let a = saved.gate.matrix(rows: x.rows, columns: hiddenDim)
    let b = saved.up.matrix(rows: x.rows, columns: hiddenDim)
    let hidden = saved.hidden.matrix(rows: x.rows, columns: hiddenDim)
    gate.forward(x, into: a, weights)
    up.forward(x, into: b, weights)
    SwishGate.forward(gate: a.base, b.base, into: hidden.base, count: x.rows * hiddenDim)
    down.forward(hidden, into: y, adding: true, weights)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`, set.
  ///   - scratch: memory for gradients of the hidden values, shaped as `saved`.
  func backward(
    _ x: Matrix<Float>, _ dy: Matrix<Float>, into dx: Matrix<Float>, saved: Saved, scratch: Saved, _ weights: Weights,
    _ gradients: Gradients
  ) {
    let rows = x.rows
    let dHidden = scratch.hidden.matrix(rows: rows, columns: hiddenDim)
    let dGate = scratch.gate.matrix(rows: rows, columns: hiddenDim)
    let dUp = scratch.up.matrix(rows: rows, columns: hiddenDim)
    down.backward(saved.hidden.matrix(rows: rows, columns: hiddenDim), dy, into: dHidden, weights, gradients)
    SwishGate.backward(
      gate: saved.gate.pointer, saved.up.pointer, dy: dHidden.base, dGate: dGate.base, into: dUp.base,
      count: rows * hiddenDim)
    gate.backward(x, dGate, into: dx, weights, gradients)
    up.backward(x, dUp, into: dx, adding: true, weights, gradients)
  }
}
