import Foundation
import RetNet

/// Eq. 4 summed term by term in Double, for given q, k, v: the oracle of every form.
package struct PlainRetention {
  package var heads: Int
  package var headDim: Int
  package var valueDim: Int
  package var gammas: [Double]

  package init(heads: Int, headDim: Int, valueDim: Int, gammas: [Double]) {
    self.heads = heads
    self.headDim = headDim
    self.valueDim = valueDim
    self.gammas = gammas
  }

  /// - Parameters: q, k `[heads][time · headDim]`, v `[heads][time · valueDim]`.
  /// - Returns: o `[heads · time · valueDim]`, and the norm 3 divisor of each head and token.
  package func summed(
    q: [[Double]], k: [[Double]], v: [[Double]], norms: RetentionNorms
  ) -> (output: [Double], divisors: [Double]) {
    var (output, divisors) = ([Double](), [Double]())
    for h in 0..<heads {
      for n in 0..<q[h].count / headDim {
        var scores: [Double] = []
        var row = 0.0
        for m in 0...n {
          let power = pow(gammas[h], Double(n - m))
          var score = 0.0
          for i in 0..<headDim { score += q[h][n * headDim + i] * k[h][m * headDim + i] }
          scores.append(score * power)
          row += power
        }
        var factor = norms.norm1 ? 1 / sqrt(Double(headDim)) : 1
        if norms.norm2 { factor /= sqrt(row) }
        var divisor = 1.0
        if norms.norm3 == .paper { divisor = max(abs(scores.reduce(0, +) * factor), 1) }
        if norms.norm3 == .torchscale {
          divisor = min(max(scores.reduce(0) { $0 + abs($1) } * factor, 1), 50_000)
        }
        divisors.append(divisor)
        for j in 0..<valueDim {
          var sum = 0.0
          for m in 0...n { sum += scores[m] * v[h][m * valueDim + j] }
          output.append(sum * factor / divisor)
        }
      }
    }
    return (output, divisors)
  }
}

/// q, k, v with magnitudes as after training: keys share a direction, so that sums of score rows are far above 1.
package struct RetentionSample {
  package let plain: PlainRetention
  package let time: Int
  /// `[heads, time, headDim]`.
  package let q: [Float]
  package let k: [Float]
  /// `[heads, time, valueDim]`.
  package let v: [Float]

  package init(time: Int, heads: Int = 3, headDim: Int = 16, valueDim: Int = 24, seed: UInt64 = 1) {
    plain = PlainRetention(
      heads: heads, headDim: headDim, valueDim: valueDim, gammas: (0..<heads).map { 1 - pow(2, -5 - Double($0)) })
    self.time = time
    var generator = SeededGenerator(seed: seed)
    func normal(_ count: Int, mean: Double, deviation: Double) -> [Float] {
      (0..<count).map { _ in Float(mean + deviation * generator.nextNormal()) }
    }
    q = normal(heads * time * headDim, mean: 0.1, deviation: 1)
    k = normal(heads * time * headDim, mean: 0.1, deviation: 1)
    v = normal(heads * time * valueDim, mean: 0, deviation: 1)
  }

  package func summed(_ norms: RetentionNorms) -> (output: [Double], divisors: [Double]) {
    func split(_ x: [Float]) -> [[Double]] {
      let size = x.count / plain.heads
      return (0..<plain.heads).map { x[$0 * size..<($0 + 1) * size].map(Double.init) }
    }
    return plain.summed(q: split(q), k: split(k), v: split(v), norms: norms)
  }

  package var retention: BatchedRetention<Float> {
    BatchedRetention(
      decay: Decay(gammas: plain.gammas), headDim: plain.headDim, valueDim: plain.valueDim)
  }

  /// The output of one form for the tokens of `range` from `state`, `[heads, range, valueDim]`.
  package func run(
    _ form: RetentionForm, _ norms: RetentionNorms, _ range: Range<Int>? = nil, state: inout RetentionState<Float>
  ) -> [Float] {
    let range = range ?? 0..<time
    func part(_ x: [Float], _ width: Int) -> [Float] {
      (0..<plain.heads).flatMap { h in
        x[(h * time + range.lowerBound) * width..<(h * time + range.upperBound) * width]
      }
    }
    return retention(
      q: part(q, plain.headDim), k: part(k, plain.headDim), v: part(v, plain.valueDim), form: form, norms: norms,
      state: &state)
  }

  package func run(_ form: RetentionForm, _ norms: RetentionNorms) -> [Float] {
    var state = retention.makeState(batch: 1)
    return run(form, norms, state: &state)
  }
}
