import RetNet

/// A RetNet in training: the architecture, and parameters that every step updates.
package final class TrainedNetwork: TrainableModel {
  package let architecture: RetNetArchitecture
  package let parameters: Buffer<Float>

  package var layout: ParameterLayout { architecture.layout }
  package var blockParameters: [Parameter] { architecture.blocks.flatMap { architecture.parameters(of: $0) } }

  /// Copies the model's weights.
  package init(_ model: RetNetModel) {
    architecture = model.architecture
    parameters = Buffer(count: model.architecture.layout.count)
    model.parameters.copy(layout, into: parameters.pointer)
  }

  /// A model with a copy of `parameters`, such as the trained parameters or their average.
  package func model(_ parameters: Buffer<Float>) -> RetNetModel {
    RetNetModel(architecture, copying: parameters.pointer)
  }

  package func makeState() -> ModelState { ModelState(architecture.configuration) }

  package func makeWorker(form: RetentionForm, precision: ProductPrecision) -> any GradientSource {
    GradientWorker(architecture.configuration, form: form, precision: precision)
  }

  package func save(_ parameters: Buffer<Float>, to folder: String) throws {
    try model(parameters).save(to: folder, type: .bf16)
  }
}

extension GradientWorker: GradientSource {
  package func lossAndGradients(
    _ batch: inout RaggedBatch, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    lossScale: Float
  ) -> LossSum {
    let sum = lossAndGradients(
      tokens: batch.tokens, targets: batch.targets, lengths: batch.lengths, states: &batch.states,
      dropout: batch.dropout, parameters: parameters, gradients: gradients, lossScale: lossScale)
    return LossSum(nats: sum.nats, predicted: sum.predicted)
  }

  package func loss(_ batch: RaggedBatch, parameters: UnsafePointer<Float>) -> LossSum {
    loss(batch, Weights(base: parameters))
  }

  /// The loss without gradients, for weights of any storage type.
  package func loss(_ batch: RaggedBatch, _ weights: Weights) -> LossSum {
    var states: [ModelState?] = []
    let sum = loss(tokens: batch.tokens, targets: batch.targets, lengths: batch.lengths, states: &states, weights)
    return LossSum(nats: sum.nats, predicted: sum.predicted)
  }
}
