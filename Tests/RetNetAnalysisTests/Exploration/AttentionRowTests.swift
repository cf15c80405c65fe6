import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Attention rows of recurrent steps")
struct AttentionRowTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var norms: RetentionNorms
    var hasExperiments: Bool
    var keyValueHeads = 2
    var testDescription: String {
      "norms \(norms.norm1) \(norms.norm2) \(norms.norm3), \(hasExperiments), \(keyValueHeads) key heads"
    }
  }

  static let norms = [
    RetentionNorms(), RetentionNorms(norm1: false), RetentionNorms(norm1: false, norm2: true),
    RetentionNorms(norm1: false, norm2: true, norm3: .paper), RetentionNorms(norm1: true, norm3: .paper),
  ]
  static let cases =
    norms.flatMap { [Case(norms: $0, hasExperiments: false), Case(norms: $0, hasExperiments: true)] }
    + [Case(norms: norms[3], hasExperiments: true, keyValueHeads: 1)]

  private func model(keyValueHeads: Int) -> RetNetModel {
    let configuration = ModelConfiguration(
      vocabularySize: 31, modelDim: 16, layers: 2, heads: 2, keyValueHeads: keyValueHeads, keyDim: 16, valueDim: 24,
      feedForwardDim: 12)
    let model = RetNetModel(configuration, seed: 7)
    // Large enough for score rows above 1.
    let weights = (0..<model.parameterCount).map { model.parameters.block![$0] * 20 }
    return RetNetModel(RetNetArchitecture(configuration), copying: weights)
  }

  /// Options with frozen heads, changed decays, emptied and copied states.
  private func options(_ n: Int, _ test: Case) -> StepOptions {
    var options = StepOptions(norms: NormOptions(retention: test.norms))
    guard test.hasExperiments else { return options }
    let places = (0..<2).flatMap { l in (0..<2).map { HeadIndex(layer: l, head: $0) } }
    if n >= 10 { options.changes[places[0]].gamma = 0.8 }
    if (15..<20).contains(n) || n == 39 { options.changes[places[1]].isFrozen = true }
    if n >= 12 { options.changes[places[2]].scale = 0.5 }
    if n == 22 { options.edits = [.zero(places[2])] }
    if n == 30 { options.edits = [.copy(from: places[0], to: places[3]), .copy(from: places[1], to: places[0])] }
    return options
  }

  @Test("Σ_m a_m v_m equals o_n = f_n q_n S_n of the model's step", arguments: cases)
  func outputs(_ test: Case) throws {
    let model = model(keyValueHeads: test.keyValueHeads)
    let inference = Inference(model)
    var state = model.makeState()
    var steps: [RecordedStep] = []
    for n in 0..<40 {
      let options = options(n, test)
      for edit in options.edits { state.apply(edit) }
      var trace = StepTrace()
      _ = try inference.step(
        n * 7 % 31, norms: options.norms, overrides: options.changes, state: &state, trace: &trace)
      steps.append(RecordedStep(options: options, layers: trace.layers))
      for layer in 0..<2 {
        for head in 0..<2 {
          let attribution = TokenAttribution(
            of: HeadIndex(layer: layer, head: head), steps: steps, gammas: model.decay.gammas)
          let row = AttentionRow(of: attribution, steps: steps)
          var found = [Double](repeating: 0, count: 12)
          for entry in row.entries {
            let value = steps[entry.token].layers[entry.place.layer].value(head: entry.place.head)
            for (j, v) in value.enumerated() { found[j] += entry.score * Double(v) }
          }
          let (expected, magnitude) = output(state.layers[layer], trace.layers[layer], head, test.norms)
          // S is summed in Float32: the error is relative to the terms that cancel in q S.
          for j in 0..<12 { #expect(abs(found[j] - expected[j]) < 2e-6 * magnitude, "token \(n), \(layer) \(head)") }
          let shares = row.entries.reduce(0) { $0 + $1.share }
          #expect(abs(shares - 1) < 1e-12 || row.entries.isEmpty)
          #expect(row.isComplete)
        }
      }
    }
    let divisors = steps.flatMap { $0.layers.flatMap(\.divisor) }
    #expect(divisors.contains { $0 > 1.05 } == (test.norms.norm3 == .paper), "the divisor is at work")
  }

  /// o = f q S from the state and the query, and f |q| |S| of its largest entry.
  private func output(
    _ state: RetentionState<Float>, _ layer: StepTrace.Layer, _ head: Int, _ norms: RetentionNorms
  ) -> ([Double], Double) {
    let (q, s) = (layer.query[head * 8..<head * 8 + 8].map(Double.init), state.matrix(head: head).map(Double.init))
    var factor = norms.norm1 ? 1 / 8.0.squareRoot() : 1
    if norms.norm2 && state.decaySum[head] > 0 { factor /= state.decaySum[head].squareRoot() }
    if norms.norm3 == .paper {
      let sum = (0..<8).reduce(0) { $0 + q[$1] * state.keySum[head * 8 + $1] }
      factor /= max(abs(factor * sum), 1)
    }
    let o = (0..<12).map { j in (0..<8).reduce(0) { $0 + factor * q[$1] * s[$1 * 12 + j] } }
    let sizes = (0..<12).map { j in (0..<8).reduce(0) { $0 + factor * abs(q[$1] * s[$1 * 12 + j]) } }
    return (o, sizes.max()!)
  }

  @Test("Shares are averaged over the heads of a layer, except heads whose attention is zero")
  func mean() {
    func row(_ shares: [Int: Double]) -> AttentionRow {
      var row = AttentionRow(
        of: TokenAttribution(of: HeadIndex(layer: 0, head: 0), steps: [], gammas: [0.5]), steps: [])
      row.entries = shares.map {
        AttentionRow.Entry(token: $0.key, place: HeadIndex(layer: 0, head: 0), score: -$0.value, share: $0.value)
      }
      return row
    }
    let found = AttentionRow.mean([row([0: 0.25, 1: 0.75]), row([1: 0.5, 2: 0.5]), row([:]), row([0: 0])])
    #expect(found.map(\.token) == [0, 1, 2])
    #expect(found.map(\.share) == [0.125, 0.625, 0.25])
    #expect(AttentionRow.mean([]).isEmpty)
  }
}
