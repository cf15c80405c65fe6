import RetNet

/// The choices of one conversation. The same seed and index give the same choices.
struct Randomness: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64, index: Int = 0) {
    // An odd factor keeps the indices apart; the generator mixes its seed well.
    generator = SeededGenerator(seed: seed &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
  }

  /// True in `share` of all cases.
  mutating func chance(_ share: Double) -> Bool {
    self.share() < share
  }

  /// Uniform, from 0 to below 1.
  mutating func share() -> Double { generator.nextUniform() }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  /// - Precondition: there is something to choose from.
  mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: number(0...choices.count - 1))]
  }

  /// Chooses each in proportion to its weight.
  mutating func pick<Element>(_ choices: [Weighted<Element>]) -> Element {
    var rest = share() * choices.reduce(0) { $0 + $1.weight }
    for choice in choices {
      rest -= choice.weight
      if rest < 0 { return choice.element }
    }
    return choices[choices.count - 1].element
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    elements.shuffled(using: &generator)
  }
}

/// One of several choices, and how often it is taken.
struct Weighted<Element: Sendable>: Sendable {
  let weight: Double
  let element: Element

  init(_ weight: Double, _ element: Element) {
    self.weight = weight
    self.element = element
  }
}
