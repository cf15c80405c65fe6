import Foundation

/// The distribution that logits stand for, before any sampler stage.
public struct NextToken: Sendable {
  /// ln Σ e^logit.
  private let logSum: Double
  private let logits: [Float]

  /// - Parameter logits: `[vocabulary]`.
  public init(_ logits: UnsafeBufferPointer<Float>) {
    self.logits = Array(logits)
    let largest = Double(logits.max() ?? 0)
    logSum = largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  /// ln p(token), in nats.
  public func logProbability(_ token: Int) -> Double { Double(logits[token]) - logSum }

  /// −Σ p ln p, in nats.
  public var entropy: Double {
    logits.reduce(0) { sum, logit in
      let logProbability = Double(logit) - logSum
      return sum - exp(logProbability) * logProbability
    }
  }

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
