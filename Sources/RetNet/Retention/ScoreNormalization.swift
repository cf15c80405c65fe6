/// Norms 1, 2 and 3 (Section 2.2) of one head as one factor per token: o_n = f_n · (q_n S_n).
///
///     z_n = γ z_{n−1} + k_n        c_n = γ c_{n−1} + 1
///     f_n = s r_n / max(|s r_n q_n·z_n|, 1),   s = d_k^(−1/2),   r_n = c_n^(−1/2)
///
/// with s, r_n or the divisor 1 if its norm is off. z, c and q·z are Double: in q·z, terms of a thousand cancel to near
/// 1.
package struct ScoreNormalization {
  /// f_n = s r_n / divisor of the last token.
  package private(set) var factor = 1.0
  /// r_n.
  package private(set) var rowScale = 1.0
  /// The divisor of norm 3.
  package private(set) var divisor = 1.0

  package let norms: RetentionNorms
  private let scale: Double

  package init(norms: RetentionNorms, headDim: Int) {
    self.norms = norms
    scale = norms.norm1 ? 1 / Double(headDim).squareRoot() : 1
  }

  /// Advances z and c by one token and sets its factor.
  ///
  /// - Parameters:
  ///   - q: the token's query, `[headDim]`.
  ///   - k: the token's key, `[headDim]`.
  ///   - gamma: γ.
  ///   - keySum: z, `[headDim]`, advanced in place.
  ///   - decaySum: c, advanced in place.
  @inline(__always)
  package mutating func advance<Scalar: BLASScalar>(
    q: UnsafePointer<Scalar>, k: UnsafePointer<Scalar>, headDim: Int, gamma: Double,
    keySum: UnsafeMutablePointer<Double>, decaySum: inout Double
  ) {
    for i in 0..<headDim { keySum[i] = gamma * keySum[i] + Double(k[i]) }
    decaySum = gamma * decaySum + 1
    read(q: q, headDim: headDim, keySum: keySum, decaySum: decaySum)
  }

  /// Sets the factor of a token from its z and c.
  @inline(__always)
  package mutating func read<Scalar: BLASScalar>(
    q: UnsafePointer<Scalar>, headDim: Int, keySum: UnsafePointer<Double>, decaySum: Double
  ) {
    // c is 0 for an empty state.
    rowScale = norms.norm2 && decaySum > 0 ? 1 / decaySum.squareRoot() : 1
    divisor = 1
    if norms.norm3 == .paper {
      var rowSum = 0.0
      for i in 0..<headDim { rowSum += Double(q[i]) * keySum[i] }
      divisor = max(abs(scale * rowScale * rowSum), 1)
    }
    factor = scale * rowScale / divisor
  }

  /// Applies torchscale's divisor of norm 3, clamp(Σ_m |R_nm|, 1, 5·10⁴), to the factor of the last token.
  ///
  /// - Parameter scores: row n of QKᵀ ⊙ D before norms 1 and 2, `[count]`.
  mutating func divideByAbsoluteSum<Scalar: BLASScalar>(_ scores: UnsafePointer<Scalar>, count: Int) {
    var sum = 0.0
    for m in 0..<count { sum += abs(Double(scores[m])) }
    divisor = min(max(sum * scale * rowScale, 1), 50_000)
    factor = scale * rowScale / divisor
  }
}
