import Foundation
import RetNet

/// The distribution of the next token before any sampler stage, computed from logits with an error of 10⁻⁵ nats.
package struct NextToken: Sendable {
  /// `[vocabulary]`.
  package let logits: [Float]
  /// ln Σ e^logit.
  private let logSum: Double
  /// −Σ p ln p, in nats.
  package let entropy: Double

  /// - Parameter logits: `[vocabulary]`.
  package init(_ logits: UnsafeBufferPointer<Float>) {
    self.logits = Array(logits)
    let count = logits.count
    guard let base = logits.baseAddress, count > 0 else {
      (logSum, entropy) = (-.infinity, 0)
      return
    }
    let largest = VectorMath.maximum(base, count: count)
    let sums = VectorMath.exponentialSums(base, shift: largest, count: count)
    let (sum, weighted) = (Double(sums.sum), Double(sums.weighted))
    logSum = Double(largest) + log(sum)
    // With p = e^(logit − largest) / sum, −Σ p ln p is ln sum − Σ p (logit − largest).
    entropy = log(sum) - weighted / sum
  }

  /// ln p(token), in nats.
  package func logProbability(_ token: Int) -> Double { Double(logits[token]) - logSum }

  /// KL(p ‖ q), in nats, with the q of `other`.
  package func divergence(from other: NextToken) -> Double {
    Self.divergence(logits.count, logProbability, from: other.logProbability)
  }

  /// KL(p ‖ q) = Σ p (ln p − ln q), in nats. A value that rounding makes negative becomes 0.
  ///
  /// - Parameters:
  ///   - count: the number of tokens.
  ///   - p, q: ln p and ln q of a token.
  @inlinable
  package static func divergence(_ count: Int, _ p: (Int) -> Double, from q: (Int) -> Double) -> Double {
    var sum = 0.0
    for token in 0..<count {
      let logProbability = p(token)
      sum += exp(logProbability) * (logProbability - q(token))
    }
    return max(sum, 0)
  }

  /// The `count` most probable tokens, best first; ties by token number.
  package func best(_ count: Int) -> [(token: Int, probability: Double)] {
    var best: [Int] = []
    for token in logits.indices {
      if best.count == count, let last = best.last, logits[token] <= logits[last] { continue }
      let index = best.firstIndex { logits[$0] < logits[token] } ?? best.count
      best.insert(token, at: index)
      if best.count > count { best.removeLast() }
    }
    return best.map { ($0, exp(logProbability($0))) }
  }
}
