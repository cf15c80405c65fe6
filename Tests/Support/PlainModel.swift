import Foundation
import RetNet

/// The language model in plain Double loops, written from the equations and independent of the package's code:
/// retention is Eq. 4 summed term by term. It is deliberately simple and slow.
package struct PlainModel {
  private let configuration: ModelConfiguration
  private let names: Names
  private let norms: NormOptions
  /// Weights by checkpoint name, row by row.
  package var weights: [String: [Double]]
  /// Norm 3 divisors by layer, head and position. If given, they are constants, as in training.
  package var divisors: [[[Double]]]?
  /// By layer, rotated keys and values of the tokens before the text, if it continues another; they are constants.
  package var past: [KeysAndValues]?

  /// S₀ of each layer before the first token, `[heads · headDim · valueDim]`: token n reads γ^(n+1) q_n S₀.
  package var initial: [[Double]]?

  /// The dropout factors; nil without dropout.
  package var dropped: Dropped?

  /// Each `[time · modelDim]`, the latter two by layer.
  package struct Dropped {
    package var embedding: [Double]
    package var retention: [[Double]]
    package var mlp: [[Double]]

    package init(embedding: [Double], retention: [[Double]], mlp: [[Double]]) {
      self.embedding = embedding
      self.retention = retention
      self.mlp = mlp
    }
  }

  /// `[token][all heads]`.
  package struct KeysAndValues {
    package var k: [[Double]] = []
    package var v: [[Double]] = []
  }

  /// The tensor names of both dialects; those of a block without its prefix and index.
  private struct Names {
    var embedding = "model.embeddings.weight", embeddingNorm = "", finalNorm = "model.norm.weight"
    var head = "lm_head.weight", block = "model.layers"
    var retentionNorm = "attn_norm.weight", retention = "attn", output = "o_proj.weight"
    var mlpNorm = "mlp_norm.weight", activated = "mlp.gate_proj.weight", linear = "mlp.up_proj.weight"
    var down = "mlp.down_proj.weight"

    static let torchscale = Names(
      embedding: "embed_tokens.weight", embeddingNorm: "layernorm_embedding.weight", finalNorm: "layer_norm.weight",
      head: "output_projection.weight", block: "layers", retentionNorm: "retention_layer_norm.weight",
      retention: "retention", output: "out_proj.weight", mlpNorm: "final_layer_norm.weight",
      activated: "ffn.fc1.weight", linear: "ffn.gate.weight", down: "ffn.fc2.weight")
  }

  package init(_ model: RetNetModel, norms: NormOptions) {
    configuration = model.configuration
    names = configuration.dialect == .torchscale ? .torchscale : Names()
    self.norms = norms
    weights = [:]
    for entry in model.architecture.layout.entries {
      weights[entry.name] = model.parameters.values(entry.parameter).map(Double.init)
    }
  }

  /// Logits of one text, `[time][vocabulary]`, and the norm 3 divisors, keys and values.
  package func logits(
    _ tokens: [Int]
  ) -> (logits: [[Double]], divisors: [[[Double]]], keysAndValues: [KeysAndValues]) {
    let d = configuration.modelDim
    let before = configuration.preNorm
    let alpha = configuration.deepNorm ? pow(2 * Double(configuration.layers), 0.25) : 1
    let scale = configuration.scalesEmbedding ? sqrt(Double(d)) : 1
    let embedding = weights[names.embedding]!
    var x = tokens.map { embedding[$0 * d..<($0 + 1) * d].map { $0 * scale } }
    if configuration.normalizesEmbedding { x = x.map { rms($0, names.embeddingNorm) } }
    if let dropped { x = drop(x, dropped.embedding) }
    var divisorsMet: [[[Double]]] = []
    var keysAndValues: [KeysAndValues] = []
    for layer in 0..<configuration.layers {
      let prefix = "\(names.block).\(layer)"
      let (retentionNorm, mlpNorm) = ("\(prefix).\(names.retentionNorm)", "\(prefix).\(names.mlpNorm)")
      var (retained, met, all) = retention(before ? x.map { rms($0, retentionNorm) } : x, layer)
      divisorsMet.append(met)
      keysAndValues.append(all)
      if let dropped { retained = drop(retained, dropped.retention[layer]) }
      for n in x.indices {
        x[n] = sum(x[n].map { alpha * $0 }, retained[n])
        if !before { x[n] = rms(x[n], retentionNorm) }
        let input = before ? rms(x[n], mlpNorm) : x[n]
        let gate = apply("\(prefix).\(names.activated)", input).map(activation)
        let up = apply("\(prefix).\(names.linear)", input)
        var branch = apply("\(prefix).\(names.down)", zip(gate, up).map { $0 * $1 })
        if let dropped { branch = zip(branch, dropped.mlp[layer][(n * d)...]).map { $0 * $1 } }
        x[n] = sum(x[n].map { alpha * $0 }, branch)
        if !before { x[n] = rms(x[n], mlpNorm) }
      }
    }
    let head = configuration.tiedHead ? names.embedding : names.head
    return (x.map { apply(head, before ? rms($0, names.finalNorm) : $0) }, divisorsMet, keysAndValues)
  }

  private func drop(_ x: [[Double]], _ factors: [Double]) -> [[Double]] {
    x.enumerated().map { n, row in row.enumerated().map { $1 * factors[n * row.count + $0] } }
  }

  /// Σ −ln p(target) in nats over targets that are not negative.
  package func loss(_ tokens: [Int], targets: [Int]) -> Double {
    var total = 0.0
    for (row, target) in zip(logits(tokens).logits, targets) where target >= 0 {
      let largest = row.max()!
      total += log(row.reduce(0) { $0 + exp($1 - largest) }) + largest - row[target]
    }
    return total
  }

  private func retention(_ x: [[Double]], _ layer: Int) -> ([[Double]], [[Double]], KeysAndValues) {
    let prefix = "\(names.block).\(layer).\(names.retention)"
    let (heads, shared) = (configuration.heads, configuration.heads / configuration.keyValueHeads)
    let (headDim, valueDim) = (configuration.headDim, configuration.headValueDim)
    let before = past?[layer] ?? KeysAndValues()
    let first = before.k.count
    let q = x.enumerated().map { rotate(apply("\(prefix).q_proj.weight", $1), first + $0) }
    let k = before.k + x.enumerated().map { rotate(apply("\(prefix).k_proj.weight", $1), first + $0) }
    let v = before.v + x.map { apply("\(prefix).v_proj.weight", $0) }
    var (outputs, met) = (x.map { _ in [Double]() }, [[Double]]())
    for h in 0..<heads {
      let gamma = 1 - pow(2, -5 - Double(h))
      var headDivisors: [Double] = []
      for n in x.indices {
        var scores: [Double] = []
        var decaySum = 0.0
        for m in 0...first + n {
          var score = 0.0
          for i in 0..<headDim { score += q[n][h * headDim + i] * k[m][h / shared * headDim + i] }
          scores.append(score * pow(gamma, Double(first + n - m)))
          decaySum += pow(gamma, Double(first + n - m))
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
        for m in 0...first + n {
          for j in 0..<valueDim { o[j] += scores[m] / divisor * v[m][h / shared * valueDim + j] }
        }
        if let initial = initial?[layer] {
          var factor = pow(gamma, Double(n + 1)) / divisor
          if norms.retention.norm1 { factor /= sqrt(Double(headDim)) }
          if norms.retention.norm2 { factor /= sqrt(decaySum) }
          for i in 0..<headDim {
            for j in 0..<valueDim {
              o[j] += factor * q[n][h * headDim + i] * initial[(h * headDim + i) * valueDim + j]
            }
          }
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
        return apply("\(prefix).\(names.output)", y)
      }, met, KeysAndValues(k: k, v: v)
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
    let isTorchscale = configuration.dialect == .torchscale
    var y = x
    for start in stride(from: 0, to: x.count, by: d) {
      for i in 0..<half {
        let exponent = isTorchscale ? Double(i) / Double(max(half - 1, 1)) : Double(2 * i) / Double(d)
        let angle = Double(position) * pow(10000, -exponent)
        let (p, q) = isTorchscale ? (start + 2 * i, start + 2 * i + 1) : (start + i, start + half + i)
        let (a, b) = (x[p], x[q])
        y[p] = a * cos(angle) - b * sin(angle)
        y[q] = a * sin(angle) + b * cos(angle)
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

  private func activation(_ x: Double) -> Double {
    switch configuration.activation {
    case .silu: swish(x)
    case .gelu: x * erfc(-x / sqrt(2)) / 2
    case .relu: max(x, 0)
    case .selu: 1.050_700_987_355_480_5 * (x > 0 ? x : 1.673_263_242_354_377_2 * expm1(x))
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }

  private func swish(_ x: Double) -> Double { x / (1 + exp(-x)) }

  private func sum(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
}
