import Foundation

/// The cross-entropy loss of predicted classes or tokens.
///
///     loss_n = −ln softmax(logits_n)[target_n]
public enum CrossEntropy {
  /// The mean loss of all rows, and its gradient.
  ///
  /// - Parameters:
  ///   - logits: `[…, classes]`. NaN or +∞ gives NaN.
  ///   - targets: one class per row, from 0. Rows with a negative target are ignored.
  /// - Returns: the loss in nats, 0 if all rows are ignored, and dlogits, shaped as `logits`.
  /// - Throws: ``RetNetError`` if there is not one target per row, or a target is no class.
  public static func meanAndGradient(
    _ logits: Tensor, targets: [Int]
  ) throws(RetNetError) -> (loss: Double, dLogits: Tensor) {
    guard let classes = logits.shape.last, classes > 0 else {
      throw .shape(of: "tensor of logits", found: logits.shape, expected: "[…, classes]")
    }
    let rows = logits.values.count / classes
    guard targets.count == rows else {
      throw .shape(of: "array of targets", found: [targets.count], expected: "[\(rows)], one per row")
    }
    if let wrong = targets.first(where: { $0 >= classes }) {
      throw .value(of: "target", found: "\(wrong)", expected: "a class below \(classes)")
    }
    let predicted = targets.count { $0 >= 0 }
    var (nats, gradient) = (0.0, logits.values)
    gradient.withUnsafeMutableBufferPointer { gradient in
      guard let base = gradient.baseAddress else { return }
      for (n, target) in targets.enumerated() {
        let row = base + n * classes
        guard target >= 0 else {
          row.update(repeating: 0, count: classes)
          continue
        }
        nats += softmax(row, target: target, count: classes)
        row[target] -= 1
        VectorMath.scale(row, by: 1 / Float(predicted), count: classes)
      }
    }
    return (predicted == 0 ? 0 : nats / Double(predicted), Tensor(checked: gradient, shape: logits.shape))
  }

  /// Replaces a row of logits by probabilities.
  ///
  /// - Parameter row: `[count]`, set.
  /// - Returns: −ln of the target's probability, in nats.
  package static func softmax(_ row: UnsafeMutablePointer<Float>, target: Int, count: Int) -> Double {
    let maximum = VectorMath.maximum(row, count: count)
    let targetLogit = row[target]
    let sum = VectorMath.exponentials(row, shift: maximum, count: count)
    VectorMath.scale(row, by: 1 / sum, count: count)
    return log(Double(sum)) + Double(maximum) - Double(targetLogit)
  }
}
