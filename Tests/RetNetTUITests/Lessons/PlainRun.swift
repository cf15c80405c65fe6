import Foundation
import Lessons

@testable import RetNet
@testable import RetNetTUI
@testable import RetNetText

/// A session recomputed in Double by plain loops from its tokens and step options: the oracle for the numbers that
/// lessons state. It takes only the weights from the engine.
final class PlainRun {
  let tokens: [Int]
  private let options: [StepOptions]
  private let model: RetNetModel
  private let shape: ModelConfiguration
  private var weights: [String: [Double]] = [:]

  /// `[layer][token]`, all heads side by side, rotated.
  private(set) var q: [[[Double]]]
  private(set) var k: [[[Double]]]
  private(set) var v: [[[Double]]]
  /// `[layer][head]`, row by row, after and before the last step.
  private(set) var states: [[[Double]]]
  private(set) var before: [[[Double]]] = []
  /// What is left of each token, `[layer][head][token]`.
  private(set) var left: [[[Double]]]
  /// Of the last step, `[layer][head]`.
  private(set) var outputs: [[[Double]]]
  private(set) var factors: [[Double]]
  private(set) var rowScales: [[Double]]
  private(set) var divisors: [[Double]]
  /// After the last token.
  private(set) var logits: [Double] = []

  /// - Parameter reads: whether to compute the tokens; if false, only values of the model's shape are available.
  init(_ model: RetNetModel, _ state: AppState, reads: Bool = true) {
    self.model = model
    shape = model.configuration
    let past = state.tokens.past
    tokens = past.map(\.token)
    options = past.map(\.step.options)
    let heads = Array(repeating: 0.0, count: shape.heads)
    let size = shape.headDim * shape.headValueDim
    (q, k, v) = (Array(repeating: [], count: shape.layers), [], [])
    (k, v) = (q, q)
    states = Array(repeating: heads.map { _ in Array(repeating: 0, count: size) }, count: shape.layers)
    left = Array(repeating: heads.map { _ in [] }, count: shape.layers)
    outputs = left
    (factors, rowScales, divisors) = (Array(repeating: heads, count: shape.layers), [], [])
    (rowScales, divisors) = (factors, factors)
    guard reads else { return }
    for entry in model.architecture.layout.entries {
      weights[entry.name] = model.parameters.values(entry.parameter).map(Double.init)
    }
    for n in tokens.indices { step(n) }
  }

  func gamma(_ head: Int) -> Double { 1 - 1 / Double(1 << (5 + head)) }

  /// The key of a token, counted from 0, in one head.
  func key(_ token: Int, _ layer: Int, _ head: Int) -> [Double] { part(k[layer][token], head) }
  func query(_ token: Int, _ layer: Int, _ head: Int) -> [Double] { part(q[layer][token], head) }
  func value(_ token: Int, _ layer: Int, _ head: Int) -> [Double] { part(v[layer][token], head) }

  func state(_ layer: Int, _ head: Int, _ row: Int, _ column: Int) -> Double {
    states[layer][head][row * shape.headValueDim + column]
  }

  var probabilities: [(token: Int, probability: Double)] {
    let largest = logits.max() ?? 0
    let total = logits.reduce(0) { $0 + exp($1 - largest) }
    return logits.enumerated().map { ($0, exp($1 - largest) / total) }.sorted { $0.1 > $1.1 }
  }

  private func part(_ all: [Double], _ head: Int) -> [Double] {
    let width = all.count / shape.heads
    return Array(all[head * width..<(head + 1) * width])
  }

  // MARK: One step

