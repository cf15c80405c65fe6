import RetNet
import RetNetText

/// Trains the initial state of a conversation with fixed weights.
///
///     S₀ ← S₀ − η · AdamW(d loss / d S₀)   for every layer and head
///
/// Each document starts with S₀ at position 0, so that S₀ adds γ^(n+1) q_n S₀ to the output of token n.
package final class InitialStateTraining {
  /// Result of one step.
  package struct Step: Sendable, Hashable {
    /// Counted from 1.
    package var step: Int
    /// Mean −ln p of a predicted token, in nats, before the update.
    package var loss: Double
    /// ‖dS₀‖ before clipping.
    package var gradientNorm: Double
    package var learningRate: Double
  }

  private let network: InitialStateNetwork
  private let trainer: Trainer
  private let modelHash: String

  /// - Parameters:
  ///   - options: `weightDecay` applies to S₀. The form is chunkwise; dropout and averaging are ignored.
  ///   - modelHash: SHA-256 of the weights (`SessionFile.hash`).
  /// - Throws: `FileError`, `TextError` or `TrainingError`.
  package init(_ model: RetNetModel, _ tokenizer: Tokenizer, options: TrainingOptions, modelHash: String) throws {
    try options.check()
    BLASThreads.set(1)  // each worker uses one core
    let corpus = try TrainingCorpus(files: options.data, tokenizer: tokenizer, threads: options.threads)
    guard corpus.pieces(length: options.length).contains(where: { corpus.predicts(options.predicted, in: $0) }) else {
      throw TrainingError.noReplies(files: options.data)
    }
    // A worker holds gradients of all weights, a by-product.
    try MemoryEstimate.training(model.architecture, options, longest: corpus.longestDocument).require()
    network = InitialStateNetwork(model)
    trainer = Trainer(options: options, corpus: corpus, model: network)
    self.modelHash = modelHash
  }

  /// The current S₀.
  package var state: InitialState {
    InitialState(matrices: network.state(trainer.parameters.pointer).layers.map(\.matrix), modelHash: modelHash)
  }

  /// Trains to the last step, or until `stop` returns true between two steps.
  ///
  /// - Throws: `TrainingError.diverged`.
  package func train(stop: () -> Bool = { false }, report: (Step) throws -> Void = { _ in }) throws {
    while trainer.step < trainer.options.steps, !stop() {
      let result = try trainer.makeStep()
      try report(
        Step(
          step: trainer.step, loss: result.loss, gradientNorm: result.gradientNorm, learningRate: result.learningRate))
    }
  }
}

/// A model whose only parameters are the entries of S₀.
final class InitialStateNetwork: TrainableModel {
  package let layout: ParameterLayout
  package let parameters: Buffer<Float>
  var blockParameters: [Parameter] { layout.entries.map(\.parameter) }
  private let configuration: ModelConfiguration
  /// The model's weights as Float32.
  private let weights: Buffer<Float>

  package init(_ model: RetNetModel) {
    configuration = model.configuration
    var layout = ParameterLayout()
    for layer in 0..<configuration.layers {
      _ = layout.add(
        "layers.\(layer).state", [configuration.heads * configuration.headDim, configuration.headValueDim])
    }
    self.layout = layout
    parameters = Buffer(count: layout.count)
    weights = Buffer(count: model.architecture.layout.count)
    model.parameters.copy(model.architecture.layout, into: weights.pointer)
  }

  package func makeState() -> ModelState { state(parameters.pointer) }

  func makeWorker(form: RetentionForm, precision: ProductPrecision) -> any GradientSource {
    Worker(self, form: form, precision: precision)
  }

  package func save(_ parameters: Buffer<Float>, to folder: String) throws {
    preconditionFailure("InitialStateTraining writes the trained state")
  }

  /// The state before the first token for the entries `[layers, heads, headDim, valueDim]`.
  package func state(_ parameters: UnsafePointer<Float>) -> ModelState {
    var state = ModelState(configuration)
    for (layer, entry) in layout.entries.enumerated() {
      state.layers[layer].matrix = Array(UnsafeBufferPointer(start: parameters + entry.offset, count: entry.count))
    }
    return state
  }

  private final class Worker: GradientSource {
    private let network: InitialStateNetwork
    private let worker: GradientWorker
    /// Gradients of the weights, a by-product of the gradient of the state.
    private let unused: Buffer<Float>

    init(_ network: InitialStateNetwork, form: RetentionForm, precision: ProductPrecision) {
      self.network = network
      worker = GradientWorker(network.configuration, form: form, precision: precision)
      unused = Buffer(count: network.weights.count)
    }

    func lossAndGradients(
      _ batch: inout RaggedBatch, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
      lossScale: Float
    ) -> LossSum {
      var states = states(batch, parameters)
      unused.zero()
      let sum = worker.lossAndGradients(
        tokens: batch.tokens, targets: batch.targets, lengths: batch.lengths, states: &states,
        parameters: network.weights.pointer, gradients: unused.pointer, stateGradients: gradients,
        lossScale: lossScale)
      return LossSum(nats: sum.nats, predicted: sum.predicted)
    }

    func loss(_ batch: RaggedBatch, parameters: UnsafePointer<Float>) -> LossSum {
      var states = states(batch, parameters)
      let sum = worker.loss(
        tokens: batch.tokens, targets: batch.targets, lengths: batch.lengths, states: &states,
        Weights(base: network.weights.pointer))
      return LossSum(nats: sum.nats, predicted: sum.predicted)
    }

    private func states(_ batch: RaggedBatch, _ parameters: UnsafePointer<Float>) -> [ModelState?] {
      let state = network.state(parameters)
      return batch.lengths.map { _ in state }
    }
  }
}
