import Foundation

/// A random number generator with value semantics: the same seed gives the same numbers on every machine, and a stored
/// generator continues its sequence.
///
/// xoshiro256** (Blackman and Vigna 2018), its state filled by SplitMix64 from the seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var state0: UInt64
  private var state1: UInt64
  private var state2: UInt64
  private var state3: UInt64

  /// A generator at the start of the sequence of a seed.
  ///
  /// - Parameter seed: any value, 0 included. Different seeds give independent sequences.
  public init(seed: UInt64) {
    var mixer = SplitMix(state: seed)
    state0 = mixer.next()
    state1 = mixer.next()
    state2 = mixer.next()
    state3 = mixer.next()
  }

  /// The four words of the state. `init(words:)` continues the sequence from them.
  package var words: [UInt64] { [state0, state1, state2, state3] }

  /// A generator in a stored state; nil unless `words` are four that are not all zero.
  package init?(words: [UInt64]) {
    guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
    (state0, state1, state2, state3) = (words[0], words[1], words[2], words[3])
  }

  /// Decodes a generator, which continues the sequence of the encoded one.
  ///
  /// - Parameter decoder: the decoder of the stored generator.
  /// - Throws: `DecodingError` for a state of zeros, which would give only zeros.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let words = try [CodingKeys.state0, .state1, .state2, .state3].map { try container.decode(UInt64.self, forKey: $0) }
    guard let generator = SeededGenerator(words: words) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "The random generator's state is \(words), expected a word that is not 0."))
    }
    self = generator
  }

  /// Advances the generator.
  ///
  /// - Returns: the next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(state1 &* 5, by: 7) &* 9
    let shifted = state1 << 17
    state2 ^= state0
    state3 ^= state1
    state1 ^= state2
    state0 ^= state3
    state2 ^= shifted
    state3 = Self.rotate(state3, by: 45)
    return result
  }

  /// Advances the generator by one number.
  ///
  /// - Returns: a uniform number in [0, 1) with 53 random bits.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Advances the generator by one number.
  ///
  /// - Parameter bound: 1 or more.
  /// - Returns: a uniform integer from 0 to `bound` − 1. Probabilities are exact to 2⁻⁶⁴.
  /// - Throws: `RetNetError.value` unless `bound` is above 0.
  public mutating func next(below bound: Int) throws(RetNetError) -> Int {
    try RetNetError.require(bound > 0, "bound of a random number", bound, "1 or more")
    return index(below: bound)
  }

  /// As `next(below:)`, for a bound that is known to be above 0.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "a number below \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `count` of the elements in random order, by the first steps of a Fisher–Yates shuffle. The algorithm of the
  /// standard library may change; this one does not.
  package mutating func choice<Element>(of count: Int, from elements: [Element]) -> ArraySlice<Element> {
    var elements = elements
    for i in 0..<count { elements.swapAt(i, i + index(below: elements.count - i)) }
    return elements[..<count]
  }

  /// Advances the generator by two numbers.
  ///
  /// Box–Muller, with the second number of each pair discarded. It uses the system's logarithm and cosine, so the last
  /// bits may differ between systems.
  ///
  /// - Returns: a number from the standard normal distribution.
  public mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()  // 1 − u is never 0
    return radius * cos(2 * .pi * nextUniform())
  }

  private static func rotate(_ x: UInt64, by bits: UInt64) -> UInt64 {
    (x << bits) | (x >> (64 - bits))
  }

  /// SplitMix64 (Steele, Lea and Flood 2014). It also accepts a seed of 0, for which xoshiro's state would be invalid.
  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
