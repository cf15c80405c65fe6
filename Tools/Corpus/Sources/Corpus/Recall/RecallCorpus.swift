import Foundation

/// Texts for the recall model. Each one depends only on the seed and its index.
package struct RecallCorpus: Sendable {
  /// The possible numbers of facts of a text.
  package static let factCounts = 1...4

  package let seed: UInt64
  /// The largest number of dots in one place; 0 means none.
  package let mostDots: Int
  /// Whether the lists of facts are those excluded from training.
  package let isHeldOut: Bool

  package init(seed: UInt64, mostDots: Int = 100, heldOut: Bool = false) {
    self.seed = seed
    self.mostDots = mostDots
    isHeldOut = heldOut
  }

  /// One to four facts and one or more questions, in some places dots.
  package func text(_ index: Int) -> String {
    var random = Randomness(seed: seed, index: index)
    var text = start(facts: random.number(Self.factCounts), &random)
    if random.chance(0.6) { text.insert(dots: dots(&random), at: random.number(1...text.facts.count)) }
    text.ask(random.pick(text.facts))
    while random.chance(0.6) {
      if random.chance(0.1) { text.insert(dots: dots(&random)) }
      text.ask(random.pick(text.facts))
    }
    return text.text
  }

  /// A given number of facts, dots, and one question.
  package func question(_ index: Int, facts: Int) -> String {
    var random = Randomness(seed: seed, index: index)
    var text = start(facts: facts, &random)
    text.insert(dots: dots(&random))
    text.ask(random.pick(text.facts))
    return text.text
  }

  private func start(facts: Int, _ random: inout Randomness) -> RecallCase {
    while true {
      let text = RecallCase(facts: facts, &random)
      if text.isHeldOut == isHeldOut { return text }
    }
  }

  /// A number of dots, uniform over orders of magnitude.
  private func dots(_ random: inout Randomness) -> Int {
    mostDots == 0 ? 0 : Int(exp(random.share() * log(Double(mostDots + 1))))
  }
}
