import RetNet

/// The output head and its loss. Only predicted rows are computed, a block at a time, so that the logits of a whole
/// batch are never in memory.
///
///     logits = X Wᵀ     loss_n = −ln softmax(logits_n)[target_n]
///     dlogits_n = softmax(logits_n) − onehot(target_n)
struct HeadLoss: Sendable {
  /// W, `[vocabulary, modelDim]`.
  package let head: Parameter

  /// Rows per block of logits.
  static let blockRows = 512

  /// Buffers for one block of rows.
  package final class Scratch {
    fileprivate let logits = GrowingBuffer<Float>()
    /// Predicted rows and their gradients, gathered if they are not contiguous.
    fileprivate let x = GrowingBuffer<Float>()
    fileprivate let dx = GrowingBuffer<Float>()
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - targets: `[rows]`; rows with a negative target are skipped.
  /// - Returns: Σ loss in nats, and the number of predicted targets.
  package func loss(
    _ x: MatrixView<Float>, targets: UnsafePointer<Int32>, scratch: Scratch, _ weights: Weights
  ) -> (nats: Double, predicted: Int) {
    evaluate(x, targets: targets, scratch, weights) { _, _, _ in }
  }

  /// As `loss`, and sets dX = scale · dlogits W and adds dW += scale · dlogitsᵀ X.
  ///
  /// - Parameter dx: `[rows, modelDim]`; zero in rows with a negative target.
  func lossAndGradients(
    _ x: MatrixView<Float>, targets: UnsafePointer<Int32>, scratch: Scratch, into dx: MutableMatrixView<Float>,
    scale: Float, _ weights: Weights, _ gradients: Gradients
  ) -> (nats: Double, predicted: Int) {
    for n in 0..<x.rows where targets[n] < 0 { dx.row(n).update(repeating: 0, count: dx.columns) }
    return evaluate(x, targets: targets, scratch, weights) { rows, x, probabilities in
      for (n, index) in rows.enumerated() {
        let row = probabilities.row(n)
        row[Int(targets[index])] -= 1
        VectorMath.scale(row, by: scale, count: probabilities.columns)
      }
      if let run = Self.run(rows) {
        weights.applyTransposed(head, to: probabilities.view, into: dx.rows(run))
      } else {
        let gathered = scratch.dx.matrix(rows: rows.count, columns: dx.columns)
        weights.applyTransposed(head, to: probabilities.view, into: gathered)
        for (n, index) in rows.enumerated() { dx.row(index).update(from: gathered.row(n), count: dx.columns) }
      }
      gradients.add(head, probabilities.view, x)
    }
  }

  /// Calls `body` for each block of predicted rows with their indices, X, `[rows, modelDim]`, and the probabilities,
  /// `[rows, vocabulary]`.
  private func evaluate(
    _ x: MatrixView<Float>, targets: UnsafePointer<Int32>, _ scratch: Scratch, _ weights: Weights,
    _ body: (_ rows: ArraySlice<Int>, _ x: MatrixView<Float>, _ probabilities: MutableMatrixView<Float>) -> Void
  ) -> (nats: Double, predicted: Int) {
    let vocabulary = head.shape[0]
    var nats = 0.0
    let predicted = (0..<x.rows).filter { targets[$0] >= 0 }
    for start in stride(from: 0, to: predicted.count, by: Self.blockRows) {
      let rows = predicted[start..<min(start + Self.blockRows, predicted.count)]
      let input = Self.gather(rows, of: x, scratch)
      let block = scratch.logits.matrix(rows: rows.count, columns: vocabulary)
      weights.apply(head, to: input, into: block)
      for (n, index) in rows.enumerated() {
        let row = block.row(n)
        nats += CrossEntropy.softmax(row, target: Int(targets[index]), count: vocabulary)
      }
      body(rows, input, block)
    }
    return (nats, predicted.count)
  }

  /// The rows as one matrix; a view of `x` if they are contiguous.
  private static func gather(
    _ rows: ArraySlice<Int>, of x: MatrixView<Float>, _ scratch: Scratch
  ) -> MatrixView<Float> {
    if let run = run(rows) { return x.rows(run) }
    let gathered = scratch.x.matrix(rows: rows.count, columns: x.columns)
    for (n, index) in rows.enumerated() { gathered.row(n).update(from: x.row(index), count: x.columns) }
    return gathered.view
  }

  /// The rows as a range if they are contiguous.
  private static func run(_ rows: ArraySlice<Int>) -> Range<Int>? {
    guard let first = rows.first, let last = rows.last, last - first == rows.count - 1 else { return nil }
    return first..<last + 1
  }
}
