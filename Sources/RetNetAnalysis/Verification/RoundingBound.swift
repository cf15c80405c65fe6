import RetNet

/// A bound on the error of a correct computation of Eq. 4 in Float32.
///
///     o_nj = f_n Σ_{m≤n} γ^(n−m) Σ_i q_ni k_mi v_mj
///
/// Every form computes this sum of products, in its own order. A product that undergoes N roundings (of factors, products,
/// sums and powers of γ) is multiplied by (1 + δ₁) … (1 + δ_N) with |δ| ≤ u, the unit roundoff 2^−24. So its relative error
/// is at most N u / (1 − N u), however large or small the sum becomes. N depends on the age n − m of the term:
///
/// | form | d_k products | powers of γ | age |
/// |---|---|---|---|
/// | parallel | d_k | 2: γ^(n−m) rounded, applied | n − m sums after its own |
/// | recurrent | d_k | 0 | 3 (n − m): γ rounded, applied, one sum a token |
/// | chunkwise | d_k | 4: ζ and ξ rounded, applied | at most 3 (n − m): sums of its chunk, then 3 a chunk |
///
/// More roundings come from the product with v, its addition, the factor f_n (rounded and applied), and the partial sums
/// of a matrix product, which adds in the order of the tokens and merges at most 16 partial sums. Together these are fewer
/// than 28, so one bound holds for all forms:
///
///     |ô_nj − o_nj| ≤ f_n Σ_m (3 (n − m) + d_k + 28) u γ^(n−m) Σ_i |q_ni k_mi| |v_mj|
///
/// It is a running bound, from the magnitudes of the terms themselves: where they cancel it is large against the result,
/// and as γ^(n−m) fades with age, it does not grow with the text beyond about 3 / (1 − γ) roundings. Rounding errors partly
/// cancel, so a correct form uses a few percent of it.
///
/// Norms 2 and 3 are computed in Double, so f_n adds only 2^−53 for each of its operations. torchscale's divisor is a sum
/// of Float32 scores and adds their errors.
struct RoundingBound {
  /// u of Float32: half the distance from 1 to the next number.
  static let unit = 0x1p-24
  private static let doubleUnit = 0x1p-53
  /// Below this value, Float32 loses digits or flushes to 0.
  private static let smallestNormal = 0x1p-126

  let headDim: Int

  /// N: the roundings of a term `age` tokens after it was written.
  @inline(__always) func roundings(age: Int) -> Double { Double(3 * age + headDim + 28) }

  /// One row of scores, n, in addition to its terms.
  struct Row {
    /// n
    var index: Int
    /// f_n without norm 3's divisor.
    var scale: Double
    /// Norm 3's divisor.
    var divisor: Double
    var norm3: RetentionNorms.Score
    /// Σ_m γ^(n−m) Σ_i |q_ni k_mi|
    var magnitude: Double
    /// Largest |q_n|, |k| and |v|, each with 1 added.
    var largest: (q: Double, k: Double, v: Double)
  }

  /// Turns weighted sums of magnitudes into bounds.
  ///
  /// - Parameters:
  ///   - sums: Σ_m N γ^(n−m) Σ_i |q_ni k_mi| |v_mj|, `[valueDim]`; is set to the bounds of the outputs.
  ///   - output: o_n, `[valueDim]`.
  func finish(_ sums: UnsafeMutablePointer<Double>, output: UnsafePointer<Double>, valueDim: Int, _ row: Row) {
    let most = roundings(age: row.index)
    // The reference sum in Double is itself rounded.
    let unit = Self.unit + 2 * Self.doubleUnit
    let term = row.scale / row.divisor * unit / (1 - most * unit)
    let magnitude = row.scale * row.magnitude
    var share = 2 * Self.doubleUnit * most * (1 + magnitude / row.divisor)
    if row.norm3 == .torchscale && row.divisor > 1 {
      let error = Double(headDim + 4) * unit * magnitude
      share += error / max(1, row.divisor - error)
    }
    let tiny =
      Self.smallestNormal * row.scale * Double(row.index + 1) * Double(headDim) * row.largest.q * row.largest.k
      * row.largest.v
    for j in 0..<valueDim { sums[j] = term * sums[j] + share * abs(output[j]) + tiny }
  }
}
