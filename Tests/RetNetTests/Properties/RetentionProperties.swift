import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Random heads, widths, decays, magnitudes, norms, lengths, batches, initial states and splits.
@Suite("Properties of the forms of retention")
struct RetentionProperties {
  struct Case: CustomStringConvertible {
    var batch, time, headDim, valueDim: Int
    var gammas: [Double]
    var norms: RetentionNorms
    var deviation: Double
    var hasInitialState: Bool
    var pieces: [RandomCase.Piece]

    init(_ random: inout RandomCase) {
      (batch, time) = (random.integer(1...3), random.pick([1, 2, random.integer(3...16), random.integer(17...90)]))
      (headDim, valueDim) = (random.integer(1...20), random.integer(1...20))
      gammas = []
      for head in 0..<random.integer(1...4) {
        // The paper's γ, and any other from almost 0 to almost 1.
        let gamma = random.pick([
          1 - pow(2, -5 - Double(head)), random.generator.nextUniform() * 0.998 + 0.001,
          1 - pow(10, -9 * random.generator.nextUniform() - 1), pow(10, -6 * random.generator.nextUniform() - 1),
        ])
        gammas.append(gamma)
      }
      norms = random.norms(torchscale: true)
      deviation = random.pick([0.01, 1, 30])
      hasInitialState = random.chance(0.3)
      pieces = random.pieces(time)
    }

    var description: String {
      "[\(batch), \(gammas.count), \(time), \(headDim) and \(valueDim)], γ \(gammas), \(norms), deviation \(deviation), "
        + "initial state \(hasInitialState), \(pieces)"
    }
  }

  @Test(
    "Eqs. 5, 6 and 7, each continuing the state of the others, equal Eq. 4 within the rounding bound",
    arguments: RandomCase.seeds(150))
  func forms(seed: UInt64) {
    var random = RandomCase(seed: seed)
    let test = Case(&random)
    let heads = test.gammas.count
    let rows = test.batch * heads
    let q = random.normal(rows * test.time * test.headDim, mean: 0.1, deviation: test.deviation)
    let k = random.normal(rows * test.time * test.headDim, mean: 0.1, deviation: test.deviation)
    let v = random.normal(rows * test.time * test.valueDim)
    let retention = BatchedRetention<Float>(
      decay: Decay(gammas: test.gammas), headDim: test.headDim, valueDim: test.valueDim)
    var state = retention.makeState(batch: test.batch)
    let size = test.headDim * test.valueDim
    if test.hasInitialState { state.matrix = random.normal(rows * size) }
    let initial = state.matrix.map(Double.init)
    /// The tokens of `range` in every row.
    func part(_ x: [Float], _ width: Int, _ range: Range<Int>) -> [Float] {
      (0..<rows).flatMap { row in
        x[(row * test.time + range.lowerBound) * width..<(row * test.time + range.upperBound) * width]
      }
    }
    var found = [Float](repeating: .nan, count: v.count)
    for piece in test.pieces {
      let output = retention(
        q: part(q, test.headDim, piece.range), k: part(k, test.headDim, piece.range),
        v: part(v, test.valueDim, piece.range), form: piece.form, norms: test.norms, state: &state)
      let count = piece.range.count * test.valueDim
      for row in 0..<rows {
        let start = (row * test.time + piece.range.lowerBound) * test.valueDim
        found.replaceSubrange(start..<start + count, with: output[row * count..<(row + 1) * count])
      }
    }
    #expect(state.position == test.time)
    let inTorchscale = test.pieces.first { !$0.range.isEmpty && $0.range.lowerBound == 0 }
    for row in 0..<rows {
      func own(_ x: [Float], _ width: Int) -> [Double] {
        x[row * test.time * width..<(row + 1) * test.time * width].map(Double.init)
      }
      let exact = BoundedRetention(
        gamma: test.gammas[row % heads], headDim: test.headDim, valueDim: test.valueDim, norms: test.norms)
      let (expected, bounds) = exact(
        q: own(q, test.headDim), k: own(k, test.headDim), v: own(v, test.valueDim),
        initial: Array(initial[row * size..<(row + 1) * size])
      ) { n in inTorchscale.map { $0.form == .parallel && $0.range.contains(n) } ?? false }
      let values = own(found, test.valueDim)
      let wrong = values.indices.first { !(abs(values[$0] - expected[$0]) <= bounds[$0]) }
      if let wrong {
        Issue.record(
          """
          seed \(seed), \(test): row \(row), element \(wrong) is \(values[wrong]), expected \(expected[wrong]) within \
          \(bounds[wrong])
          """)
        return
      }
    }
  }
}
