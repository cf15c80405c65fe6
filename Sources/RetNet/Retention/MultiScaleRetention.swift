/// Multi-scale retention (Eq. 8) as a layer of its own, with its own weights: where a Transformer has attention, put this.
///
///     Y = (swish(X W_g) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o
///
/// The same weights may be run in any form, and the state handed from one to another:
///
///     let layer = MultiScaleRetention(modelDim: 64, heads: 4, seed: 1)
///     var state = layer.makeState(batch: 1)
///     let prompt = layer(x, form: .chunkwise(length: 64), state: &state)   // [1, time, 64]
///     let next = layer(y, form: .recurrent, state: &state)                 // one token further
public struct MultiScaleRetention: Sendable {
  public let modelDim: Int
  public let heads: Int
  /// Width of the values of all heads together.
  public let valueDim: Int
  /// All weights, tensor after tensor as `tensors` lists them.
  public var weights: [Float]

  let layer: MultiScaleRetentionLayer
  private let layout: ParameterLayout

  /// - Parameters:
  ///   - modelDim: width of input and output; `heads` share it in even parts.
  ///   - valueDim: width of all values together, 2 · modelDim where it is not given; `heads` share it evenly.
  ///   - keyValueHeads: heads of keys and values, each serving `heads / keyValueHeads` queries; as many as `heads` where
  ///     it is not given.
  ///   - seed: of normal weights of deviation modelDim^(−1/2).
  public init(
    modelDim: Int, heads: Int, valueDim: Int? = nil, keyValueHeads: Int? = nil, outputGate: Bool = true,
    epsilon: Float = 1e-6, seed: UInt64
  ) {
    let shape = RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: keyValueHeads ?? heads, keyDim: modelDim,
      valueDim: valueDim ?? 2 * modelDim, rotation: .halves(headDim: modelDim / max(heads, 1)),
      gate: outputGate ? .silu : nil, normEpsilon: epsilon, names: .fla(gate: outputGate))
    precondition(shape.problem == nil, shape.problem ?? "")
    var layout = ParameterLayout()
    layer = MultiScaleRetentionLayer(shape, prefix: "attn", &layout)
    self.layout = layout
    self.modelDim = modelDim
    self.heads = heads
    self.valueDim = shape.valueDim
    var generator = SeededGenerator(seed: seed)
    let deviation = 1 / Double(modelDim).squareRoot()
    weights = layout.entries.flatMap { entry in
      (0..<entry.count).map { _ in entry.shape.count == 1 ? 1 : Float(generator.nextNormal() * deviation) }
    }
  }

  /// Name, shape and place in `weights` of each tensor.
  public var tensors: [(name: String, shape: [Int], range: Range<Int>)] {
    layout.entries.map { ($0.name, $0.shape, $0.offset..<$0.offset + $0.count) }
  }

  /// The state before the first token.
  public func makeState(batch: Int) -> RetentionState<Float> {
    RetentionState(batch: batch, heads: heads, headDim: layer.headDim, valueDim: layer.valueDim)
  }

  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, batch as in `state`.
  ///   - norms: which normalizations are on; the group norm's `model` is RMS with the layer's weight.
  ///   - state: what the tokens before have left, advanced past these.
  /// - Returns: `[batch, time, modelDim]`.
  public func callAsFunction(
    _ x: [Float], form: RetentionForm, norms: NormOptions = NormOptions(), state: inout RetentionState<Float>
  ) -> [Float] {
    let run = Run(self, x, batch: state.batch, position: state.position, form: form, norms: norms)
    return weights.withUnsafeBufferPointer { weights in
      run.forward(weights.baseAddress, state: &state)
    }
  }

  /// Output and gradients for texts that begin with an empty state.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - dOutput: the gradient of the output, likewise.
  /// - Returns: the output; dX, likewise; and the gradient of `weights`. Norm 3's divisor carries none.
  public func gradients(
    _ x: [Float], dOutput: [Float], batch: Int, form: RetentionForm, norms: NormOptions = NormOptions()
  ) -> (output: [Float], dInput: [Float], dWeights: [Float]) {
    precondition(x.count == dOutput.count, "an input of \(x.count) numbers, a gradient of \(dOutput.count)")
    var state = makeState(batch: batch)
    let run = Run(self, x, batch: batch, position: 0, form: form, norms: norms)
    var dWeights = [Float](repeating: 0, count: weights.count)
    return weights.withUnsafeBufferPointer { weights in
      let output = run.forward(weights.baseAddress, state: &state)
      let dInput = dWeights.withUnsafeMutableBufferPointer {
        run.backward(dOutput, weights.baseAddress, $0.baseAddress)
      }
      return (output, dInput, dWeights)
    }
  }

  /// One call: its input, and the values computed on the way.
  private struct Run {
    let layer: MultiScaleRetentionLayer
    let rows: Int
    let modelDim: Int
    let sequences: Sequences
    let angles: XPos.Angles
    let form: RetentionForm
    let norms: NormOptions
    let input: Buffer<Float>
    let saved: MultiScaleRetentionLayer.Saved
    let scratch = RetentionScratch<Float>()

    init(
      _ module: MultiScaleRetention, _ x: [Float], batch: Int, position: Int, form: RetentionForm, norms: NormOptions
    ) {
      layer = module.layer
      modelDim = module.modelDim
      rows = x.count / modelDim
      precondition(
        batch > 0 && x.count == rows * modelDim && rows % batch == 0,
        "\(x.count) numbers are not [\(batch), time, \(modelDim)]")
      sequences = Sequences(lengths: Array(repeating: rows / batch, count: batch))
      angles = layer.rotation.angles(from: position, count: rows / batch)
      self.form = form
      self.norms = norms
      input = Buffer(count: x.count)
      input.pointer.update(from: x, count: x.count)
      saved = MultiScaleRetentionLayer.Saved(layer, rows: rows)
    }

    func forward(_ weights: UnsafePointer<Float>?, state: inout RetentionState<Float>) -> [Float] {
      guard let weights, rows > 0 else { return [] }
      let output = Buffer<Float>(count: rows * modelDim)
      layer.forward(
        input.matrix(rows: rows, columns: modelDim), sequences: sequences, angles: angles, form: form, norms: norms,
        state: &state, addingTo: output.matrix(rows: rows, columns: modelDim), saved: saved, scratch: scratch,
        Weights(base: weights))
      return Array(UnsafeBufferPointer(start: output.pointer, count: output.count))
    }

    func backward(
      _ dOutput: [Float], _ weights: UnsafePointer<Float>?, _ gradients: UnsafeMutablePointer<Float>?
    ) -> [Float] {
      guard let weights, let gradients, rows > 0 else { return [] }
      let (d, dInput) = (Buffer<Float>(count: dOutput.count), Buffer<Float>(count: dOutput.count))
      d.pointer.update(from: dOutput, count: dOutput.count)
      layer.backward(
        input.matrix(rows: rows, columns: modelDim), d.matrix(rows: rows, columns: modelDim),
        into: dInput.matrix(rows: rows, columns: modelDim), sequences: sequences, angles: angles, form: form,
        norms: norms, saved: saved, gradientScratch: MultiScaleRetentionLayer.Saved(layer, rows: rows),
        scratch: scratch, Weights(base: weights), Gradients(base: gradients))
      return Array(UnsafeBufferPointer(start: dInput.pointer, count: dInput.count))
    }
  }
}
