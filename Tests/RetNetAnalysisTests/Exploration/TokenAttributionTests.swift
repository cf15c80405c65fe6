import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Token attribution of a state")
struct TokenAttributionTests {
  private typealias Plain = PlainSession

  /// Σ w_m k_mᵀ v_m, `[headDim · valueDim]`.
  private func sum(_ attribution: TokenAttribution, _ steps: [RecordedStep]) -> [Double] {
    var s = [Double](repeating: 0, count: Plain.headDim * Plain.valueDim)
    for term in attribution.terms {
      let layer = steps[term.token].layers[term.place.layer]
      for i in 0..<Plain.headDim {
        for j in 0..<Plain.valueDim {
          s[i * Plain.valueDim + j] +=
            term.weight * Double(layer.key[term.place.head * Plain.headDim + i])
            * Double(layer.value[term.place.head * Plain.valueDim + j])
        }
      }
    }
    return s
  }

  @Test(
    "Σ w_m k_mᵀ v_m is the S of the recurrence, with edits, frozen steps and other decays or without",
    arguments: 1...12)
  func sums(seed: Int) {
    let session = Plain(60, seed: UInt64(seed), experiments: seed % 2 == 0)
    for count in [0, 1, 2, 17, 40, 60] {
      let states = session.states(after: count)
      for place in Plain.places {
        let attribution = TokenAttribution(of: place, steps: Array(session.steps[..<count]), gammas: Plain.gammas)
        let expected = states[place]!
        let error = zip(sum(attribution, session.steps), expected).map { abs($0 - $1) }.max()!
        #expect(error < 1e-12, "seed \(seed), \(place) after \(count)")  // Double, sixty terms of magnitude 1
        #expect(attribution.isComplete)
        #expect(attribution.place == place)
        #expect(attribution.terms.map(\.token) == attribution.terms.map(\.token).sorted())
      }
    }
  }

  @Test("Without experiments the weights are γ^(n−m), each rounded once")
  func powers() {
    let session = Plain(300, seed: 3, experiments: false)
    for place in Plain.places {
      let attribution = TokenAttribution(of: place, steps: session.steps, gammas: Plain.gammas)
      #expect(attribution.terms.map(\.token) == Array(0..<300))
      #expect(attribution.terms.allSatisfy { $0.place == place })
      #expect(attribution.terms.map(\.weight) == (0..<300).map { pow(Plain.gammas[place.head], Double(299 - $0)) })
    }
  }

  @Test("From the newest steps only, the terms are the same, and complete if the state has no older ones")
  func newest() {
    var (complete, incomplete) = (0, 0)
    for seed in 1...8 {
      let session = Plain(60, seed: UInt64(seed), experiments: true)
      for first in [20, 45] {
        // The state is linear in the states before `first`, so it depends on them if changing them changes it.
        let start = Dictionary(
          uniqueKeysWithValues: Plain.places.map { ($0, [Double](repeating: 1, count: Plain.headDim * Plain.valueDim)) }
        )
        let (with, without) = (
          session.states(after: 60, from: first, start: start), session.states(after: 60, from: first)
        )
        for place in Plain.places {
          let whole = TokenAttribution(of: place, steps: session.steps, gammas: Plain.gammas)
          let part = TokenAttribution(
            of: place, steps: Array(session.steps[first...]), first: first, gammas: Plain.gammas)
          #expect(part.terms == whole.terms.filter { $0.token >= first })
          #expect(part.isComplete == (with[place]! == without[place]!), "seed \(seed), \(place) from \(first)")
          if part.isComplete { complete += 1 } else { incomplete += 1 }
        }
      }
    }
    #expect(complete > 10)
    #expect(incomplete > 10)
  }

  @Test("A chain of copies leads to the written head, and interventions before one step apply in their order")
  func copies() {
    var session = Plain(4, seed: 2, experiments: false)
    let (a, b, c) = (
      HeadIndex(layer: 0, head: 0), HeadIndex(layer: 0, head: 1), HeadIndex(layer: 1, head: 2)
    )
    session.steps[2].options.edits = [.copy(from: a, to: b), .zero(a), .copy(from: b, to: c), .copy(from: c, to: c)]
    func terms(_ place: HeadIndex) -> [TokenAttribution.Term] {
      TokenAttribution(of: place, steps: session.steps, gammas: [0.5, 0.25, 0.125]).terms
    }
    // What head a held after two steps decays as head c's.
    #expect(
      terms(c) == [
        .init(token: 0, place: a, weight: 0.5 * 0.125 * 0.125), .init(token: 1, place: a, weight: 0.125 * 0.125),
        .init(token: 2, place: c, weight: 0.125), .init(token: 3, place: c, weight: 1),
      ])
    #expect(terms(a) == [.init(token: 2, place: a, weight: 0.5), .init(token: 3, place: a, weight: 1)])
  }
}
