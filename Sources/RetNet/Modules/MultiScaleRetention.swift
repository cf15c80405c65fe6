/// Multi-scale retention (Eq. 8) as a layer of its own, with its own weights: where a Transformer has attention, put this.
///
///     Y = (f(X W_g) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o,   f the gate's activation
///
/// The same weights may be run in any form, and the state handed from one to another:
///
///     let layer = try MultiScaleRetention(modelDim: 64, heads: 4, seed: 1)
///     var state = try layer.makeState(batch: 1)
///     let prompt = try layer(x, form: .chunkwise(length: 64), state: &state)   // [1, time, 64]
///     let next = try layer(y, form: .recurrent, state: &state)                 // one token further
public struct MultiScaleRetention: Sendable {
  /// Width of input and output.
  public let modelDim: Int
  /// Query heads.
  public let heads: Int
  /// Width of the values of all heads together.
  public let valueDim: Int
  /// The mask of calls that name none and carry no state.
  public let mask: RetentionMask
  /// The norms of calls that name none.
  public let norms: NormOptions
  /// All weights, tensor after tensor as `tensors` lists them. Calls throw where their number is not the layer's.
  public var weights: [Float]
  /// What the module was made from; nil where it is not of retnet-pytorch's kind.
  package let configuration: RetentionModuleConfiguration?

  package let layer: MultiScaleRetentionLayer
  /// XPos of queries and keys.
  package let rotation: XPos
  package let layout: ParameterLayout

  /// The layer of the paper's language models: no biases, RMS group norm, swish gate, half-split rotation.
  ///
  /// - Parameters:
  ///   - modelDim: width of input and output; `heads` share it in even parts.
  ///   - heads: 1 to 49; in Double the γ of any further head would be 1.
  ///   - valueDim: width of all values together, 2 · modelDim where it is not given; `heads` share it evenly.
  ///   - keyValueHeads: heads of keys and values, each serving `heads / keyValueHeads` queries; as many as `heads` where
  ///     it is not given.
  ///   - outputGate: whether f(X W_g) multiplies the output.
  ///   - epsilon: ε of the group norm.
  ///   - seed: of normal weights of deviation modelDim^(−1/2).
  /// - Throws: `RetNetError.value` where heads do not divide what they share, or a width is out of range.
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
    weights = layout.initialWeights(seed: seed) { _ in 1 / Double(modelDim).squareRoot() }
  }

  /// The module of retnet-pytorch: biases, LayerNorm before and per head, any gate, neighbouring pairs rotated.
  ///
  /// - Parameter seed: of normal weights of deviation inputs^(−1/2), biases 0.
  /// - Throws: `RetNetError.value` where heads do not divide what they share, or a width is out of range.
  public init(_ configuration: RetentionModuleConfiguration, seed: UInt64) throws(RetNetError) {
    try self.init(configuration)
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

  /// Name, shape and place in `weights` of each tensor.
  public var tensors: [(name: String, shape: [Int], range: Range<Int>)] { layout.tensors }

  /// The state before the first token.
  ///
  /// - Throws: `RetNetError.value` where the batch is not in 1 … 2²⁰.
  public func makeState(batch: Int = 1) throws(RetNetError) -> RetentionState<Float> {
    try RetentionState(checkedBatch: batch, layer)
  }

  /// Causal retention from where the state stands, whatever `mask` is.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, batch as in `state`.
  ///   - norms: which normalizations are on, the module's own where not given; the group norm's `model` is the trained
  ///     one, with its weights.
  ///   - threads: cores to compute on, 1 to 256. They share rows and heads; results differ by rounding.
  ///   - state: what the tokens before have left, advanced past these; unchanged where an error is thrown.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: `RetNetError` where input, state or weights have another shape than this layer's.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm, norms: NormOptions? = nil, threads: Int = 1,
    state: inout RetentionState<Float>
  ) throws(RetNetError) -> Tensor {
    try state.validate(layer)
    let call = try Call(
      self, x, position: state.position, form: form, norms: norms, mask: .causal, threads: threads)
    guard call.batch == state.batch else {
      throw .shape(of: "input", found: x.shape, expected: "[\(state.batch), time, \(modelDim)] as the state has it")
    }
    return Tensor(checked: call.forward(state: &state), shape: x.shape)
  }

  /// Whole texts, under any mask: no state goes in or comes out.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - mask: the module's own where not given; other than causal in the parallel form only.
  ///   - norms: the module's own where not given.
  ///   - threads: cores to compute on, 1 to 256.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: `RetNetError` where input or weights have another shape, or form or length do not go with the mask.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask? = nil, norms: NormOptions? = nil,
    threads: Int = 1
  ) throws(RetNetError) -> Tensor {
    let call = try Call(self, x, position: 0, form: form, norms: norms, mask: mask ?? self.mask, threads: threads)
    return Tensor(checked: call.forward(state: nil), shape: x.shape)
  }

  /// The same, with the way back: see `ForwardPass`. Norm 3's divisor carries no gradient.
  ///
  /// - Parameters: as above.
  /// - Throws: as above.
  public func forward(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask? = nil, norms: NormOptions? = nil,
    threads: Int = 1
  ) throws(RetNetError) -> ForwardPass {
    let call = try Call(self, x, position: 0, form: form, norms: norms, mask: mask ?? self.mask, threads: threads)
    return ForwardPass(
      output: Tensor(checked: call.forward(state: nil), shape: x.shape), inputShape: x.shape,
      gradients: call.gradients)
  }

  /// One call: its input, and the values computed on the way.
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
      let (batch, time) = try x.batchAndTime(of: "input", dim: owner.modelDim)
      try RetNetError.requireWeights(owner.weights.count, owner.layout.count)
      try form.validate()
      try mask.validate(in: form, time: time)
      try WorkerTeam.validate(threads: threads)
      (layer, weights, self.batch, rows) = (owner.layer, owner.weights, batch, batch * time)
      let sequences = Sequences(lengths: Array(repeating: time, count: batch))
      let angles = owner.rotation.angles(from: position, count: time)
      let (workers, norms) = (RetentionWorkers(threads: threads), norms ?? owner.norms)
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
