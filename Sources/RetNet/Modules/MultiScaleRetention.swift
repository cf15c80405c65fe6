/// A multi-scale retention layer (Eq. 8) that owns its weights. It replaces the attention layer of a Transformer.
///
///     Y = (f(X W_g) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o
///
/// with f the gate's activation. All forms use the same weights and the same state:
///
///     let layer = try MultiScaleRetention(modelDim: 64, heads: 4, seed: 1)
///     var state = try layer.makeState(batch: 1)
///     // x is [1, time, 64], y one token more.
///     let prompt = try layer(x, form: .chunkwise(length: 64), state: &state)
///     let next = try layer(y, form: .recurrent, state: &state)
///
/// NaN and infinity in inputs, weights or states are computed with: they reach the outputs and the state of the same
/// text, in the parallel and chunkwise forms also those of earlier tokens in the same chunk.
public struct MultiScaleRetention: Sendable {
  /// The width of input and output.
  public let modelDim: Int
  /// Query heads.
  public let heads: Int
  /// The total width of the values of all heads.
  public let valueDim: Int
  /// The default mask of calls without a state.
  public let mask: RetentionMask
  /// The default norms of calls.
  public let norms: NormOptions
  /// All weights, concatenated in the order of `tensors`. Calls throw if their number is wrong.
  public var weights: [Float]
  /// The configuration in the layout of retnet-pytorch; nil for a layer of the paper's language models.
  package let configuration: RetentionModuleConfiguration?

  package let layer: MultiScaleRetentionLayer
  /// The rotation of queries and keys.
  package let rotation: XPos
  package let layout: ParameterLayout

