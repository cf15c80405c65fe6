import RetNet

/// Trains a stack with AdamW, a step at a time, towards any loss.
///
///     let trainer = RetNetStackTrainer(stack, learningRate: 1e-3, seed: 1)
///     for (x, target) in batches {
///       let loss = try trainer.step(x, batch: 8) { output in … }   // loss and its gradient by the output
///     }
///     try trainer.stack.save(to: "folder")
///
/// The same seed and the same batches give the same weights.
package final class RetNetStackTrainer {
  /// The stack as it is now.
  package private(set) var stack: RetNetStack
  package var learningRate: Double
  /// Gradients longer than this are shortened to it; 0 leaves all as they are.
  package var gradientLimit: Double
  /// Steps made so far.
  package var steps: Int { optimizer.updates }

  private let optimizer: AdamW
  private var generator: SeededGenerator?
  private let gradients: Buffer<Float>

  /// - Parameters:
  ///   - stack: where training starts; it stays as it is.
  ///   - weightDecay: AdamW's λ, for matrices; norm weights and biases have none.
  ///   - seed: of dropout.
  package init(
    _ stack: RetNetStack, learningRate: Double, weightDecay: Double = 0.05, gradientLimit: Double = 1, seed: UInt64
  ) {
    self.stack = stack
    self.learningRate = learningRate
    self.gradientLimit = gradientLimit
    var options = AdamW.Options()
    options.weightDecay = weightDecay
    optimizer = AdamW(
      count: stack.weights.count, decayed: stack.tensors.filter { $0.shape.count > 1 }.map(\.range), options: options)
    generator = SeededGenerator(seed: seed)
    gradients = Buffer(count: stack.weights.count)
  }

  /// One update of all weights.
  ///
  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`; texts that begin with an empty state.
  ///   - mask: other than causal in the parallel form only.
  ///   - loss: takes the output, `[batch, time, modelDim]`; returns the loss and its gradient by the output.
  /// - Returns: the loss before the update.
  /// - Throws: `RetentionError`; or `RetNetStackError`, with the weights as they were.
  @discardableResult
  package func step(
    _ x: [Float], batch: Int, form: RetentionForm = .parallel, mask: RetentionMask = .causal,
    norms: NormOptions = NormOptions(), loss: (_ output: [Float]) -> (loss: Double, dOutput: [Float])
  ) throws -> Double {
    let result = try stack.gradients(
      x, batch: batch, form: form, mask: mask, norms: norms, dropping: &generator, loss: loss)
    result.dWeights.withUnsafeBufferPointer { d in
      if let base = d.baseAddress { gradients.pointer.update(from: base, count: d.count) }
    }
    let norm = GradientClipping.reduce(into: gradients.pointer, [], count: gradients.count, threads: 1)
    guard norm.isFinite, result.loss.isFinite else {
      throw RetNetStackError.diverged(step: steps, loss: result.loss, gradientNorm: norm)
    }
    let scale = GradientClipping.scale(norm: norm, limit: gradientLimit)
    stack.weights.withUnsafeMutableBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      optimizer.update(base, gradients: gradients.pointer, learningRate: learningRate, gradientScale: scale)
    }
    return result.loss
  }
}

/// What can go wrong while a stack is trained.
package enum RetNetStackError: Error, Equatable, Sendable, CustomStringConvertible {
  case diverged(step: Int, loss: Double, gradientNorm: Double)

  package var description: String {
    switch self {
    case .diverged(let step, let loss, let norm):
      "Training step \(step) gave a loss of \(loss) and gradients of length \(norm), expected finite numbers. "
        + "Lower the learning rate, or check input and loss."
    }
  }
}
