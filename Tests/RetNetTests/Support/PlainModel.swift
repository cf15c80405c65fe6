import Foundation

@testable import RetNet

/// The language model written out in plain Double loops, straight from the equations and independent of the package's
/// code: retention is Eq. 4 summed term by term. Slow, and meant to be.
struct PlainModel {
  let configuration: ModelConfiguration
  var norms: NormOptions
  /// Weights by checkpoint name, row by row.
  var weights: [String: [Double]]
  /// Norm 3 divisors by layer, head and position. Where given they are used as they are, as training holds them fixed.
  var divisors: [[[Double]]]?

  init(_ model: RetNetModel, norms: NormOptions) {
    configuration = model.configuration
    self.norms = norms
    weights = [:]
    for entry in model.architecture.layout.entries {
      weights[entry.name] = model.parameters.values(entry).map(Double.init)
    }
  }

  /// Logits of one text, `[time][vocabulary]`, and the norm 3 divisors met on the way.
  func logits(_ tokens: [Int]) -> (logits: [[Double]], divisors: [[[Double]]]) {
    let d = configuration.modelDim
    let embedding = weights["model.embeddings.weight"]!
    var x = tokens.map { Array(embedding[$0 * d..<($0 + 1) * d]) }
    var divisorsMet: [[[Double]]] = []
    for layer in 0..<configuration.layers {
      let prefix = "model.layers.\(layer)"
      let (retained, met) = retention(x.map { rms($0, "\(prefix).attn_norm.weight") }, layer)
      divisorsMet.append(met)
      for n in x.indices { x[n] = sum(x[n], retained[n]) }
      for n in x.indices {
        let input = rms(x[n], "\(prefix).mlp_norm.weight")
        let gate = apply("\(prefix).mlp.gate_proj.weight", input)
        let up = apply("\(prefix).mlp.up_proj.weight", input)
        x[n] = sum(x[n], apply("\(prefix).mlp.down_proj.weight", zip(gate, up).map { swish($0) * $1 }))
      }
    }
    let head = configuration.tiedHead ? "model.embeddings.weight" : "lm_head.weight"
    return (x.map { apply(head, rms($0, "model.norm.weight")) }, divisorsMet)
  }

  /// Σ −ln p(target) in nats over targets that are not negative.
  func loss(_ tokens: [Int], targets: [Int]) -> Double {
    var total = 0.0
    for (row, target) in zip(logits(tokens).logits, targets) where target >= 0 {
      let largest = row.max()!
      total += log(row.reduce(0) { $0 + exp($1 - largest) }) + largest - row[target]
    }
    return total
  }

  private func retention(_ x: [[Double]], _ layer: Int) -> ([[Double]], [[Double]]) {
    let prefix = "model.layers.\(layer).attn"
    let (heads, shared) = (configuration.heads, configuration.heads / configuration.keyValueHeads)
    let (headDim, valueDim) = (configuration.headDim, configuration.headValueDim)
    let q = x.enumerated().map { rotate(apply("\(prefix).q_proj.weight", $1), $0) }
    let k = x.enumerated().map { rotate(apply("\(prefix).k_proj.weight", $1), $0) }
    let v = x.map { apply("\(prefix).v_proj.weight", $0) }
    var (outputs, met) = (x.map { _ in [Double]() }, [[Double]]())
    for h in 0..<heads {
      let gamma = 1 - pow(2, -5 - Double(h))
      var headDivisors: [Double] = []
      for n in x.indices {
        var scores: [Double] = []
        var decaySum = 0.0
        for m in 0...n {
          var score = 0.0
          for i in 0..<headDim { score += q[n][h * headDim + i] * k[m][h / shared * headDim + i] }
          scores.append(score * pow(gamma, Double(n - m)))
          decaySum += pow(gamma, Double(n - m))
        }
        if norms.retention.norm1 { scores = scores.map { $0 / sqrt(Double(headDim)) } }
        if norms.retention.norm2 { scores = scores.map { $0 / sqrt(decaySum) } }
        var divisor = 1.0
        switch norms.retention.norm3 {
        case .off: break
        case .paper: divisor = max(abs(scores.reduce(0, +)), 1)
        case .torchscale: divisor = min(max(scores.reduce(0) { $0 + abs($1) }, 1), 50_000)
        }
        headDivisors.append(divisor)
        if let divisors { divisor = divisors[layer][h][n] }
        var o = [Double](repeating: 0, count: valueDim)
        for m in 0...n {
          for j in 0..<valueDim { o[j] += scores[m] / divisor * v[m][h / shared * valueDim + j] }
        }
        outputs[n] += groupNorm(o, prefix)
      }
      met.append(headDivisors)
    }
    return (
      x.indices.map { n in
        var y = outputs[n]
        if configuration.outputGate {
          y = zip(apply("\(prefix).g_proj.weight", x[n]), y).map { swish($0) * $1 }
        }
        return apply("\(prefix).o_proj.weight", y)
      }, met
    )
  }

  private func groupNorm(_ o: [Double], _ prefix: String) -> [Double] {
    let epsilon = Double(norms.epsilon ?? configuration.normEpsilon)
    let count = Double(o.count)
    switch norms.group {
    case .off: return o
    case .model, .rms:
      let r = sqrt(o.reduce(0) { $0 + $1 * $1 } / count + epsilon)
      let name = configuration.outputGate ? "g_norm_swish_gate" : "g_norm"
      let w = norms.group == .model ? weights["\(prefix).\(name).weight"] : nil
      return o.enumerated().map { $1 / r * (w?[$0] ?? 1) }
    case .layer:
      let mean = o.reduce(0, +) / count
      let r = sqrt(o.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count + epsilon)
      return o.map { ($0 - mean) / r }
    }
  }

  private func rotate(_ x: [Double], _ position: Int) -> [Double] {
    let (d, half) = (configuration.headDim, configuration.headDim / 2)
    var y = x
    for start in stride(from: 0, to: x.count, by: d) {
      for i in 0..<half {
        let angle = Double(position) * pow(10000, -Double(2 * i) / Double(d))
        let (a, b) = (x[start + i], x[start + half + i])
        y[start + i] = a * cos(angle) - b * sin(angle)
        y[start + half + i] = a * sin(angle) + b * cos(angle)
      }
    }
    return y
  }

  private func rms(_ x: [Double], _ name: String) -> [Double] {
    let r = sqrt(x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + Double(configuration.normEpsilon))
    let w = weights[name]
    return x.enumerated().map { $1 / r * (w?[$0] ?? 1) }
  }

  private func apply(_ name: String, _ x: [Double]) -> [Double] {
    let w = weights[name]!
    return (0..<w.count / x.count).map { row in
      var total = 0.0
      for j in x.indices { total += w[row * x.count + j] * x[j] }
      return total
    }
  }

  private func swish(_ x: Double) -> Double { x / (1 + exp(-x)) }

  private func sum(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
}
