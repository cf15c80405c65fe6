import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Form comparison")
struct FormComparisonTests {
  static let head = 1

  static func reading(
    _ fixture: LaboratoryFixture, _ norms: NormOptions? = nil, chunkLength: Int = 7,
    computation: RetentionHead<Float>.Computation? = nil
  ) throws -> FormComparison {
    try fixture.laboratory(norms).forms(
      layer: LaboratoryFixture.layer, head: head, chunkLength: chunkLength, computation: computation)
  }

  @Test("A layer's q, k and v equal those of single steps and of the plain model", arguments: [3, 1])
  func input(keyValueHeads: Int) throws {
    let fixture = LaboratoryFixture(tokens: 20, keyValueHeads: keyValueHeads)
    let met = try fixture.met(.all)
    let inference = Inference(fixture.model)
    var (state, trace) = (fixture.model.makeState(), StepTrace())
    let (d, w) = (met.plain.headDim, met.plain.valueDim)
    let plain = PlainModel(fixture.model, norms: .all).logits(fixture.tokens).keysAndValues[LaboratoryFixture.layer]
    for n in fixture.tokens.indices {
      _ = try inference.step(fixture.tokens[n], norms: .all, state: &state, trace: &trace)
      let step = trace.layers[LaboratoryFixture.layer]
      for h in 0..<3 {
        // Float32 through a layer in another form.
        #expect(maxRelativeError(met.q[h][n * d..<(n + 1) * d], step.query[h * d..<(h + 1) * d]) < 1e-4)
        let shared = h / (3 / keyValueHeads)
        #expect(maxRelativeError(met.k[h][n * d..<(n + 1) * d], plain.k[n][shared * d..<(shared + 1) * d]) < 1e-4)
        #expect(maxRelativeError(met.v[h][n * w..<(n + 1) * w], plain.v[n][shared * w..<(shared + 1) * w]) < 1e-4)
      }
    }
  }

  @Test("D_nm is γ^(n−m), over √(Σ_i D_ni) under norm 2, and 0 ahead", arguments: [false, true])
  func mask(norm2: Bool) throws {
    let found = try Self.reading(
      LaboratoryFixture(), NormOptions(retention: RetentionNorms(norm1: true, norm2: norm2)))
    let gamma = 1 - pow(2, -6.0)
    #expect(found.gamma == gamma)
    #expect(found.time == 50)
    let expected = (0..<50).flatMap { n in
      let row = (0..<50).map { $0 <= n ? pow(gamma, Double(n - $0)) : 0 }
      let scale = norm2 ? sqrt(row.reduce(0, +)) : 1
      return row.map { $0 / scale }
    }
    #expect(maxRelativeError(found.mask, expected) < 1e-7)  // rounded to Float32 once
  }

  @Test("R V is Eq. 4 under norms 1 to 3, torchscale's divisor included", arguments: VerificationTests.norms)
  func scores(norms: NormOptions) throws {
    let fixture = LaboratoryFixture()
    let (found, met) = (try Self.reading(fixture, norms), try fixture.met(norms))
    let (time, w) = (met.time, met.plain.valueDim)
    #expect(found.headDim == met.plain.headDim)
    #expect(found.valueDim == w)
    #expect(found.norms == norms)
    var output: [Double] = []
    for n in 0..<time {
      for j in 0..<w {
        output.append((0..<time).reduce(0) { $0 + Double(found.scores[n * time + $1]) * met.v[Self.head][$1 * w + j] })
      }
    }
    // Float32 products of 8 terms.
    #expect(maxRelativeError(output, met.part(met.summed(norms.retention).output, Self.head)) < 1e-5)
  }

  @Test("A chunk's parts are f_n times the sums over its tokens and over the previous ones", arguments: [1, 7, 25, 64])
  func chunks(length: Int) throws {
    let fixture = LaboratoryFixture()
    for norms in [NormOptions.all, .torchscale] {
      let (found, met) = (try Self.reading(fixture, norms, chunkLength: length), try fixture.met(norms))
      var available = norms.retention
      if available.norm3 == .torchscale { available.norm3 = .off }
      let factors = met.part(met.factors(available), Self.head)
      func norm(_ x: [Double]) -> Double { sqrt(x.reduce(0) { $0 + $1 * $1 }) }
      #expect(found.chunks.flatMap(\.range) == Array(0..<met.time))
      #expect(found.chunks.dropLast().allSatisfy { $0.range.count == found.chunkLength })
      let all = (0..<met.time).map { n in
        let start = n / found.chunkLength * found.chunkLength
        return (
          inner: factors[n] * norm(met.read(Self.head, n, start..<n + 1)),
          cross: factors[n] * norm(met.read(Self.head, n, 0..<start))
        )
      }
      #expect(maxRelativeError(found.chunks.flatMap(\.inner), all.map(\.inner)) < 1e-5)
      let cross = found.chunks.flatMap(\.cross)
      #expect(length >= met.time ? cross.allSatisfy { $0 == 0 } : maxRelativeError(cross, all.map(\.cross)) < 1e-5)
    }
  }