  private func step(_ n: Int) {
    let d = shape.modelDim
    let condition = options[n]
    before = states
    for edit in condition.edits { apply(edit, before: n) }
    var x = Array(weights["model.embeddings.weight"]![tokens[n] * d..<(tokens[n] + 1) * d])
    for layer in 0..<shape.layers {
      let name = "model.layers.\(layer)"
      let input = rms(x, weights["\(name).attn_norm.weight"])
      q[layer].append(rotated(times("\(name).attn.q_proj.weight", input), n))
      k[layer].append(rotated(times("\(name).attn.k_proj.weight", input), n))
      v[layer].append(times("\(name).attn.v_proj.weight", input))
      let gate = times("\(name).attn.g_proj.weight", input)
      var gated: [Double] = []
      for head in 0..<shape.heads {
        retain(n, layer, head, condition)
        let change = condition.changes[HeadIndex(layer: layer, head: head)]
        let normed = groupNorm(outputs[layer][head], "\(name).attn.g_norm_swish_gate.weight", condition.norms)
        for (j, y) in normed.enumerated() {
          let g = gate[head * shape.headValueDim + j]
          gated.append(g / (1 + exp(-g)) * y * Double(change.scale))
        }
      }
      x = zip(x, times("\(name).attn.o_proj.weight", gated)).map { $0 + $1 }
      let hidden = rms(x, weights["\(name).mlp_norm.weight"])
      let up = times("\(name).mlp.up_proj.weight", hidden)
      let activated = times("\(name).mlp.gate_proj.weight", hidden).map { $0 / (1 + exp(-$0)) }
      x = zip(x, times("\(name).mlp.down_proj.weight", zip(activated, up).map { $0 * $1 })).map { $0 + $1 }
    }
    guard n == tokens.count - 1 else { return }
    logits = times("model.embeddings.weight", rms(x, weights["model.norm.weight"]))
  }

  private func apply(_ edit: Intervention, before n: Int) {
    guard case .zero(let place) = edit else { fatalError("no lesson copies a state") }
    states[place.layer][place.head] = states[place.layer][place.head].map { _ in 0 }
    left[place.layer][place.head] = left[place.layer][place.head].map { _ in 0 }
  }

  /// S, and the token's output q S.
  private func retain(_ n: Int, _ layer: Int, _ head: Int, _ condition: StepOptions) {
    let gamma = condition.changes[HeadIndex(layer: layer, head: head)].gamma ?? gamma(head)
    let (q, k, v) = (query(n, layer, head), key(n, layer, head), value(n, layer, head))
    left[layer][head] = left[layer][head].map { $0 * gamma } + [1]
    var o = v.map { _ in 0.0 }
    for i in k.indices {
      for j in v.indices {
        let place = i * v.count + j
        states[layer][head][place] = gamma * states[layer][head][place] + k[i] * v[j]
        o[j] += q[i] * states[layer][head][place]
      }
    }
    let (norms, weights) = (condition.norms.retention, left[layer][head])
    let scale = norms.norm1 ? 1 / sqrt(Double(k.count)) : 1
    rowScales[layer][head] = norms.norm2 ? 1 / sqrt(weights.reduce(0, +)) : 1
    var rowSum = 0.0
    for m in 0...n where norms.norm3 == .paper {
      let other = key(m, layer, head)
      for i in q.indices { rowSum += weights[m] * q[i] * other[i] }
    }
    divisors[layer][head] = norms.norm3 == .paper ? max(abs(scale * rowScales[layer][head] * rowSum), 1) : 1
    factors[layer][head] = scale * rowScales[layer][head] / divisors[layer][head]
    outputs[layer][head] = o.map { $0 * factors[layer][head] }
  }

  // MARK: Parts of a layer

  private func rms(_ x: [Double], _ weight: [Double]?) -> [Double] {
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let r = sqrt(mean + Double(shape.normEpsilon))
    return x.enumerated().map { $1 / r * (weight?[$0] ?? 1) }
  }

  private func groupNorm(_ o: [Double], _ name: String, _ norms: NormOptions) -> [Double] {
    switch norms.group {
    case .off: o
    case .model: rms(o, weights[name])
    case .rms: rms(o, nil)
    case .layer: fatalError("no lesson chooses LayerNorm")
    }
  }

  private func rotated(_ x: [Double], _ position: Int) -> [Double] {
    let (d, half) = (shape.headDim, shape.headDim / 2)
    var y = x
    for start in stride(from: 0, to: x.count, by: d) {
      for i in 0..<half {
        let angle = Double(position) * pow(10000, -2 * Double(i) / Double(d))
        let (a, b) = (x[start + i], x[start + half + i])
        y[start + i] = a * cos(angle) - b * sin(angle)
        y[start + half + i] = a * sin(angle) + b * cos(angle)
      }
    }
    return y
  }

  private func times(_ name: String, _ x: [Double]) -> [Double] {
    // In place, because arrays are slow in a debug build.
    weights[name]!.withUnsafeBufferPointer { w in
      x.withUnsafeBufferPointer { x in
        (0..<w.count / x.count).map { row in
          var (total, j) = (0.0, 0)
          while j < x.count {
            total += w[row * x.count + j] * x[j]
            j += 1
          }
          return total
        }
      }
    }
  }
}

