/// A RetNet on dense inputs `[batch, time, modelDim]`, without embedding and head: blocks of retention and MLP.
///
///     M = X + MSR(LayerNorm(X))     Y = M + MLP(M)
///
/// All forms compute the same function and use the same state:
///
///     let stack = try RetNetStack(RetNetStackConfiguration(modelDim: 64, layers: 2, heads: 4), seed: 1)
///     var state = try stack.makeState(batch: 1)
///     // x is [1, time, 64], y one token more.
///     let prompt = try stack(x, form: .chunkwise(length: 64), state: &state)
///     let next = try stack(y, form: .recurrent, state: &state)
///
/// `forward` and ``AdamW`` train it. NaN and infinity in inputs, weights or states are computed with, as by
/// ``MultiScaleRetention``.
public struct RetNetStack: Sendable {
  /// All weights, concatenated in the order of `tensors`. Calls throw if their number is wrong.
  public var weights: [Float]
  package let architecture: StackArchitecture

  /// The configuration of the stack.
  public var configuration: RetNetStackConfiguration { architecture.configuration }
  /// The name, shape and range in `weights` of each tensor.
  public var tensors: [(name: String, shape: [Int], range: Range<Int>)] { architecture.layout.tensors }

  /// A stack with random weights.
  ///
  /// - Parameters:
  ///   - configuration: widths, layers, heads and activations.
  ///   - seed: the seed of the initial weights, which are normal with deviation inputs^(−1/2), divided by √(2 · layers)
  ///     for those that write to the residual stream. Biases are 0.
  /// - Throws: `RetNetError.value` if a setting is out of range, heads do not divide the widths, or there are more than
  ///   2³¹ weights.
  public init(_ configuration: RetNetStackConfiguration, seed: UInt64) throws(RetNetError) {
    try configuration.requireRanges()
    try Self.requireWeightCount(configuration)
    self.init(checked: configuration)
    let residual = 1 / Double(2 * configuration.layers).squareRoot()
    let lastLinear = ".net.\(configuration.hiddenWidths.count + 1).1.weight"
    weights = architecture.layout.initialWeights(seed: seed) { entry in
      let writesResidual = entry.name.hasSuffix("o_proj.weight") || entry.name.hasSuffix(lastLinear)
      return (writesResidual ? residual : 1) / Double(entry.parameter.columns).squareRoot()
    }
  }

  /// - Throws: `RetNetError.value` if there are more than 2³¹ weights. It builds one layer only: the widths in range are
  ///   small enough that the product with the number of layers fits an Int.
  private static func requireWeightCount(_ configuration: RetNetStackConfiguration) throws(RetNetError) {
    var layer = configuration
    layer.layers = 1
    try RetNetError.require(weights: StackArchitecture(layer).layout.count * configuration.layers)
  }

  /// The same without weights, which the caller must set.
  ///
  /// - Parameter configuration: accepted by `validate` or `requireRanges`.
  package init(checked configuration: RetNetStackConfiguration) {
    architecture = StackArchitecture(configuration)
    weights = []
  }

  /// The state before the first token.
  ///
  /// - Parameter batch: the number of texts, 1 to 2²⁰.
  /// - Returns: zeros for each layer, at position 0.
  /// - Throws: ``RetNetError`` if the batch is not in 1 … 2²⁰, or a layer's S has more than 2³¹ elements.
  public func makeState(batch: Int = 1) throws(RetNetError) -> ModelState {
    var layers: [RetentionState<Float>] = []
    for block in architecture.blocks {
      layers.append(try RetentionState(checkedBatch: batch, block.retention))
    }
    return ModelState(layers: layers)
  }

