import RetNet

/// What a training run needs of a model. Each worker belongs to one thread at a time.
package protocol TrainableModel {
  var layout: ParameterLayout { get }
  /// All parameters, in the layout's order. Training changes them in place.
  var parameters: Buffer<Float> { get }
  /// Those of the blocks, between the embedding and the head.
  var blockParameters: [Parameter] { get }

  /// The state before a document's first token.
  func makeState() -> ModelState
  func makeWorker(form: RetentionForm, precision: ProductPrecision) -> any GradientSource
  /// Writes the model folder's configuration and weights, each atomically.
  ///
  /// - Parameter parameters: the weights, laid out as the model's own; these or an average of them.
  func save(_ parameters: Buffer<Float>, to folder: String) throws
}

/// The summed loss of a batch: −Σ ln p(target), over `predicted` targets.
package struct LossSum: Sendable, Hashable {
  package var nats = 0.0
  package var predicted = 0

  package init(nats: Double = 0.0, predicted: Int = 0) {
    self.nats = nats
    self.predicted = predicted
  }

  package static func += (sum: inout LossSum, other: LossSum) {
    sum.nats += other.nats
    sum.predicted += other.predicted
  }
}

/// Forward and backward of one worker; its memory grows with the largest batch.
package protocol GradientSource: AnyObject {
  /// Adds d(lossScale · loss)/d(parameters) to `gradients`, and returns the loss without the scale.
  ///
  /// - Parameters:
  ///   - batch: its `states` are advanced past it.
  ///   - parameters: `[layout.count]`.
  ///   - gradients: `[layout.count]`, added to.
  func lossAndGradients(
    _ batch: inout RaggedBatch, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    lossScale: Float
  ) -> LossSum

  /// The loss alone; every sequence starts from a zero state.
  func loss(_ batch: RaggedBatch, parameters: UnsafePointer<Float>) -> LossSum
}
