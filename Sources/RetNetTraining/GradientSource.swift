import RetNet

/// A model that can be trained. One thread at a time uses a worker.
package protocol TrainableModel {
  var layout: ParameterLayout { get }
  /// All parameters, in the layout's order. Training changes them in place.
  var parameters: Buffer<Float> { get }
  /// The parameters of the blocks, without those of the embedding and the head.
  var blockParameters: [Parameter] { get }

  /// The state before a document's first token.
  func makeState() -> ModelState
  func makeWorker(form: RetentionForm, precision: ProductPrecision) -> any GradientSource
  /// Writes configuration and weights into the model folder, each file atomically.
  ///
  /// - Parameter parameters: weights in the order of `layout`, such as the parameters or an average of them.
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

/// Forward and backward of one worker. Its memory grows with the largest batch.
package protocol GradientSource: AnyObject {
  /// Adds d(lossScale · loss)/d(parameters) to `gradients`, and returns the unscaled loss.
  ///
  /// - Parameters:
  ///   - batch: its `states` are replaced by the states after the batch.
  ///   - parameters: `[layout.count]`.
  ///   - gradients: `[layout.count]`, added to.
  func lossAndGradients(
    _ batch: inout RaggedBatch, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    lossScale: Float
  ) -> LossSum

  /// The loss alone; each sequence starts from an empty state.
  func loss(_ batch: RaggedBatch, parameters: UnsafePointer<Float>) -> LossSum
}
