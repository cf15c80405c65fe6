import Foundation
import RetNet

/// Eq. 4 of one head summed term by term in Double, with an initial state, and a bound on the error of a computation in
/// Float32:
///
///     o_n = f_n (γ^(n+1) q_n S₀ + Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m)
///     |ô_nj − o_nj| ≤ f_n Σ_m (3 (n − m) + d_k + 28) u γ^(n−m) Σ_i |q_ni k_mi| |v_mj|,   u = 2⁻²⁴
///
/// S₀ adds one term of age n + 1. The number of roundings of a term is derived in
/// `Sources/RetNetAnalysis/Verification/RoundingBound.swift`; the code here shares nothing with it.
package struct BoundedRetention {
  package var gamma: Double
  package var headDim: Int
  package var valueDim: Int
  package var norms: RetentionNorms

  package init(gamma: Double, headDim: Int, valueDim: Int, norms: RetentionNorms) {
    (self.gamma, self.headDim, self.valueDim, self.norms) = (gamma, headDim, valueDim, norms)
  }

  /// - Parameters:
  ///   - q, k: `[time, headDim]`; v: `[time, valueDim]`; initial: S₀, `[headDim, valueDim]`, zeros without one.
  ///   - hasTorchscale: whether torchscale's norm 3 applies to a token.
  /// - Returns: o, and the bound of each element, `[time, valueDim]`.
  package func callAsFunction(
    q: [Double], k: [Double], v: [Double], initial: [Double], hasTorchscale: (_ n: Int) -> Bool
  ) -> (output: [Double], bounds: [Double]) {
    var (output, bounds) = ([Double](), [Double]())
    let time = q.count / headDim
    let largest = (q + k + v + initial).reduce(1) { max($0, abs($1)) }
    for n in 0..<time {
      var (sum, sizes) = ([Double](repeating: 0, count: valueDim), [Double](repeating: 0, count: valueDim))
      var (scores, absolute, magnitude, decaySum) = (0.0, 0.0, 0.0, 0.0)
      for m in 0...n {
        let power = pow(gamma, Double(n - m))
        let roundings = Double(3 * (n - m) + headDim + 28)
        var (score, size) = (0.0, 0.0)
        for i in 0..<headDim {
          let product = q[n * headDim + i] * k[m * headDim + i]
          score += product
          size += abs(product)
        }
        scores += power * score
        absolute += power * abs(score)
        magnitude += power * size
        decaySum += power
        for j in 0..<valueDim {
          sum[j] += power * score * v[m * valueDim + j]
          sizes[j] += roundings * power * size * abs(v[m * valueDim + j])
        }
      }
      let power = pow(gamma, Double(n + 1))
      for i in 0..<headDim {
        for j in 0..<valueDim {
          let term = power * q[n * headDim + i] * initial[i * valueDim + j]
          sum[j] += term
          sizes[j] += Double(3 * (n + 1) + headDim + 28) * abs(term)
        }
      }
      var scale = norms.norm1 ? 1 / sqrt(Double(headDim)) : 1
      if norms.norm2 { scale /= sqrt(decaySum) }
      var (divisor, share) = (1.0, 0.0)
      switch norms.norm3 {
      case .off: break
      case .paper: divisor = max(abs(scores * scale), 1)
      case .torchscale:
        guard hasTorchscale(n) else { break }
        divisor = min(max(absolute * scale, 1), 50_000)
        // The divisor is a sum of scores in Float32.
        let error = Double(headDim + 4) * 0x1p-24 * magnitude * scale
        if absolute * scale + error > 1 { share = error / max(1, divisor - error) }
      }
      // Norms 2 and 3 are computed in Double.
      let most = Double(3 * (n + 1) + headDim + 28)
      share += 0x1p-52 * most * (1 + scale * magnitude / divisor)
      // Products below the smallest normal number of Float32 lose digits.
      let tiny = 0x1p-126 * scale * most * Double(headDim) * largest * largest * largest
      let unit = 0x1p-24 + 0x1p-52
      for j in 0..<valueDim {
        let o = sum[j] * scale / divisor
        output.append(o)
        bounds.append(scale / divisor * unit / (1 - most * unit) * sizes[j] + share * abs(o) + tiny)
      }
    }
    return (output, bounds)
  }
}