  /// The layer of the paper's language models: no biases, RMS group norm, swish gate, rotation of half-split pairs.
  ///
  /// - Parameters:
  ///   - modelDim: the width of input and output, a multiple of 2 · `heads`.
  ///   - heads: 1 to 49. With more heads, γ of the last would be 1 in Double.
  ///   - valueDim: the total width of the values, a multiple of `heads`; by default 2 · modelDim.
  ///   - keyValueHeads: heads of keys and values, a divisor of `heads`. Each is shared by `heads / keyValueHeads` query
  ///     heads. The default is `heads`.
  ///   - outputGate: whether the layer has the gate f(X W_g).
  ///   - epsilon: ε of the group norm.
  ///   - seed: the seed of the initial weights, which are normal with deviation modelDim^(−1/2).
  /// - Throws: `RetNetError.value` if heads do not divide the widths, a width is out of range, or there are more than
  ///   2³¹ weights.
  public init(
    modelDim: Int, heads: Int, valueDim: Int? = nil, keyValueHeads: Int? = nil, outputGate: Bool = true,
    epsilon: Float = 1e-6, seed: UInt64
  ) throws(RetNetError) {
    try RetNetError.require(
      RetentionLayerShape.widths.contains(modelDim), "model's width", modelDim, "1 to \(1 << 20)")
    let shape = RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: keyValueHeads ?? heads, keyDim: modelDim,
      valueDim: valueDim ?? 2 * modelDim, rotation: .halves(headDim: modelDim / max(heads, 1)),
      gate: outputGate ? .silu : nil, normEpsilon: epsilon, names: .fla(gate: outputGate))
    try self.init(shape, preNorm: false, prefix: "attn", configuration: nil)
    try RetNetError.require(weights: layout.count)
    weights = layout.initialWeights(seed: seed) { _ in 1 / Double(modelDim).squareRoot() }
  }

  /// The module of retnet-pytorch: biases, LayerNorm as pre-norm and group norm, any gate, rotation of neighbouring
  /// pairs.
  ///
  /// - Parameters:
  ///   - configuration: widths, heads, gate, norms and mask.
  ///   - seed: the seed of the initial weights, which are normal with deviation inputs^(−1/2). Biases are 0.
  /// - Throws: `RetNetError.value` if heads do not divide the widths, a width is out of range, or there are more than
  ///   2³¹ weights.
  public init(_ configuration: RetentionModuleConfiguration, seed: UInt64) throws(RetNetError) {
    try self.init(configuration)
    try RetNetError.require(weights: layout.count)
    weights = layout.initialWeights(seed: seed) { 1 / Double($0.parameter.columns).squareRoot() }
  }

  /// The same without weights, which the caller must set.
  package init(_ configuration: RetentionModuleConfiguration) throws(RetNetError) {
    try configuration.requireWidths()
    try self.init(configuration.layer, preNorm: configuration.preNorm, prefix: "", configuration: configuration)
  }

  private init(
    _ shape: RetentionLayerShape, preNorm: Bool, prefix: String, configuration: RetentionModuleConfiguration?
  ) throws(RetNetError) {
    try shape.validate()
    var layout = ParameterLayout()
    layer = MultiScaleRetentionLayer(shape, preNorm: preNorm, prefix: prefix, &layout)
    rotation = shape.rotation
    self.layout = layout
    self.configuration = configuration
    modelDim = shape.modelDim
    heads = shape.heads
    valueDim = shape.valueDim
    mask = configuration?.isCausal ?? true ? .causal : .bidirectional
    norms = NormOptions(retention: configuration?.norms ?? RetentionNorms())
    weights = []
  }

  /// The name, shape and range in `weights` of each tensor.
  public var tensors: [(name: String, shape: [Int], range: Range<Int>)] { layout.tensors }

  /// The state before the first token.
  ///
  /// - Parameter batch: the number of texts, 1 to 2²⁰.
  /// - Returns: zeros, at position 0.
  /// - Throws: ``RetNetError`` if the batch is not in 1 … 2²⁰, or S has more than 2³¹ elements.
  public func makeState(batch: Int = 1) throws(RetNetError) -> RetentionState<Float> {
    try RetentionState(checkedBatch: batch, layer)
  }

  /// Causal retention that continues from `state`, whatever `mask` is.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, with the batch of `state`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - norms: the norms to apply; the layer's by default. `NormOptions.Group.model` is the trained group norm.
  ///   - threads: the number of cores to use, 1 to 256. Results for different numbers differ by rounding.
  ///   - state: the state after the previous tokens, advanced past these. It is unchanged if an error is thrown.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: ``RetNetError`` if input, state or weights have the wrong shape, or a value is out of range.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm, norms: NormOptions? = nil, threads: Int = 1,
    state: inout RetentionState<Float>
  ) throws(RetNetError) -> Tensor {
    try state.validate(layer)
    let call = try Call(
      self, x, position: state.position, form: form, norms: norms, mask: .causal, threads: threads)
    guard call.batch == state.batch else {
      throw .shape(of: "input", found: x.shape, expected: "[\(state.batch), time, \(modelDim)] for this state")
    }
    return Tensor(checked: call.forward(state: &state), shape: x.shape)
  }

  /// Retention of whole texts under any mask, without a state.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - mask: the layer's by default. A mask that is not causal needs the parallel form.
  ///   - norms: the layer's by default.
  ///   - threads: the number of cores to use, 1 to 256.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: ``RetNetError`` if input or weights have the wrong shape, or the mask does not match form or length.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask? = nil, norms: NormOptions? = nil,
    threads: Int = 1
  ) throws(RetNetError) -> Tensor {
    let call = try Call(self, x, position: 0, form: form, norms: norms, mask: mask ?? self.mask, threads: threads)
    return Tensor(checked: call.forward(state: nil), shape: x.shape)
  }

  /// Retention of whole texts, and what its backward pass needs. The gradient treats norm 3's divisor as a constant.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - mask: the layer's by default. A mask that is not causal needs the parallel form.
  ///   - norms: the layer's by default.
  ///   - threads: the number of cores to use, 1 to 256.
  /// - Returns: the output, `[batch, time, modelDim]`, and its backward pass.
  /// - Throws: ``RetNetError`` if input or weights have the wrong shape, or the mask does not match form or length.
  public func forward(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask? = nil, norms: NormOptions? = nil,
    threads: Int = 1
  ) throws(RetNetError) -> ForwardPass {
    let call = try Call(self, x, position: 0, form: form, norms: norms, mask: mask ?? self.mask, threads: threads)
    return ForwardPass(
      output: Tensor(checked: call.forward(state: nil), shape: x.shape), inputShape: x.shape,
      gradients: call.gradients)
  }

  /// One call: its input and activations.
  private struct Call {
    let layer: MultiScaleRetentionLayer
    let batch: Int
    let rows: Int
    let weights: [Float]
    private let input: Buffer<Float>
    private let activations: MultiScaleRetentionLayer.Activations
    private let pass: (Weights) -> RetentionPass

    init(
      _ owner: MultiScaleRetention, _ x: Tensor, position: Int, form: RetentionForm, norms: NormOptions?,
      mask: RetentionMask, threads: Int
    ) throws(RetNetError) {
      let norms = norms ?? owner.norms
      let (batch, time) = try x.validateCall(
        dim: owner.modelDim, weights: owner.weights, owner.layout, form: form, mask: mask, norms: norms,
        threads: threads)
      (layer, weights, self.batch, rows) = (owner.layer, owner.weights, batch, batch * time)
      let sequences = Sequences(lengths: Array(repeating: time, count: batch))
      let angles = owner.rotation.angles(from: position, count: time)
      let workers = RetentionWorkers(threads: threads)
      pass = { weights in
        RetentionPass(
          sequences: sequences, angles: angles, form: form, norms: norms, mask: mask, workers: workers,
          weights: weights)
      }
      input = Buffer(copying: x.values)
      activations = MultiScaleRetentionLayer.Activations(layer, rows: rows)
    }

    func forward(state: UnsafeMutablePointer<RetentionState<Float>>?) -> [Float] {
      let output = Buffer<Float>(count: input.count)
      withWeights { weights in
        layer.forward(
          matrix(input).view, addingTo: matrix(output), state: state, activations: activations, pass(weights))
      }
      return output.values
    }

    func gradients(_ dOutput: [Float]) -> (dInput: [Float], dWeights: [Float]) {
      let (d, dInput) = (Buffer(copying: dOutput), Buffer<Float>(count: dOutput.count))
      let dWeights = Buffer<Float>(count: weights.count)
      withExtendedLifetime(d) {
        withWeights { weights in
          layer.backward(
            matrix(input).view, matrix(d).view, into: matrix(dInput), activations: activations,
            gradientScratch: MultiScaleRetentionLayer.Activations(layer, rows: rows), pass(weights),
            Gradients(base: dWeights.pointer))
        }
      }
      return (dInput.values, dWeights.values)
    }

    private func matrix(_ buffer: Buffer<Float>) -> MutableMatrixView<Float> {
      buffer.matrix(rows: rows, columns: layer.modelDim)
    }

    private func withWeights(_ body: (Weights) -> Void) {
      guard rows > 0 else { return }
      weights.withUnsafeBufferPointer { if let base = $0.baseAddress { body(Weights(base: base)) } }
    }
  }
}
