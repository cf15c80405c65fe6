/// A RetNet on dense inputs `[batch, time, modelDim]`, without embedding and head: blocks of retention and MLP.
///
///     M = X + MSR(LayerNorm(X))     Y = M + MLP(M)
///
/// Any form gives the same, and the state may be handed from one to another:
///
///     let stack = RetNetStack(RetNetStackConfiguration(modelDim: 64, layers: 2, heads: 4), seed: 1)
///     var state = stack.makeState(batch: 1)
///     let prompt = stack(x, form: .chunkwise(length: 64), state: &state)   // [1, time, 64]
///     let next = stack(y, form: .recurrent, state: &state)                 // one token further
///
/// `RetNetStackTrainer` trains it.
package struct RetNetStack: Sendable {
  /// All weights, tensor after tensor as `tensors` lists them.
  package var weights: [Float]
  package let architecture: StackArchitecture

  package var configuration: RetNetStackConfiguration { architecture.configuration }
  /// Name, shape and place in `weights` of each tensor.
  package var tensors: [(name: String, shape: [Int], range: Range<Int>)] { architecture.layout.tensors }

  /// - Parameters:
  ///   - configuration: as its `validate` accepts it.
  ///   - seed: of normal weights of deviation inputs^(−1/2), those that write into the residual stream smaller by
  ///     √(2 · layers); biases 0.
  package init(_ configuration: RetNetStackConfiguration, seed: UInt64) {
    self.init(configuration)
    let residual = 1 / Double(2 * configuration.layers).squareRoot()
    let lastLinear = ".net.\(configuration.hiddenWidths.count + 1).1.weight"
    weights = architecture.layout.initialWeights(seed: seed) { entry in
      let writesResidual = entry.name.hasSuffix("o_proj.weight") || entry.name.hasSuffix(lastLinear)
      return (writesResidual ? residual : 1) / Double(entry.shape[1]).squareRoot()
    }
  }

  /// The same without weights, which whoever calls it sets: none of their memory is taken yet.
  package init(_ configuration: RetNetStackConfiguration) {
    architecture = StackArchitecture(configuration)
    weights = []
  }

  /// The state before the first token.
  package func makeState(batch: Int = 1) -> ModelState {
    ModelState(
      layers: architecture.blocks.map {
        let layer = $0.retention.retention
        return RetentionState(batch: batch, heads: layer.heads, headDim: layer.headDim, valueDim: layer.valueDim)
      })
  }

  /// Causal, from where the state stands; without dropout.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`, batch as in `state`.
  ///   - state: what the tokens before have left, advanced past these.
  /// - Returns: `[batch, time, modelDim]`.
  package func callAsFunction(
    _ x: [Float], form: RetentionForm, norms: NormOptions = NormOptions(), state: inout ModelState
  ) -> [Float] {
    precondition(
      state.layers.count == configuration.layers,
      "a state of \(state.layers.count) layers for a stack of \(configuration.layers)")
    var next: ModelState? = state
    var generator: SeededGenerator?
    let batch = state.layers.first?.batch ?? 1
    let pass = StackPass(
      architecture, x, batch: batch, position: state.position, form: form, mask: .causal, norms: norms,
      keepsAll: false)
    let output = withWeights { pass.forward($0, state: &next, dropping: &generator) }
    if let next { state = next }
    return output
  }

  /// Whole texts, under any mask: no state goes in or comes out; without dropout.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - mask: other than causal in the parallel form only.
  /// - Returns: `[batch, time, modelDim]`.
  /// - Throws: `RetentionError` where form or length do not go with the mask.
  package func callAsFunction(
    _ x: [Float], batch: Int, form: RetentionForm = .parallel, mask: RetentionMask = .causal,
    norms: NormOptions = NormOptions()
  ) throws -> [Float] {
    try mask.validate(in: form, time: x.count / (configuration.modelDim * max(batch, 1)))
    let pass = StackPass(
      architecture, x, batch: batch, position: 0, form: form, mask: mask, norms: norms, keepsAll: false)
    var (state, generator): (ModelState?, SeededGenerator?) = (nil, nil)
    return withWeights { pass.forward($0, state: &state, dropping: &generator) }
  }

  /// Output, loss and gradients for texts that begin with an empty state.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - generator: draws dropout, the same forward and backward; nil leaves it out.
  ///   - loss: takes the output, `[batch, time, modelDim]`; returns the loss and its gradient by the output.
  /// - Returns: the loss; dX, `[batch, time, modelDim]`; and the gradient of `weights`. Norm 3's divisor carries none.
  /// - Throws: `RetentionError` where form or length do not go with the mask.
  package func gradients(
    _ x: [Float], batch: Int, form: RetentionForm = .parallel, mask: RetentionMask = .causal,
    norms: NormOptions = NormOptions(), dropping generator: inout SeededGenerator?,
    loss: (_ output: [Float]) -> (loss: Double, dOutput: [Float])
  ) throws -> (loss: Double, dInput: [Float], dWeights: [Float]) {
    try mask.validate(in: form, time: x.count / (configuration.modelDim * max(batch, 1)))
    let pass = StackPass(
      architecture, x, batch: batch, position: 0, form: form, mask: mask, norms: norms, keepsAll: true)
    let dWeights = Buffer<Float>(count: weights.count)
    var state: ModelState?
    return withWeights { weights in
      let (loss, dOutput) = loss(pass.forward(weights, state: &state, dropping: &generator))
      let dInput = pass.backward(dOutput, weights, Gradients(base: dWeights.pointer))
      return (loss, dInput, dWeights.values)
    }
  }

  private func withWeights<Result>(_ body: (Weights) -> Result) -> Result {
    weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { preconditionFailure("a stack has weights") }
      return body(Weights(base: base))
    }
  }
}

extension RetNetStack {
  /// Whether a folder holds a stack, and not a single module.
  ///
  /// - Throws: `FileError`, `CheckpointError`.
  package static func isStored(in folder: String) throws -> Bool {
    try ModuleFolder.open(folder).shapes.keys.contains { $0.hasPrefix("layers.0.0.") }
  }

  /// Reads a stack's folder; tensors are called as in retnet-pytorch, `layers.0.0.q_proj.weight`, …,
  /// `layers.0.1.net.1.1.weight`.
  ///
  /// - Returns: the stack, and the names of tensors that it has no place for.
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func load(from folder: String) throws -> (stack: RetNetStack, unusedTensors: [String]) {
    let (json, files, shapes) = try ModuleFolder.open(folder)
    var stack = RetNetStack(try RetNetStackConfiguration(json: json, tensors: shapes))
    let read = try ModuleFolder.weights(stack.architecture.layout, from: files, isBuffer: StackArchitecture.isBuffer)
    stack.weights = read.weights
    return (stack, read.unused)
  }

  /// Writes `config.json` and `model.safetensors` into a folder, which is made where it is missing.
  ///
  /// - Parameter type: one of F32, BF16 and F16; rounded to the nearest.
  /// - Throws: `FileError`.
  package func save(to folder: String, type: TensorType = .f32) throws {
    try ModuleFolder.save(weights, architecture.layout, json: try configuration.json(), to: folder, type: type)
  }
}
