/// Multi-scale retention (Eq. 8) as a layer of its own, with its own weights: where a Transformer has attention, put this.
///
///     Y = (f(X W_g) ⊙ GroupNorm(concat_h Retention_h(Q, K, V))) W_o,   f the gate's activation
///
/// The same weights may be run in any form, and the state handed from one to another:
///
///     let layer = MultiScaleRetention(modelDim: 64, heads: 4, seed: 1)
///     var state = layer.makeState(batch: 1)
///     let prompt = layer(x, form: .chunkwise(length: 64), state: &state)   // [1, time, 64]
///     let next = layer(y, form: .recurrent, state: &state)                 // one token further
package struct MultiScaleRetention: Sendable {
  package let modelDim: Int
  package let heads: Int
  /// Width of the values of all heads together.
  package let valueDim: Int
  /// The mask of calls that name none and carry no state.
  package let mask: RetentionMask
  /// The norms of calls that name none.
  package let norms: NormOptions
  /// All weights, tensor after tensor as `tensors` lists them.
  package var weights: [Float]
  /// What the module was made from; nil where it is not of retnet-pytorch's kind.
  package let configuration: RetentionModuleConfiguration?

  package let module: RetentionModule
  package let layout: ParameterLayout

  /// The layer of the paper's language models: no biases, RMS group norm, swish gate, half-split rotation.
  ///
  /// - Parameters:
  ///   - modelDim: width of input and output; `heads` share it in even parts.
  ///   - valueDim: width of all values together, 2 · modelDim where it is not given; `heads` share it evenly.
  ///   - keyValueHeads: heads of keys and values, each serving `heads / keyValueHeads` queries; as many as `heads` where
  ///     it is not given.
  ///   - seed: of normal weights of deviation modelDim^(−1/2).
  package init(
    modelDim: Int, heads: Int, valueDim: Int? = nil, keyValueHeads: Int? = nil, outputGate: Bool = true,
    epsilon: Float = 1e-6, seed: UInt64
  ) {
    let shape = RetentionLayerShape(
      modelDim: modelDim, heads: heads, keyValueHeads: keyValueHeads ?? heads, keyDim: modelDim,
      valueDim: valueDim ?? 2 * modelDim, rotation: .halves(headDim: modelDim / max(heads, 1)),
      gate: outputGate ? .silu : nil, normEpsilon: epsilon, names: .fla(gate: outputGate))
    self.init(shape, preNorm: false, prefix: "attn", configuration: nil)
    weights = layout.initialWeights(seed: seed) { _ in 1 / Double(modelDim).squareRoot() }
  }

  /// The module of retnet-pytorch: biases, LayerNorm before and per head, any gate, neighbouring pairs rotated.
  ///
  /// - Parameter seed: of normal weights of deviation inputs^(−1/2), biases 0.
  package init(_ configuration: RetentionModuleConfiguration, seed: UInt64) {
    self.init(configuration)
    weights = layout.initialWeights(seed: seed) { 1 / Double($0.shape[1]).squareRoot() }
  }

  /// The same without weights, which whoever calls it sets: none of their memory is taken yet.
  package init(_ configuration: RetentionModuleConfiguration) {
    self.init(configuration.layer, preNorm: configuration.preNorm, prefix: "", configuration: configuration)
  }

  private init(
    _ shape: RetentionLayerShape, preNorm: Bool, prefix: String, configuration: RetentionModuleConfiguration?
  ) {
    precondition(shape.problem == nil, shape.problem ?? "")
    var layout = ParameterLayout()
    module = RetentionModule(shape, preNorm: preNorm, prefix: prefix, &layout)
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
  package var tensors: [(name: String, shape: [Int], range: Range<Int>)] { layout.tensors }

  /// The state before the first token.
  package func makeState(batch: Int) -> RetentionState<Float> {
    let layer = module.retention
    return RetentionState(batch: batch, heads: heads, headDim: layer.headDim, valueDim: layer.valueDim)
  }

  /// Causal retention that goes on where the state stands, whatever `mask` is.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, batch as in `state`.
  ///   - norms: which normalizations are on, the module's own where not given; the group norm's `model` is the trained
  ///     one, with its weights.
  ///   - state: what the tokens before have left, advanced past these.
  /// - Returns: `[batch, time, modelDim]`.
  package func callAsFunction(
    _ x: [Float], form: RetentionForm, norms: NormOptions? = nil, state: inout RetentionState<Float>
  ) -> [Float] {
    let run = Run(
      self, x, batch: state.batch, position: state.position, form: form, norms: norms ?? self.norms, mask: .causal)
    return weights.withUnsafeBufferPointer { weights in
      run.forward(weights.baseAddress, state: &state)
    }
  }

  /// Whole texts, under any mask: no state goes in or comes out.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - mask: the module's own where not given; other than causal in the parallel form only.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: `RetentionError` where form or length do not go with the mask.
  package func callAsFunction(
    _ x: [Float], batch: Int, form: RetentionForm = .parallel, mask: RetentionMask? = nil, norms: NormOptions? = nil
  ) throws -> [Float] {
    let run = Run(
      self, x, batch: batch, position: 0, form: form, norms: norms ?? self.norms, mask: mask ?? self.mask)
    try run.mask.validate(in: form, time: run.rows / batch)
    return weights.withUnsafeBufferPointer { run.forward($0.baseAddress, state: nil) }
  }

  /// Output and gradients of causal retention, for texts that begin with an empty state.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - dOutput: the gradient of the output, likewise.
  /// - Returns: the output; dX, likewise; and the gradient of `weights`. Norm 3's divisor carries none.
  package func gradients(
    _ x: [Float], dOutput: [Float], batch: Int, form: RetentionForm, norms: NormOptions? = nil
  ) -> (output: [Float], dInput: [Float], dWeights: [Float]) {
    Run(self, x, batch: batch, position: 0, form: form, norms: norms ?? self.norms, mask: .causal)
      .gradients(dOutput, weights)
  }

  /// The same under any mask.
  ///
  /// - Throws: `RetentionError` where form or length do not go with the mask.
  package func gradients(
    _ x: [Float], dOutput: [Float], batch: Int, form: RetentionForm = .parallel, mask: RetentionMask,
    norms: NormOptions? = nil
  ) throws -> (output: [Float], dInput: [Float], dWeights: [Float]) {
    let run = Run(self, x, batch: batch, position: 0, form: form, norms: norms ?? self.norms, mask: mask)
    try mask.validate(in: form, time: run.rows / batch)
    return run.gradients(dOutput, weights)
  }

  /// One call: its input, and the values computed on the way.
  private struct Run {
    let module: RetentionModule
    let rows: Int
    let modelDim: Int
    let mask: RetentionMask
    private let input: Buffer<Float>
    private let saved: RetentionModule.Saved
    private let pass: (Weights) -> RetentionPass

    init(
      _ owner: MultiScaleRetention, _ x: [Float], batch: Int, position: Int, form: RetentionForm, norms: NormOptions,
      mask: RetentionMask
    ) {
      module = owner.module
      modelDim = owner.modelDim
      rows = x.count / modelDim
      self.mask = mask
      precondition(
        batch > 0 && x.count == rows * modelDim && rows % batch == 0,
        "\(x.count) numbers are not [\(batch), time, \(modelDim)]")
      let sequences = Sequences(lengths: Array(repeating: rows / batch, count: batch))
      let angles = module.retention.rotation.angles(from: position, count: rows / batch)
      let workers = RetentionWorkers()
      pass = { weights in
        RetentionPass(
          sequences: sequences, angles: angles, form: form, norms: norms, mask: mask, workers: workers,
          weights: weights)
      }
      input = Buffer(copying: x)
      saved = RetentionModule.Saved(module, rows: rows)
    }

    func forward(
      _ weights: UnsafePointer<Float>?, state: UnsafeMutablePointer<RetentionState<Float>>?
    ) -> [Float] {
      guard let weights, rows > 0 else { return [] }
      let output = Buffer<Float>(count: rows * modelDim)
      module.forward(
        input.view(rows: rows, columns: modelDim), addingTo: output.matrix(rows: rows, columns: modelDim),
        state: state, saved: saved, pass(Weights(base: weights)))
      return output.values
    }

    func gradients(
      _ dOutput: [Float], _ weights: [Float]
    ) -> (output: [Float], dInput: [Float], dWeights: [Float]) {
      precondition(
        input.count == dOutput.count, "an input of \(input.count) numbers, a gradient of \(dOutput.count)")
      let (d, dInput, dWeights) = (
        Buffer(copying: dOutput), Buffer<Float>(count: dOutput.count), Buffer<Float>(count: weights.count)
      )
      let output = weights.withUnsafeBufferPointer { weights in
        let output = forward(weights.baseAddress, state: nil)
        if let base = weights.baseAddress, rows > 0 {
          module.backward(
            input.view(rows: rows, columns: modelDim), d.view(rows: rows, columns: modelDim),
            addingTo: dInput.matrix(rows: rows, columns: modelDim), saved: saved,
            gradientScratch: RetentionModule.Saved(module, rows: rows), pass(Weights(base: base)),
            Gradients(base: dWeights.pointer))
        }
        return output
      }
      return (output, dInput.values, dWeights.values)
    }
  }
}
