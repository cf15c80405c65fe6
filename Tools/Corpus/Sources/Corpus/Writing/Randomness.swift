import RetNet

/// The choices of one conversation. The same seed and index give the same choices.
struct Randomness: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64, index: Int = 0) {
    // An odd factor keeps different indices different; the generator mixes its seed.
    generator = SeededGenerator(seed: seed &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
  }

  /// True with probability `share`.
  mutating func chance(_ share: Double) -> Bool {
    self.share() < share
  }

  /// Uniform, from 0 to below 1.
  mutating func share() -> Double { generator.nextUniform() }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  /// - Precondition: the collection is not empty.
  mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: number(0...choices.count - 1))]
  }

  /// Chooses each element in proportion to its weight.
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

/// One of several choices with its weight.
struct Weighted<Element: Sendable>: Sendable {
  let weight: Double
  let element: Element

  init(_ weight: Double, _ element: Element) {
    self.weight = weight
    self.element = element
  }
}