  @Test("The states of chunks and of the recurrent form are sums over all previous tokens")
  func states() throws {
    let fixture = LaboratoryFixture()
    let (found, met) = (try Self.reading(fixture, .all), try fixture.met(.all))
    #expect(found.chunks.count == 8)
    for chunk in found.chunks {
      #expect(maxRelativeError(chunk.state, met.state(Self.head, after: chunk.range.upperBound)) < 1e-5)
    }
    for n in 0..<met.time {
      #expect(maxRelativeError(found.state(after: n), met.state(Self.head, after: n + 1)) < 1e-5)
    }
  }

  @Test("The output of each form is Eq. 4 without the divisor that it lacks", arguments: VerificationTests.norms)
  func outputs(norms: NormOptions) throws {
    let fixture = LaboratoryFixture()
    let (found, met) = (try Self.reading(fixture, norms), try fixture.met(norms))
    #expect(found.outputs.map(\.form) == [.parallel, .recurrent, .chunkwise(length: 7)])
    for output in found.outputs {
      var available = norms.retention
      if output.form != .parallel, available.norm3 == .torchscale { available.norm3 = .off }
      #expect(output.isExact == (available == norms.retention))
      #expect(maxRelativeError(output.values, met.part(met.summed(available).output, Self.head)) < 1e-5)
    }
  }

  @Test("The agreement of a token is the largest gap between two forms as a share of the head's largest |o|")
  func agreement() throws {
    let fixture = LaboratoryFixture()
    let (found, met) = (try Self.reading(fixture, .all), try fixture.met(.all))
    let exact = met.part(met.summed(NormOptions.all.retention).output, Self.head)
    let largest = exact.reduce(0) { max($0, abs($1)) }
    for n in 0..<met.time {
      let rows = found.outputs.map { $0.values[n * found.valueDim..<(n + 1) * found.valueDim].map(Double.init) }
      var gap = 0.0
      for a in rows { for b in rows { for (x, y) in zip(a, b) { gap = max(gap, abs(x - y)) } } }
      let agreement = try #require(found.agreement(at: n))
      #expect(abs(agreement.gap - gap / largest) < 1e-12)
      #expect(agreement.isWithin)
      #expect(agreement.allowed < 1e-4)
    }
    // Only one form computes torchscale's divisor.
    #expect(try Self.reading(fixture, .torchscale).agreement(at: 3) == nil)
  }