  /// The causal forward pass that continues from `state`, without dropout.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, with the batch of `state`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - norms: the norms to apply; by default norm 1 and the trained group norms.
  ///   - threads: the number of cores to use, 1 to 256. Results for different numbers differ by rounding.
  ///   - state: the state after the previous tokens, advanced past these. It is unchanged if an error is thrown.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: ``RetNetError`` if input, state or weights have the wrong shape, or a value is out of range.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm, norms: NormOptions = NormOptions(), threads: Int = 1, state: inout ModelState
  ) throws(RetNetError) -> Tensor {
    guard state.layers.count == configuration.layers else {
      throw .shape(of: "state", found: [state.layers.count], expected: "[\(configuration.layers)], one per layer")
    }
    let (batch, _) = try x.batchAndTime(of: "input", dim: configuration.modelDim)
    for (layer, block) in zip(state.layers, architecture.blocks) {
      try layer.validate(block.retention)
      guard layer.batch == batch else {
        throw .shape(
          of: "input", found: x.shape, expected: "[\(layer.batch), time, \(configuration.modelDim)] for this state"
        )
      }
      try RetNetError.require(
        layer.position == state.position, "position of a layer's state", layer.position,
        "\(state.position), as in the first layer")
    }
    let pass = try pass(
      x, position: state.position, form: form, mask: .causal, norms: norms, threads: threads, storesActivations: false)
    var next: ModelState? = state
    let output = withWeights { pass.forward($0, state: &next, dropoutSeed: nil) }
    if let next { state = next }
    return Tensor(checked: output, shape: x.shape)
  }

  /// The forward pass of whole texts under any mask, without a state and without dropout.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - mask: a mask that is not causal needs the parallel form.
  ///   - norms: the norms to apply; by default norm 1 and the trained group norms.
  ///   - threads: the number of cores to use, 1 to 256.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: ``RetNetError`` if input or weights have the wrong shape, or the mask does not match form or length.
  public func callAsFunction(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask = .causal, norms: NormOptions = NormOptions(),
    threads: Int = 1
  ) throws(RetNetError) -> Tensor {
    let pass = try pass(
      x, position: 0, form: form, mask: mask, norms: norms, threads: threads, storesActivations: false)
    var state: ModelState?
    return Tensor(checked: withWeights { pass.forward($0, state: &state, dropoutSeed: nil) }, shape: x.shape)
  }

  /// The forward pass of whole texts, and what its backward pass needs. The gradient treats norm 3's divisor as a
  /// constant.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - form: how retention is computed. All forms give the same output, to rounding.
  ///   - mask: a mask that is not causal needs the parallel form.
  ///   - norms: the norms to apply; by default norm 1 and the trained group norms.
  ///   - dropoutSeed: the seed of the MLPs' dropout; nil disables dropout.
  ///   - threads: the number of cores to use, 1 to 256.
  /// - Returns: the output, `[batch, time, modelDim]`, and its backward pass.
  /// - Throws: ``RetNetError`` if input or weights have the wrong shape, or the mask does not match form or length.
  public func forward(
    _ x: Tensor, form: RetentionForm = .parallel, mask: RetentionMask = .causal, norms: NormOptions = NormOptions(),
    dropoutSeed: UInt64? = nil, threads: Int = 1
  ) throws(RetNetError) -> ForwardPass {
    let pass = try pass(x, position: 0, form: form, mask: mask, norms: norms, threads: threads, storesActivations: true)
    var state: ModelState?
    let output = withWeights { pass.forward($0, state: &state, dropoutSeed: dropoutSeed) }
    return ForwardPass(output: Tensor(checked: output, shape: x.shape), inputShape: x.shape) { [self] dOutput in
      let dWeights = Buffer<Float>(count: weights.count)
      let dInput = withWeights { pass.backward(dOutput, $0, Gradients(base: dWeights.pointer)) }
      return (dInput, dWeights.values)
    }
  }

  private func pass(
    _ x: Tensor, position: Int, form: RetentionForm, mask: RetentionMask, norms: NormOptions, threads: Int,
    storesActivations: Bool
  ) throws(RetNetError) -> StackPass {
    let (batch, _) = try x.validateCall(
      dim: configuration.modelDim, weights: weights, architecture.layout, form: form, mask: mask, norms: norms,
      threads: threads)
    return StackPass(
      architecture, x.values, batch: batch, position: position, form: form, mask: mask, norms: norms,
      threads: threads, storesActivations: storesActivations)
  }

  private func withWeights<Result>(_ body: (Weights) -> Result) -> Result {
    weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { preconditionFailure("the stack's weights are empty") }
      return body(Weights(base: base))
    }
  }
}

extension RetNetStack {
  /// Whether a folder is that of a stack, not of a single module.
  ///
  /// - Throws: `FileError`, `CheckpointError`.
  package static func isStored(in folder: String) throws -> Bool {
    try ModuleFolder.open(folder).shapes.keys.contains { $0.hasPrefix("layers.0.0.") }
  }

  /// Reads a stack's folder, with the tensor names of retnet-pytorch: `layers.0.0.q_proj.weight`, …,
  /// `layers.0.1.net.1.1.weight`.
  ///
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func load(from folder: String) throws -> RetNetStack {
    let (json, files, shapes) = try ModuleFolder.open(folder)
    // A language model's folder is recognized by its tensors, before its configuration has unknown keys.
    let first = "layers.0.0.pre_norm.weight"
    guard shapes[first] != nil else { throw CheckpointError.missingTensor(name: first, path: files.path) }
    var stack = RetNetStack(checked: try RetNetStackConfiguration(json: json, tensors: shapes))
    stack.weights = try ModuleFolder.weights(
      stack.architecture.layout, from: files, isBuffer: StackArchitecture.isBuffer)
    return stack
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Parameter type: F32, BF16 or F16; values are rounded to nearest.
  /// - Throws: `FileError`.
  package func save(to folder: String, type: TensorType = .f32) throws {
    try ModuleFolder.save(weights, architecture.layout, json: try configuration.json(), to: folder, type: type)
  }
}
