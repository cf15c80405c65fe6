import Foundation

/// Texts of the recall model, each made from a seed and its number alone.
package struct RecallCorpus: Sendable {
  /// How many facts a text has.
  package static let factCounts = 1...4

  package let seed: UInt64
  /// Dots in one place; 0 leaves them out.
  package let mostDots: Int
  /// Whether the facts are lists that training never has.
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

  /// So many facts, dots, and one question.
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

  /// As many of each order of magnitude.
  private func dots(_ random: inout Randomness) -> Int {
    mostDots == 0 ? 0 : Int(exp(random.share() * log(Double(mostDots + 1))))
  }
}
