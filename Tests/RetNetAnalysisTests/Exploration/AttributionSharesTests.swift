import Testing

@testable import RetNet
@testable import RetNetAnalysis

/// A token's contribution is the difference without the token: S is linear in every k_mᵀ v_m.
@Suite("Attribution shares of a state")
struct AttributionSharesTests {
  private typealias Plain = PlainSession

  private func amount(_ part: StatePart, _ s: [Double]) -> Double {
    func norm(_ indices: [Int]) -> Double { indices.reduce(0) { $0 + s[$1] * s[$1] }.squareRoot() }
    let (d, e) = (Plain.headDim, Plain.valueDim)
    return switch part {
    case .cell(let i, let j): s[i * e + j]
    case .row(let i): norm((0..<e).map { i * e + $0 })
    case .column(let j): norm((0..<d).map { $0 * e + j })
    case .head: norm(Array(0..<d * e))
    }
  }

  @Test(
    "The tokens that wrote a cell, a row, a column or a head, by descending magnitude",
    arguments: [StatePart.cell(row: 1, column: 3), .cell(row: 0, column: 0), .row(2), .column(4), .head], [4, 5])
  func ranked(_ part: StatePart, _ seed: Int) {
    let session = Plain(30, seed: UInt64(seed), experiments: seed % 2 == 0)
    let whole = session.states(after: 30)
    let without = (0..<30).map { session.states(after: 30, omitting: $0) }
    for place in Plain.places {
      let attribution = TokenAttribution(of: place, steps: session.steps, gammas: Plain.gammas)
      let found = AttributionShares(to: part, of: attribution, steps: session.steps)
      let amounts = without.map { state in amount(part, zip(whole[place]!, state[place]!).map { $0 - $1 }) }
      let order = amounts.indices.filter { amounts[$0] != 0 }
        .sorted { (abs(amounts[$1]), $0) < (abs(amounts[$0]), $1) }
      // A token that has decayed below the rounding error of the differences is visible only in the terms.
      #expect(found.ranked.filter { abs($0.amount) > 1e-9 }.map(\.token) == order.filter { abs(amounts[$0]) > 1e-9 })
      for item in found.ranked { #expect(abs(item.amount - amounts[item.token]) < 1e-12) }
      #expect(abs(found.ranked.reduce(0) { $0 + found.share($1) } - 1) < 1e-12 || found.magnitude == 0)
      if case .cell = part {
        #expect(abs(found.sum - amount(part, whole[place]!)) < 1e-12)
        #expect(abs(found.remainder(of: Float(found.sum)) - (Double(Float(found.sum)) - found.sum)) < 1e-15)
      }
    }
  }

  @Test(
    "The remainder of the initial state equals its contribution",
    arguments: [StatePart.cell(row: 1, column: 3), .row(2), .column(4), .head], [4, 5])
  func firstState(_ part: StatePart, _ seed: Int) {
    let session = Plain(12, seed: UInt64(seed), experiments: seed % 2 == 0)
    var generator = SeededGenerator(seed: 8)
    var first = ModelState(
      layers: (0..<Plain.layers).map { _ in
        RetentionState<Float>(heads: Plain.heads, headDim: Plain.headDim, valueDim: Plain.valueDim)
      })
    for layer in first.layers.indices {
      for i in first.layers[layer].matrix.indices { first.layers[layer].matrix[i] = Float(generator.nextNormal()) }
    }
    let start = Dictionary(
      uniqueKeysWithValues: Plain.places.map { place in
        (place, first.layers[place.layer].matrix(head: place.head).map(Double.init))
      })
    let (whole, without) = (session.states(after: 12, start: start), session.states(after: 12))
    var found = 0
    for place in Plain.places {
      let attribution = TokenAttribution(of: place, steps: session.steps, gammas: Plain.gammas)
      let contributions = AttributionShares(to: part, of: attribution, steps: session.steps, firstState: first)
      let added = amount(part, zip(whole[place]!, without[place]!).map { $0 - $1 })
      #expect(abs((contributions.start ?? 0) - added) < 1e-12)
      if contributions.start != nil { found += 1 }
      let shares = contributions.ranked.reduce(contributions.startShare) { $0 + contributions.share($1) }
      #expect(abs(shares - 1) < 1e-12 || contributions.magnitude == 0)
      if case .cell = part { #expect(abs(contributions.sum - amount(part, whole[place]!)) < 1e-12) }
      #expect(AttributionShares(to: part, of: attribution, steps: session.steps).start == nil)
    }
    #expect(found > 0)
  }

  @Test("Equal magnitudes are ranked by token")
  func ties() {
    var session = Plain(6, seed: 1, experiments: false)
    let first = session.steps[0].layers
    for n in 0..<6 {
      session.steps[n].layers = first
      session.steps[n].options.changes[HeadIndex(layer: 0, head: 0)].gamma = 1
      // The sign does not matter.
      if n.isMultiple(of: 2) {
        let layer = first[0]
        session.steps[n].layers[0] = StepTrace.Layer(
          query: layer.query, key: layer.key, value: layer.value.map { -$0 }, rowScale: layer.rowScale,
          divisor: layer.divisor, energy: layer.energy, output: layer.output)
      }
    }
    let attribution = TokenAttribution(of: HeadIndex(layer: 0, head: 0), steps: session.steps, gammas: Plain.gammas)
    for part in [StatePart.cell(row: 0, column: 0), .head] {
      #expect(
        AttributionShares(to: part, of: attribution, steps: session.steps).ranked.map(\.token) == Array(0..<6))
    }
  }

  @Test("An empty state has no attribution")
  func empty() {
    let session = Plain(0, seed: 1, experiments: false)
    let attribution = TokenAttribution(of: HeadIndex(layer: 0, head: 0), steps: session.steps, gammas: Plain.gammas)
    let found = AttributionShares(to: .head, of: attribution, steps: session.steps)
    #expect(found.ranked.isEmpty)
    #expect(found.sum == 0)
    #expect(found.isComplete)
  }

  @Test("The remainder of one token in every head, relative to ‖S‖", arguments: [2, 3])
  func presence(seed: Int) {
    let session = Plain(30, seed: UInt64(seed), experiments: seed % 2 == 0)
    let whole = session.states(after: 30)
    let state = ModelState(
      layers: (0..<Plain.layers).map { layer in
        var state = RetentionState<Float>(heads: Plain.heads, headDim: Plain.headDim, valueDim: Plain.valueDim)
        state.matrix = (0..<Plain.heads).flatMap { whole[HeadIndex(layer: layer, head: $0)]!.map { Float($0) } }
        return state
      })
    for token in [0, 7, 20, 29] {
      let without = session.states(after: 30, omitting: token)
      for first in [0, 10] {
        let found = TokenPresence.everywhere(
          token, steps: Array(session.steps[first...]), first: first, gammas: Plain.gammas, state: state)
        #expect(found.map(\.place) == Plain.places)
        for presence in found {
          let difference = zip(whole[presence.place]!, without[presence.place]!).map { $0 - $1 }
          let expected = token < first ? 0 : amount(.head, difference)
          #expect(abs(presence.norm - expected) < 1e-12)
          let norm = amount(.head, whole[presence.place]!)
          // ‖S‖ is Float32.
          #expect(abs(presence.share - (norm > 0 ? expected / norm : 0)) < 1e-6 * max(presence.share, 1))
        }
      }
    }
  }
}
