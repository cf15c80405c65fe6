import Foundation
import RetNet

/// Modules and stacks in plain Double loops, written from the equations and independent of the package's code. They
/// are deliberately simple and slow.
package struct PlainStack {
  /// Weights by checkpoint name, row by row.
  package var weights: [String: [Double]] = [:]
  private let heads: Int
  private let gate: Activation
  package var hasPreNorm = true
  private let epsilon: Double
  private let norms: NormOptions
  private let mask: RetentionMask
  /// The activation of the MLPs.
  package var mlpGate = Activation.gelu
  package var linears = 0
  package var activatesLast = true
  /// The dropout factors by layer and linear map, `[time · inputs]`; empty without dropout.
  package var dropped: [[[Double]]] = []
  /// Norm 3 divisors by layer, head and token. If given, they are constants, as in training.
  package var divisors: [[[Double]]]?

  package init(
    _ tensors: [(name: String, shape: [Int], range: Range<Int>)], _ values: [Float], heads: Int, gate: Activation,
    epsilon: Float, norms: NormOptions, mask: RetentionMask
  ) {
    self.heads = heads
    self.gate = gate
    self.epsilon = Double(epsilon)
    self.norms = norms
    self.mask = mask
    for tensor in tensors { weights[tensor.name] = values[tensor.range].map(Double.init) }
  }

  /// One text through a single module, `[time][dim]`.
  package func module(_ x: [[Double]]) -> (output: [[Double]], divisors: [[Double]]) {
    retention(x, "", divisors?.first)
  }

  /// One text through all blocks, and the norm 3 divisors.
  package func stack(_ input: [[Double]], layers: Int) -> (output: [[Double]], divisors: [[[Double]]]) {
    var (x, met) = (input, [[[Double]]]())
    for layer in 0..<layers {
      let (retained, divisorsMet) = retention(x, "layers.\(layer).0.", divisors?[layer])
      met.append(divisorsMet)
      x = zip(x, retained).map(sum)
      for n in x.indices {
        var h = layerNorm(x[n], "layers.\(layer).1.net.0")
        for i in 0..<linears {
          if !dropped.isEmpty { h = h.indices.map { h[$0] * dropped[layer][i][n * h.count + $0] } }
          h = apply("layers.\(layer).1.net.\(i + 1).1", h)
          if i < linears - 1 || activatesLast { h = h.map { activate(mlpGate, $0) } }
        }
        x[n] = sum(x[n], h)
      }
    }
    return (x, met)
  }

  private func retention(_ input: [[Double]], _ prefix: String, _ fixed: [[Double]]?) -> ([[Double]], [[Double]]) {
    let x = hasPreNorm ? input.map { layerNorm($0, "\(prefix)pre_norm") } : input
    let q = x.enumerated().map { rotate(apply("\(prefix)q_proj", $1), $0) }
    let k = x.enumerated().map { rotate(apply("\(prefix)k_proj", $1), $0) }
    let v = x.map { apply("\(prefix)v_proj", $0) }
    let (keyDim, valueDim) = (q[0].count / heads, v[0].count / heads)
    var (outputs, met) = (x.map { _ in [Double]() }, [[Double]]())
    for h in 0..<heads {
      let gamma = 1 - pow(2, -5 - Double(h))
      var headDivisors: [Double] = []
      for n in x.indices {
        let decays = x.indices.map { m in weight(gamma, n, m, x.count) }
        var scores = x.indices.map { m in
          decays[m] * (0..<keyDim).reduce(0) { $0 + q[n][h * keyDim + $1] * k[m][h * keyDim + $1] }
        }
        if norms.retention.norm1 { scores = scores.map { $0 / sqrt(Double(keyDim)) } }
        let total = decays.reduce(0, +)
        if norms.retention.norm2, total > 0 { scores = scores.map { $0 / sqrt(total) } }
        var divisor = 1.0
        switch norms.retention.norm3 {
        case .off: break
        case .paper: divisor = max(abs(scores.reduce(0, +)), 1)
        case .torchscale: divisor = min(max(scores.reduce(0) { $0 + abs($1) }, 1), 50_000)
        }
        headDivisors.append(divisor)
        if let fixed { divisor = fixed[h][n] }
        let o = (0..<valueDim).map { j in
          x.indices.reduce(0) { $0 + scores[$1] / divisor * v[$1][h * valueDim + j] }
        }
        outputs[n] += groupNorm(o, "\(prefix)norm")
      }
      met.append(headDivisors)
    }
    return (
      x.indices.map { n in
        let g = apply("\(prefix)g_proj", x[n]).map { activate(gate, $0) }
        return apply("\(prefix)o_proj", zip(g, outputs[n]).map { $0 * $1 })
      }, met
    )
  }

  private func weight(_ gamma: Double, _ n: Int, _ m: Int, _ time: Int) -> Double {
    switch mask {
    case .causal: m > n ? 0 : pow(gamma, Double(n - m))
    case .bidirectional: pow(gamma, Double(abs(n - m)))
    case .full: 1
    case .distances(let distances): pow(gamma, distances[n * time + m])
    }
  }

  private func groupNorm(_ o: [Double], _ name: String) -> [Double] {
    let epsilon = norms.epsilon.map(Double.init) ?? epsilon
    switch norms.group {
    case .off: return o
    case .model: return layerNorm(o, name, epsilon)
    case .layer: return layerNorm(o, "", epsilon)
    case .rms:
      let r = sqrt(o.reduce(0) { $0 + $1 * $1 } / Double(o.count) + epsilon)
      return o.map { $0 / r }
    }
  }

  private func layerNorm(_ x: [Double], _ name: String, _ epsilon: Double? = nil) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let r = sqrt(x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count) + (epsilon ?? self.epsilon))
    let (w, b) = (weights["\(name).weight"], weights["\(name).bias"])
    return x.enumerated().map { ($1 - mean) / r * (w?[$0] ?? 1) + (b?[$0] ?? 0) }
  }

  private func rotate(_ x: [Double], _ position: Int) -> [Double] {
    let pairs = x.count / heads / 2
    var y = x
    for pair in 0..<x.count / 2 {
      let share = pairs == 1 ? 0 : Double(pair % pairs) / Double(pairs - 1)
      let angle = Double(position) / pow(10000, share)
      let (a, b) = (x[2 * pair], x[2 * pair + 1])
      y[2 * pair] = a * cos(angle) - b * sin(angle)
      y[2 * pair + 1] = a * sin(angle) + b * cos(angle)
    }
    return y
  }

  private func apply(_ name: String, _ x: [Double]) -> [Double] {
    let (w, b) = (weights["\(name).weight"]!, weights["\(name).bias"])
    return (0..<w.count / x.count).map { row -> Double in
      var total = b?[row] ?? 0
      for j in x.indices { total += w[row * x.count + j] * x[j] }
      return total
    }
  }

  private func activate(_ activation: Activation, _ x: Double) -> Double { Self.activate(activation, x) }

  package static func activate(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .silu: x / (1 + exp(-x))
    case .gelu: x / 2 * (1 + erf(x / sqrt(2)))
    case .relu: max(x, 0)
    case .selu:
      1.0507009873554804934193349852946 * (x > 0 ? x : 1.6732632423543772848170429916717 * (exp(x) - 1))
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }

  private func sum(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
}

extension Array where Element: BinaryFloatingPoint {
  /// `[batch, time, dim]` as `[batch][time][dim]` in Double.
  package func texts(batch: Int, dim: Int) -> [[[Double]]] {
    let time = count / batch / dim
    return (0..<batch).map { b in
      (0..<time).map { n in self[(b * time + n) * dim..<(b * time + n + 1) * dim].map { Double($0) } }
    }
  }
}
