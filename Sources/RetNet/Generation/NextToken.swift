import Foundation

/// The distribution that logits stand for, before any sampler stage, to 10⁻⁵ nats.
public struct NextToken: Sendable {
  /// `[vocabulary]`.
  let logits: [Float]
  /// ln Σ e^logit.
  private let logSum: Double
  /// −Σ p ln p, in nats.
  public let entropy: Double

  /// - Parameter logits: `[vocabulary]`.
  public init(_ logits: UnsafeBufferPointer<Float>) {
    self.logits = Array(logits)
    let count = logits.count
    let largest = logits.baseAddress.map { VectorMath.maximum($0, count: count) } ?? 0
    // Below this, e^x is nothing beside the largest one's 1; and 0 · ∞ is kept out.
    let distances = logits.map { max($0 - largest, -87) }
    var shares = distances
    let sum = Double(
      shares.withUnsafeMutableBufferPointer { shares in
        shares.baseAddress.map { VectorMath.exponentials($0, shift: 0, count: count) } ?? 0
      })
    let weighted = Double(
      distances.withUnsafeBufferPointer { distances in
        distances.baseAddress.map { VectorMath.dot($0, shares, count: count) } ?? 0
      })
    logSum = Double(largest) + log(sum)
    // With p = e^(logit − largest) / sum, −Σ p ln p is ln sum − Σ p (logit − largest).
    entropy = log(sum) - weighted / sum
  }

  /// ln p(token), in nats.
  public func logProbability(_ token: Int) -> Double { Double(logits[token]) - logSum }

  /// The `count` most probable tokens, best first, equal ones by number.
  public func best(_ count: Int) -> [(token: Int, probability: Double)] {
    var best: [Int] = []
    for token in logits.indices {
      if best.count == count, let last = best.last, logits[token] <= logits[last] { continue }
      let place = best.firstIndex { logits[$0] < logits[token] } ?? best.count
      best.insert(token, at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map { ($0, exp(logProbability($0))) }
  }
}
