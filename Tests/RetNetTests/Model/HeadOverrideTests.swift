import Testing

@testable import RetNet

/// Steps in which heads deviate from Eq. 6.
@Suite("Head overrides")
struct HeadChangeTests {
  private static let shape: ModelConfiguration = {
    var shape = ModelConfiguration(
      vocabularySize: 24, modelDim: 16, layers: 2, heads: 2, keyValueHeads: 1, feedForwardDim: 24)
    shape.norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
    return shape
  }()
  private let place = HeadIndex(layer: 0, head: 1)
  private let tokens = [3, 7, 1, 20, 11, 5]

  private func run(
    _ model: RetNetModel, from: Int = 0, _ change: HeadOverride, edits: [Int: Intervention] = [:]
  ) throws -> (logits: [[Float]], states: [ModelState], traces: [StepTrace]) {
    let inference = Inference(model)
    var (state, trace) = (model.makeState(), StepTrace())
    var (logits, states, traces): ([[Float]], [ModelState], [StepTrace]) = ([], [], [])
    for (n, token) in tokens.enumerated() {
      var changes = HeadOverrides()
      if n >= from { changes[place] = change }
      if let edit = edits[n] { state.apply(edit) }
      logits.append(
        Array(try inference.step(token, norms: model.norms, overrides: changes, state: &state, trace: &trace)))
      states.append(state)
      traces.append(trace)
    }
    return (logits, states, traces)
  }

  @Test(
    "Scaling a head by s equals scaling its columns of W_o by s; its state still advances", arguments: [0, 0.5, 2, -1])
  func scale(_ scale: Float) throws {
    let model = RetNetModel(Self.shape, seed: 5)
    let layer = model.architecture.blocks[0].retention
    var weights = model.parameters.values(layer.output.weight).map { $0 }
    for row in 0..<Self.shape.modelDim {
      for column in layer.valueDim..<2 * layer.valueDim { weights[row * 2 * layer.valueDim + column] *= scale }
    }
    let all = ModelParameters(count: model.architecture.layout.count)
    all.withMutablePointer { pointer in
      for entry in model.architecture.layout.entries {
        let values = entry.parameter == layer.output.weight ? weights : Array(model.parameters.values(entry.parameter))
        (pointer + entry.offset).update(from: values, count: values.count)
      }
    }
    let expected = try run(RetNetModel(model.architecture, all), .none)
    let found = try run(model, HeadOverride(scale: scale))
    for (a, b) in zip(found.logits, expected.logits) {
      // Scaling by powers of two is exact, and the order of the sums is the same.
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(abs($1), 1) })
    }
    #expect(found.states.last?.layers[0] == expected.states.last?.layers[0])
  }

  @Test("A frozen head keeps the bits of S, z and c and is still read: ‖o‖ = ‖f q S‖")
  func frozen() throws {
    let model = RetNetModel(Self.shape, seed: 5)
    let found = try run(model, from: 3, HeadOverride(isFrozen: true))
    let kept = found.states[2].layers[0]
    for (state, trace) in zip(found.states[3...], found.traces[3...]) {
      let layer = state.layers[0]
      #expect(layer.matrix(head: 1) == kept.matrix(head: 1))
      #expect(layer.matrix(head: 0) != kept.matrix(head: 0))
      #expect(layer.decaySum[1] == kept.decaySum[1])
      #expect(layer.decaySum[0] != kept.decaySum[0])
      let (width, values) = (layer.headDim, layer.valueDim)
      let query = trace.layers[0].query[width..<2 * width].map(Double.init)
      let z = kept.keySum[width..<2 * width]
      let scale = 1 / Double(width).squareRoot() / kept.decaySum[1].squareRoot()
      let sum = zip(query, z).reduce(0) { $0 + $1.0 * $1.1 }
      let factor = scale / max(abs(scale * sum), 1)
      let entries = kept.matrix(head: 1).map(Double.init)
      var energy = 0.0
      for j in 0..<values {
        var o = 0.0
        for i in 0..<width { o += query[i] * entries[i * values + j] }
        energy += (factor * o) * (factor * o)
      }
      #expect(abs(Double(trace.layers[0].energy[1]) - energy.squareRoot()) < 1e-5 * max(energy.squareRoot(), 1e-3))
    }
  }

  @Test("Another γ gives S_n = γ' S_{n−1} + k_nᵀ v_n")
  func gamma() throws {
    let model = RetNetModel(Self.shape, seed: 5)
    let found = try run(model, from: 2, HeadOverride(gamma: 0.25))
    let own = model.decay.gammas[1]
    var expected = [Double](repeating: 0, count: found.states[0].layers[0].matrix(head: 1).count)
    for (n, trace) in found.traces.enumerated() {
      let layer = found.states[n].layers[0]
      let key = trace.layers[0].key[layer.headDim..<2 * layer.headDim]
      let value = trace.layers[0].value[layer.valueDim..<2 * layer.valueDim]
      for (i, k) in key.enumerated() {
        for (j, v) in value.enumerated() {
          let at = i * layer.valueDim + j
          expected[at] = (n < 2 ? own : 0.25) * expected[at] + Double(k) * Double(v)
        }
      }
      for (a, b) in zip(layer.matrix(head: 1), expected) { #expect(abs(Double(a) - b) < 1e-6) }  // Float32, six terms
    }
  }

  @Test("An intervention empties a head or copies S, z and c from a head of any layer")
  func edits() throws {
    let model = RetNetModel(Self.shape, seed: 5)
    var state = try run(model, .none).states[5]
    let before = state
    state.apply(.copy(from: HeadIndex(layer: 1, head: 0), to: place))
    #expect(state.layers[0].matrix(head: 1) == before.layers[1].matrix(head: 0))
    #expect(state.layers[0].decaySum[1] == before.layers[1].decaySum[0])
    #expect(Array(state.layers[0].keySum.suffix(8)) == Array(before.layers[1].keySum.prefix(8)))
    #expect(state.layers[0].matrix(head: 0) == before.layers[0].matrix(head: 0))
    #expect(state.layers[1] == before.layers[1])
    state.apply(.zero(place))
    #expect(state.layers[0].matrix(head: 1).allSatisfy { $0 == 0 })
    #expect(state.layers[0].decaySum[1] == 0)
    #expect(state.position == before.position)
    // c is 0 in an emptied head: under norm 2 its output is 0, not NaN.
    let frozen = try run(model, from: 0, HeadOverride(isFrozen: true))
    #expect(frozen.traces.allSatisfy { $0.layers[0].energy[1] == 0 && $0.layers[0].rowScale[1] == 1 })
  }
}