/// The plain run as facts of a lesson. Selections, such as the head, come from the screen.
struct PlainFacts: LessonFacts {
  let run: PlainRun
  let state: AppState
  let tokenizer: Tokenizer

  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    let a = arguments.map { Int($0) }
    let model = state.model!
    switch quantity {
    case .position: return Double(run.tokens.count)
    case .layers: return Double(model.layers)
    case .heads: return Double(model.heads)
    case .headDim: return Double(model.headDim)
    case .valueDim: return Double(model.valueDim)
    case .stateBytes:
      return Double(model.layers * model.heads * (4 * model.headDim * model.valueDim + 8 * model.headDim + 8))
    case .cacheBytes: return Double(4 * a[0] * model.layers * model.heads * (model.headDim + model.valueDim))
    case .chunkLength: return Double(state.lab.chunkLength)
    case .norm1: return state.settings.norms.retention.norm1 ? 1 : 0
    case .norm2: return state.settings.norms.retention.norm2 ? 1 : 0
    case .nextGamma: return state.nextChange(of: HeadIndex(layer: a[0], head: a[1])).gamma ?? run.gamma(a[1])
    case .gamma: return state.result?.options.changes[HeadIndex(layer: a[0], head: a[1])].gamma ?? run.gamma(a[1])
    case .halfLife: return -log(2) / log(run.gamma(a[1]))
    case .state: return run.state(a[0], a[1], a[2], a[3])
    case .before: return run.before[a[0]][a[1]][a[2] * model.valueDim + a[3]]
    case .decaySum: return run.left[a[0]][a[1]].reduce(0, +)
    case .keySum:
      return run.left[a[0]][a[1]].enumerated().reduce(0) { $0 + $1.element * run.key($1.offset, a[0], a[1])[a[2]] }
    case .norm: return sqrt(run.states[a[0]][a[1]].reduce(0) { $0 + $1 * $1 })
    case .rank: return effectiveRank(run.states[a[0]][a[1]], rows: model.headDim, columns: model.valueDim)
    case .energy: return sqrt(run.outputs[a[0]][a[1]].reduce(0) { $0 + $1 * $1 })
    case .query: return run.query(run.tokens.count - 1, a[0], a[1])[a[2]]
    case .key: return run.key(run.tokens.count - 1, a[0], a[1])[a[2]]
    case .value: return run.value(run.tokens.count - 1, a[0], a[1])[a[2]]
    case .readout: return run.outputs[a[0]][a[1]][a[2]]
    case .rowScale: return run.rowScales[a[0]][a[1]]
    case .divisor: return run.divisors[a[0]][a[1]]
    case .factor: return run.factors[a[0]][a[1]]
    case .queryAt: return run.query(a[0], a[1], a[2])[a[3]]
    case .keyAt: return run.key(a[0], a[1], a[2])[a[3]]
    case .valueAt: return run.value(a[0], a[1], a[2])[a[3]]
    case .weight: return run.left[a[1]][a[2]][a[0]]
    case .written:
      let token = a[0]
      return run.left[a[1]][a[2]][token] * run.key(token, a[1], a[2])[a[3]] * run.value(token, a[1], a[2])[a[4]]
    case .score: return score(a[0], a[1], a[2])
    case .share:
      let all = run.tokens.indices.reduce(0) { $0 + abs(score($1, a[1], a[2])) }
      return abs(score(a[0], a[1], a[2])) / all
    case .probability: return run.probabilities[a[0] - 1].probability
    default: throw .missing(quantity: quantity.rawValue, text: "the plain run does not have it.")
    }
  }

  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String {
    let number = Int(arguments[0])
    let token = quantity == .piece ? run.tokens[number] : run.probabilities[number - 1].token
    return PieceText.shown(tokenizer.piece(token))
  }

  private func score(_ token: Int, _ layer: Int, _ head: Int) -> Double {
    let (q, k) = (run.query(run.tokens.count - 1, layer, head), run.key(token, layer, head))
    return run.factors[layer][head] * run.left[layer][head][token] * zip(q, k).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// (tr SᵀS)² / ‖SᵀS‖².
  private func effectiveRank(_ s: [Double], rows: Int, columns: Int) -> Double {
    var (trace, squares) = (0.0, 0.0)
    for a in 0..<columns {
      for b in 0..<columns {
        var entry = 0.0
        for i in 0..<rows { entry += s[i * columns + a] * s[i * columns + b] }
        squares += entry * entry
        if a == b { trace += entry }
      }
    }
    return trace * trace / squares
  }
}
