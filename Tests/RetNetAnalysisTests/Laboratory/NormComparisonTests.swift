import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Norm comparison")
struct NormComparisonTests {
  static let chosen: [NormOptions] = [
    NormOptions(retention: RetentionNorms(norm1: false)), .all, .torchscale,
    NormOptions(retention: RetentionNorms(norm1: false, norm2: true, norm3: .paper), group: .off),
    NormOptions(group: .rms), NormOptions(group: .layer), NormOptions(epsilon: 1e-2), NormOptions(),
  ]

  static func reading(_ fixture: LaboratoryFixture, _ norms: NormOptions) throws -> NormComparison {
    // The session's norms do not matter: the comparison is with the trained ones.
    let session = fixture.laboratory(NormOptions(retention: RetentionNorms(norm1: false), group: .layer))
    return try session.norms(norms, layer: LaboratoryFixture.layer)
  }

  static func change(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / b.reduce(0) { max($0, abs($1)) }
  }

  @Test("Factors and changes of o are those of Eq. 4 under both settings, on the trained q, k and v", arguments: chosen)
  func heads(norms: NormOptions) throws {
    let fixture = LaboratoryFixture()
    let (found, met) = (try Self.reading(fixture, norms), try fixture.met())
    #expect(found.trained == fixture.model.norms)
    #expect(found.chosen == norms)
    #expect(found.tokens == 50)
    let w = met.plain.valueDim
    let trained = (factors: met.factors(found.trained.retention), o: met.summed(found.trained.retention).output)
    let other = (factors: met.factors(norms.retention), o: met.summed(norms.retention).output)
    let normed = (
      trained: fixture.groupNorm(trained.o, found.trained, heads: 3, valueDim: w),
      other: fixture.groupNorm(other.o, norms, heads: 3, valueDim: w)
    )
    for h in 0..<3 {
      let ratios = zip(met.part(other.factors, h), met.part(trained.factors, h)).map { $0 / $1 }
      // All in Double.
      #expect(abs(found.heads[h].factors.lowerBound - (ratios.min() ?? 0)) < 1e-9)
      #expect(abs(found.heads[h].factors.upperBound - (ratios.max() ?? 0)) < 1e-9)
      #expect(abs(found.heads[h].before - Self.change(met.part(other.o, h), met.part(trained.o, h))) < 1e-9)
      #expect(
        abs(found.heads[h].after - Self.change(met.part(normed.other, h), met.part(normed.trained, h))) < 1e-9)
    }
  }

  @Test("KL(p_trained ‖ p_chosen) and the most probable tokens are the plain model's", arguments: chosen)
  func logits(norms: NormOptions) throws {
    let fixture = LaboratoryFixture()
    let found = try Self.reading(fixture, norms).logits
    func rows(_ norms: NormOptions) -> [[Double]] {
      PlainModel(fixture.model, norms: norms).logits(fixture.tokens).logits.map { row in
        let largest = row.max() ?? 0
        let logSum = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
        return row.map { $0 - logSum }
      }
    }
    func best(_ row: [Double]) -> Int { row.indices.max { row[$0] < row[$1] } ?? -1 }
    let (p, q) = (rows(fixture.model.norms), rows(norms))
    let divergences = zip(p, q).map { p, q in zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) } }
    let mean = divergences.reduce(0, +) / 50
    // Float32 logits have errors of some 10⁻⁶, and KL has at most these errors times the change of the logits.
    func agrees(_ found: Double, _ plain: Double) -> Bool { abs(found - plain) < 1e-4 * plain.squareRoot() + 1e-9 }
    #expect(agrees(found.divergence, divergences[49]))
    #expect(agrees(found.meanDivergence, mean))
    // The group norm hides the other changes up to ε, and KL is quadratic in the change.
    if norms.group != .model { #expect(mean > 1e-6) }
    if norms == NormOptions() {
      #expect(found.divergence == 0)
      #expect(found.meanDivergence == 0)
    }
    #expect(found.changed == zip(p, q).count { best($0) != best($1) })
  }

  @Test("A preview is the plain model's distribution after the last token, and the most probable tokens one by one")
  func preview() throws {
    let fixture = LaboratoryFixture(tokens: 20)
    var laboratory = fixture.laboratory()
    for norms in [NormOptions(), NormOptions(group: .off)] {
      let found = try laboratory.preview(norms)
      // Under the norms of training, all tokens have the same norms, and the plain model can read the whole text.
      var tokens = fixture.tokens
      for (index, token) in found.trained.tokens.enumerated() {
        let row = try #require(PlainModel(fixture.model, norms: fixture.model.norms).logits(tokens).logits.last)
        let sum = row.reduce(0) { $0 + exp($1) }
        let ranked = row.indices.sorted { row[$0] > row[$1] }
        #expect(token == ranked[0])
        if index == 0 {
          #expect(found.trained.candidates.map(\.token) == Array(ranked.prefix(5)))
          for candidate in found.trained.candidates {
            #expect(abs(candidate.probability - exp(row[candidate.token]) / sum) < 1e-5)
          }
        }
        tokens.append(token)
      }
      #expect(found.trained.tokens.count == 24)
      #expect(!found.trained.hasEnded)
      #expect(norms == NormOptions() ? found.divergence == 0 : found.divergence > 1e-6)
      #expect(norms == NormOptions() ? found.chosen == found.trained : found.chosen != found.trained)
    }
    // A token that ends the reply ends the continuation.
    let first = try laboratory.preview(NormOptions()).trained.tokens
    laboratory.endsReply = { $0 == first[3] }
    let ended = try laboratory.preview(NormOptions()).trained
    let length = try #require(first.firstIndex(of: first[3]))
    #expect(ended.tokens == Array(first.prefix(length)))
    #expect(ended.hasEnded)
  }

  @Test("A preview continues from the session's state, whatever norms computed it")
  func previewState() throws {
    let fixture = LaboratoryFixture(tokens: 20)
    var laboratory = fixture.laboratory()
    var state = fixture.model.makeState()
    let inference = Inference(fixture.model)
    for token in fixture.tokens.dropLast() {
      _ = try inference.step(token, norms: NormOptions(group: .off), state: &state)
    }
    laboratory.stateBeforeLast = state
    let found = try laboratory.preview(NormOptions())
    let logits = Array(try inference.step(fixture.tokens[19], norms: fixture.model.norms, state: &state))
    #expect(found.trained.candidates[0].token == logits.indices.max { logits[$0] < logits[$1] })
    #expect(found.trained.candidates != (try fixture.laboratory().preview(NormOptions()).trained.candidates))
  }

  @Test("The group norm hides norms 1 to 3 up to ε; without it they have an effect")
  func hiding() throws {
    var visible: [Double] = []
    for epsilon: Float in [1e-12, 1e-2] {
      let found = try Self.reading(LaboratoryFixture(epsilon: epsilon), .all)
      #expect(found.heads.allSatisfy { $0.before > 0.1 })
      visible.append(found.heads.map(\.after).max() ?? 0)
    }
    #expect(visible[0] < 1e-6, "\(visible)")
    #expect(visible[1] > 1e-2, "\(visible)")
    var off = NormOptions.all
    off.group = .off
    for agreement in try Self.reading(LaboratoryFixture(), off).agreement { #expect(agreement.after == nil) }
  }

  @Test("The forms agree on the paper's norms; two of them lack torchscale's divisor, which the group norm hides")
  func agreement() throws {
    let fixture = LaboratoryFixture()
    let exact = try Self.reading(fixture, .all)
    #expect(exact.agreement.map(\.form) == [.chunkwise(length: 64), .recurrent])
    #expect(exact.agreement.allSatisfy { $0.before < 1e-5 && ($0.after ?? 1) < 1e-4 })

    let met = try fixture.met()
    let (output, divisors) = met.summed(NormOptions.torchscale.retention)
    let undivided = output.enumerated().map { $1 * divisors[$0 / met.plain.valueDim] }
    let expected = (0..<3).map { Self.change(met.part(undivided, $0), met.part(output, $0)) }.max() ?? 0
    #expect(expected > 0.1)
    for group in [NormOptions.Group.model, .off] {
      var norms = NormOptions.torchscale
      norms.group = group
      for agreement in try Self.reading(fixture, norms).agreement {
        #expect(abs(agreement.before / expected - 1) < 1e-4)  // Float32
        #expect(group == .off ? agreement.after == nil : (agreement.after ?? 1) < 1e-2 * expected)
      }
    }
  }

  @Test("Alternatives differ from the trained setting in one norm each, and have the effects of selecting it")
  func alternatives() throws {
    let fixture = LaboratoryFixture(tokens: 20)
    let found = try Self.reading(fixture, .all)
    let trained = fixture.model.norms.retention
    func retention(_ change: (inout RetentionNorms) -> Void) -> NormOptions {
      var norms = trained
      change(&norms)
      return NormOptions(retention: norms)
    }
    #expect(
      Set(found.alternatives.map(\.norms)) == [
        retention { $0.norm1 = false }, retention { $0.norm2 = true }, retention { $0.norm3 = .paper },
        retention { $0.norm3 = .torchscale }, NormOptions(group: .off), NormOptions(group: .rms),
        NormOptions(group: .layer), NormOptions(epsilon: 1000 * fixture.model.configuration.normEpsilon),
      ])
    #expect(found.alternatives.count == 8)
    for alternative in found.alternatives {
      let chosen = try Self.reading(fixture, alternative.norms)
      #expect(alternative.before == chosen.heads.map(\.before).max())
      #expect(alternative.after == chosen.heads.map(\.after).max())
      #expect(alternative.meanDivergence == chosen.logits.meanDivergence)
      #expect(alternative.formsBefore == chosen.agreement.map(\.before).max())
      #expect(alternative.formsAfter == chosen.agreement.compactMap(\.after).max())
    }
  }
}
