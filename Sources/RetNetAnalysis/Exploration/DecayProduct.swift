import RetNet

/// A product of decays. Consecutive equal factors form one power γⁿ, which is rounded once.
struct DecayProduct: Sendable, Hashable {
  private var past = 1.0
  private var gamma = 1.0
  private var count = 0

  var value: Double { past * Decay.power(gamma, count) }

  mutating func multiply(by factor: Double) {
    if factor != gamma {
      (past, gamma, count) = (value, factor, 0)
    }
    count += 1
  }
}
