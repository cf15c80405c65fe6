import Foundation

/// The head and its loss together, a few rows at a time, so that the logits of a whole batch are never held.
///
///     logits = X Wᵀ     loss_n = −ln softmax(logits_n)[target_n]
///     dlogits_n = softmax(logits_n) − onehot(target_n)
struct CrossEntropy: Sendable {
  /// W, `[vocabulary, modelDim]`.
  let head: Parameter

  /// Rows of logits held at once.
  private static let blockRows = 128

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - targets: `[rows]`; a negative one is left out.
  ///   - logits: scratch, grows to 128 rows.
  /// - Returns: Σ loss in nats, and how many targets were predicted.
  func loss(
    _ x: Matrix<Float>, targets: UnsafePointer<Int32>, logits: GrowingBuffer<Float>, _ weights: Weights
  ) -> (nats: Double, predicted: Int) {
    evaluate(x, targets: targets, logits: logits, weights) { _, _ in }
  }

  /// Also dX = scale · dlogits W, set, and dW += scale · dlogitsᵀ X.
  ///
  /// - Parameter dx: `[rows, modelDim]`.
  func lossAndGradients(
    _ x: Matrix<Float>, targets: UnsafePointer<Int32>, logits: GrowingBuffer<Float>, into dx: Matrix<Float>,
    scale: Float, _ weights: Weights, _ gradients: Gradients
  ) -> (nats: Double, predicted: Int) {
    evaluate(x, targets: targets, logits: logits, weights) { range, probabilities in
      for n in 0..<range.count {
        let row = probabilities.row(n)
        let target = Int(targets[range.lowerBound + n])
        if target < 0 {
          row.update(repeating: 0, count: probabilities.columns)
        } else {
          row[target] -= 1
          VectorMath.scale(row, by: scale, count: probabilities.columns)
        }
      }
      dx.rows(range).setProduct(probabilities, weights.matrix(head))
      gradients.matrix(head).setProduct(probabilities.transposed, x.rows(range), beta: 1)
    }
  }

  /// Hands each block of rows to `body` as probabilities, `[rows, vocabulary]`.
  private func evaluate(
    _ x: Matrix<Float>, targets: UnsafePointer<Int32>, logits: GrowingBuffer<Float>, _ weights: Weights,
    _ body: (Range<Int>, Matrix<Float>) -> Void
  ) -> (nats: Double, predicted: Int) {
    let vocabulary = head.shape[0]
    var (nats, predicted) = (0.0, 0)
    for start in stride(from: 0, to: x.rows, by: Self.blockRows) {
      let range = start..<min(start + Self.blockRows, x.rows)
      let block = logits.matrix(rows: range.count, columns: vocabulary)
      weights.stored(head).apply(to: x.rows(range), into: block)
      for n in 0..<range.count {
        let row = block.row(n)
        let target = Int(targets[range.lowerBound + n])
        let maximum = VectorMath.maximum(row, count: vocabulary)
        let targetLogit = target < 0 ? 0 : row[target]
        let sum = VectorMath.exponentials(row, shift: maximum, count: vocabulary)
        if target >= 0 {
          nats += log(Double(sum)) + Double(maximum) - Double(targetLogit)
          predicted += 1
        }
        VectorMath.scale(row, by: 1 / sum, count: vocabulary)
      }
      body(range, block)
    }
    return (nats, predicted)
  }
}
