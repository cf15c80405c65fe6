import Foundation
import TestSupport

@testable import RetNet
@testable import RetNetAnalysis

/// A small random model, and the inputs of one of its layers as plain arrays.
struct LaboratoryFixture {
  static let layer = 1

  var model: RetNetModel
  var tokens: [Int]

  /// - Parameters:
  ///   - sharpness: the factor of queries and keys relative to initial weights.
  ///   - epsilon: ε of every norm.
  init(tokens: Int = 50, sharpness: Float = 12, epsilon: Float = 1e-6, keyValueHeads: Int = 3) {
    var shape = VerificationTests.shape
    shape.normEpsilon = epsilon
    shape.keyValueHeads = keyValueHeads
    self.tokens = VerificationTests.tokens(tokens)
    model = VerificationTests.model(shape, sharpness: sharpness)
    // Initial norm weights are 1, which would hide that they are not applied.
    var generator = SeededGenerator(seed: 8)
    let layout = model.architecture.layout
    model.parameters.withMutablePointer { base in
      for entry in layout.entries where entry.shape.count == 1 {
        for i in entry.offset..<entry.offset + entry.count { base[i] = Float.random(in: 0.5...1.5, using: &generator) }
      }
    }
  }

  func laboratory(_ norms: NormOptions? = nil) -> Laboratory {
    Laboratory(model: model, tokens: tokens, norms: norms ?? model.norms)
  }

  func met(_ norms: NormOptions? = nil) throws -> MetHeads {
    try MetHeads(
      LayerInput.read(model, tokens, layer: Self.layer, norms: norms ?? model.norms).input)
  }

  /// The layer's group norm of o, `[heads · time · valueDim]`, in plain loops.
  func groupNorm(_ o: [Double], _ norms: NormOptions, heads: Int, valueDim: Int) -> [Double] {
    let name = "model.layers.\(Self.layer).attn.g_norm_swish_gate.weight"
    let entry = model.architecture.layout.entries.first { $0.name == name }
    let weight = entry.map { model.parameters.values($0.parameter).map(Double.init) } ?? []
    let epsilon = Double(norms.epsilon ?? model.configuration.normEpsilon)
    var y: [Double] = []
    for start in stride(from: 0, to: o.count, by: valueDim) {
      let x = o[start..<start + valueDim]
      let mean = norms.group == .layer ? x.reduce(0, +) / Double(valueDim) : 0
      let r = sqrt(x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(valueDim) + epsilon)
      for (j, x) in x.enumerated() {
        switch norms.group {
        case .off: y.append(x)
        case .model: y.append(x / r * weight[j])
        case .rms, .layer: y.append((x - mean) / r)
        }
      }
    }
    return y
  }
}

/// The inputs of all heads of a layer, `[heads][time · width]`, and sums over them in plain loops.
struct MetHeads {
  let plain: PlainRetention
  let time: Int
  let q: [[Double]]
  let k: [[Double]]
  let v: [[Double]]

  init(_ input: LayerInput) {
    let (heads, headDim, valueDim) = (input.layer.heads, input.layer.headDim, input.layer.valueDim)
    plain = PlainRetention(
      heads: heads, headDim: headDim, valueDim: valueDim, gammas: (0..<heads).map { 1 - pow(2, -5 - Double($0)) })
    time = input.time
    func values(_ matrix: (Int) -> MatrixView<Float>) -> [[Double]] {
      (0..<heads).map { h in
        let rows = matrix(h)
        return (0..<rows.rows).flatMap { n in (0..<rows.columns).map { Double(rows.row(n)[$0]) } }
      }
    }
    q = values { input.head($0).q }
    k = values { input.head($0).k }
    v = values { input.head($0).v }
  }

  func summed(_ norms: RetentionNorms) -> (output: [Double], divisors: [Double]) {
    plain.summed(q: q, k: k, v: v, norms: norms)
  }

  /// One head's part of numbers of all heads.
  func part(_ x: [Double], _ h: Int) -> [Double] {
    let size = x.count / plain.heads
    return Array(x[h * size..<(h + 1) * size])
  }

  /// f_n of each head and token, `[heads · time]`.
  func factors(_ norms: RetentionNorms) -> [Double] {
    summed(norms).divisors.enumerated().map { place, divisor in
      let (h, n) = place.quotientAndRemainder(dividingBy: time)
      let decaySum = (0...n).reduce(0) { $0 + pow(plain.gammas[h], Double($1)) }
      let scale = norms.norm1 ? 1 / sqrt(Double(plain.headDim)) : 1
      return scale / (norms.norm2 ? sqrt(decaySum) : 1) / divisor
    }
  }

  /// Σ_m γ^(n−m) (q_n·k_m) v_m over the tokens of `range`, without norms.
  func read(_ h: Int, _ n: Int, _ range: Range<Int>) -> [Double] {
    let (d, w) = (plain.headDim, plain.valueDim)
    var o = [Double](repeating: 0, count: w)
    for m in range {
      var score = pow(plain.gammas[h], Double(n - m))
      score *= (0..<d).reduce(0) { $0 + q[h][n * d + $1] * k[h][m * d + $1] }
      for j in 0..<w { o[j] += score * v[h][m * w + j] }
    }
    return o
  }

  /// S = Σ_{m<count} γ^(count−1−m) k_mᵀ v_m.
  func state(_ h: Int, after count: Int) -> [Double] {
    let (d, w) = (plain.headDim, plain.valueDim)
    var s = [Double](repeating: 0, count: d * w)
    for m in 0..<count {
      let power = pow(plain.gammas[h], Double(count - 1 - m))
      for i in 0..<d {
        for j in 0..<w { s[i * w + j] += power * k[h][m * d + i] * v[h][m * w + j] }
      }
    }
    return s
  }
}

extension NormOptions {
  /// All norms of the paper.
  static let all = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper))
  static let torchscale = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .torchscale))
}