  @Test("A form that is wrong at one token is beyond its bound there, and nowhere else")
  func brokenOutput() throws {
    let fixture = LaboratoryFixture()
    let scratch = RetentionScratch<Float>()
    let found = try Self.reading(fixture, .all) { head, form, input, state, output in
      head.compute(form, input, state: &state, output: output, scratch: scratch)
      if form == .recurrent { output.row(30)[2] += 1 }
    }
    for n in 0..<found.time { #expect(found.agreement(at: n)?.isWithin == (n != 30)) }
  }

  @Test(
    "Correct forms stay within the error budget of every token, and not all differences are 0",
    arguments: VerificationTests.norms)
  func rightForms(norms: NormOptions) throws {
    let fixture = LaboratoryFixture()
    let found = try Self.reading(fixture, norms).differences
    #expect(found.map(\.form) == [.parallel, .chunkwise(length: 7), .recurrent])
    for difference in found {
      #expect(difference.isExact == (norms.retention.norm3 != .torchscale || difference.form == .parallel))
      #expect(difference.before.count == (difference.isExact ? 3 : 0))
      #expect(difference.after.count == 3)
      for (shares, budgets) in [
        (difference.before, difference.beforeBudget), (difference.after, difference.afterBudget),
      ] {
        #expect(shares.allSatisfy { $0.count == 50 })
        #expect(budgets.map(\.count) == shares.map(\.count))
        #expect(zip(shares.joined(), budgets.joined()).allSatisfy { $0 <= $1 })
        #expect(shares.isEmpty || shares.joined().contains { $0 > 0 })
      }
    }
  }

  @Test("Without a group norm, there is no comparison after it, nor of forms without the divisor")
  func groupNormOff() throws {
    for norms in [NormOptions.all, .torchscale] {
      var norms = norms
      norms.group = .off
      for difference in try Self.reading(LaboratoryFixture(), norms).differences {
        #expect(difference.after.isEmpty)
        #expect(difference.afterBudget.isEmpty)
        #expect(difference.before.count == (difference.isExact ? 3 : 0))
        #expect(difference.beforeBudget.count == difference.before.count)
      }
    }
  }

  @Test("A change of one number of one head is the difference at that token, before and after the group norm")
  func onePlace() throws {
    let fixture = LaboratoryFixture()
    let met = try fixture.met(.all)
    let scratch = RetentionScratch<Float>()
    let found = try Self.reading(fixture, .all) { head, form, input, state, output in
      head.compute(form, input, state: &state, output: output, scratch: scratch)
      if form == .recurrent && head.gamma == met.plain.gammas[2] { output.row(9)[3] += 0.25 }
    }
    let w = met.plain.valueDim
    let exact = met.part(met.summed(NormOptions.all.retention).output, 2)
    var moved = exact
    moved[9 * w + 3] += 0.25
    func share(_ a: [Double], _ b: [Double]) -> Double {
      let row = 9 * w..<10 * w
      return zip(a[row], b[row]).reduce(0) { max($0, abs($1.0 - $1.1)) } / b.reduce(0) { max($0, abs($1)) }
    }
    func normed(_ x: [Double]) -> [Double] { fixture.groupNorm(x, .all, heads: 1, valueDim: w) }
    let recurrent = found.differences[2]
    // Float32 rounding before the addition.
    #expect(abs(recurrent.before[2][9] / share(moved, exact) - 1) < 1e-4)
    #expect(abs(recurrent.after[2][9] / share(normed(moved), normed(exact)) - 1) < 1e-4)
    for (f, difference) in found.differences.enumerated() {
      for h in 0..<3 {
        for n in 0..<50 {
          let isRight = difference.before[h][n] <= difference.beforeBudget[h][n]
          #expect(isRight == !(f == 2 && h == 2 && n == 9))
          #expect((difference.after[h][n] <= difference.afterBudget[h][n]) == isRight)
        }
      }
    }
  }

  @Test(
    "A broken form exceeds its error budget, the others do not",
    arguments: [BrokenRetention.Fault.decayOffByOne, .dividedState, .localRowSum])
  func brokenForm(fault: BrokenRetention.Fault) throws {
    let fixture = LaboratoryFixture()
    let gamma = fixture.model.decay.gammas[1]
    let found = try Self.reading(
      fixture, .all,
      computation: BrokenRetention(fault: fault).computation { $0.gamma == gamma && $1 == .chunkwise(length: 7) })
    for difference in found.differences {
      for h in 0..<3 {
        let beyond = (0..<50).filter { difference.before[h][$0] > difference.beforeBudget[h][$0] }
        let isBroken = h == 1 && difference.form == .chunkwise(length: 7)
        #expect(beyond.isEmpty == !isBroken)
        // The first chunk has no error.
        #expect((beyond.first ?? 7) >= 7)
      }
    }
  }

  @Test("Of a long session, the last 512 tokens are read as a separate text")
  func longSession() throws {
    let shape = ModelConfiguration(
      vocabularySize: 29, modelDim: 4, layers: 1, heads: 1, keyDim: 2, valueDim: 2, feedForwardDim: 4)
    let (model, tokens) = (RetNetModel(shape, seed: 2), VerificationTests.tokens(520))
    func read(_ tokens: [Int]) throws -> FormComparison {
      try Laboratory(model: model, tokens: tokens, norms: model.norms).forms(layer: 0, head: 0, chunkLength: 100)
    }
    var found = try read(tokens)
    #expect(found.skipped == 8)
    #expect(found.tokens == Array(tokens.suffix(512)))
    found.skipped = 0
    #expect(try found == read(Array(tokens.suffix(512))))
  }
}
