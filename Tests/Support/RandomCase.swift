import Foundation
import RetNet

/// The random choices of one case of a property. They all follow from its seed, which the test reports if it fails.
///
///     RETNET_PROPERTY_SEED=17 swift test --filter …       runs the case of seed 17 alone
///     RETNET_PROPERTY_CASES=2000 swift test --filter …    runs that many cases of every property
package struct RandomCase {
  package var generator: SeededGenerator

  package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// The seeds of a property's cases.
  ///
  /// - Parameter count: the number of cases unless the environment sets it.
  package static func seeds(_ count: Int) -> [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["RETNET_PROPERTY_SEED"].flatMap(UInt64.init) { return [seed] }
    return (0..<UInt64(environment["RETNET_PROPERTY_CASES"].flatMap(Int.init) ?? count)).map { $0 }
  }

  package mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + generator.index(below: range.count)
  }

  package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[integer(0...elements.count - 1)] }

  package mutating func chance(_ probability: Double = 0.5) -> Bool { generator.nextUniform() < probability }

  package mutating func normal(_ count: Int, mean: Double = 0, deviation: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(mean + deviation * generator.nextNormal()) }
  }

  /// Norms 1 to 3; torchscale's norm 3 only if `torchscale` is true.
  package mutating func norms(torchscale: Bool) -> RetentionNorms {
    RetentionNorms(norm1: chance(), norm2: chance(), norm3: pick([.off, .paper] + (torchscale ? [.torchscale] : [])))
  }

  /// The norms of a call. Without a group norm, errors are largest; with one, it may hide them.
  package mutating func options(torchscale: Bool) -> NormOptions {
    NormOptions(
      retention: norms(torchscale: torchscale), group: pick(NormOptions.Group.allCases),
      epsilon: pick([nil, nil, 1e-3]))
  }

  package mutating func form(upTo time: Int) -> RetentionForm {
    pick([.parallel, .recurrent, .chunkwise(length: integer(1...max(1, time + 3)))])
  }

  /// A text's division into one to four pieces, some of them empty, and a form for each.
  package mutating func pieces(_ time: Int) -> [Piece] {
    let cuts = ([0, time] + (0..<integer(0...3)).map { _ in integer(0...time) }).sorted()
    return zip(cuts, cuts.dropFirst()).map { Piece(range: $0..<$1, form: form(upTo: $1 - $0)) }
  }

  package struct Piece: Sendable, Hashable, CustomStringConvertible {
    package var range: Range<Int>
    package var form: RetentionForm
    package var description: String { "\(range) \(form)" }
  }

  /// A copy of `values` in which each is changed by up to 2⁻²⁴ of itself: the rounding of Float32.
  package mutating func rounded(_ values: [Double]) -> [Double] {
    values.map { $0 * (1 + (2 * generator.nextUniform() - 1) * 0x1p-24) }
  }
}

/// The error of a Float32 result compared with the sensitivity of its exact function.
///
/// A stable computation in Float32 gives the exact result of inputs that differ by some roundings. So its error is a
/// multiple of the change that one rounding of all inputs causes, however ill-conditioned the function is, for example
/// a group norm of small values.
///
/// - Parameters:
///   - exact: the function in Double; it rounds its inputs with the argument unless nil.
/// - Returns: the largest error, divided by the largest change in three trials plus 2⁻²² of the largest value.
package func errorInRoundings(
  _ found: [Float], seed: UInt64, exact: (_ rounding: inout RandomCase?) -> [Double]
) -> Double {
  var none: RandomCase?
  let expected = exact(&none)
  guard found.count == expected.count, !found.isEmpty else { return found.count == expected.count ? 0 : .infinity }
  var change = 0.0
  for trial in 0..<3 {
    var rounding: RandomCase? = RandomCase(seed: seed &+ UInt64(trial) &+ 1)
    change = max(change, largestDifference(exact(&rounding), expected))
  }
  let largest = expected.reduce(0) { max($0, abs($1)) }
  return largestDifference(found.map(Double.init), expected) / (change + largest * 0x1p-22 + 1e-30)
}

/// Compares a gradient in Float32 with the exact derivative of the loss in one direction.
///
/// It may differ by 3 · 10⁻⁴ of its terms, which largely cancel, and by 60 times the change that one rounding of all
/// weights causes: where a norm divides by a small length, a loss is far from linear even within a few roundings.
///
/// - Parameters:
///   - terms: each entry of the gradient times that of the direction.
///   - loss: the loss in Double at a distance from the given weights along the direction.
/// - Returns: the difference divided by the largest one that is allowed, which is below 1 for a correct gradient.
package func derivativeError(
  _ terms: [Double], of loss: (_ weights: [Double], _ distance: Double) -> Double, at weights: [Double], seed: UInt64
) -> Double {
  let step = 1e-7
  func derivative(_ weights: [Double]) -> Double { (loss(weights, step) - loss(weights, -step)) / (2 * step) }
  let expected = derivative(weights)
  let change = (0..<2).reduce(0.0) { largest, trial in
    var rounding = RandomCase(seed: seed &+ UInt64(trial) &+ 1)
    return max(largest, abs(derivative(rounding.rounded(weights)) - expected))
  }
  let magnitude = terms.reduce(1e-3) { $0 + abs($1) }
  return abs(terms.reduce(0, +) - expected) / (3e-4 * magnitude + 60 * change)
}

/// The largest |a − b|; infinite if a value is NaN.
package func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
}
