import CKernels

/// Functions over contiguous Float32. They are written for the compiler to vectorize, or call C kernels with the widest
/// vectors of the processor where these are faster.
package enum VectorMath {
  /// eˣ with a relative error below 2·10⁻⁷, for x clamped to ±87.
  ///
  /// x = n ln 2 + r with |r| ≤ ln 2 / 2; eʳ by a polynomial of degree 7, 2ⁿ by the exponent bits. Adding and
  /// subtracting 1.5·2²³ rounds to an integer without a call or a branch, and the low bits of the sum are that integer.
  @inline(__always)
  package static func exp(_ x: Float) -> Float {
    let clamped = x < -87 ? -87 : (x > 87 ? 87 : x)
    let shifted = clamped * 1.442_695_04 + 12_582_912
    let n = shifted - 12_582_912
    let r = (clamped - n * 0.693_359_375) + n * 2.121_944_4e-4
    var p: Float = 1.987_569_15e-4
    p = p * r + 1.398_199_95e-3
    p = p * r + 8.333_451_91e-3
    p = p * r + 4.166_579_59e-2
    p = p * r + 1.666_666_55e-1
    p = p * r + 5.000_000_12e-1
    let mantissa = p * r * r + r + 1
    return mantissa * Float(bitPattern: (shifted.bitPattern &+ 127) &<< 23)
  }

  /// σ(x) = 1 / (1 + e^(−x)).
  @inline(__always)
  static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

  /// x ← a x.
  @inlinable @inline(__always)
  package static func scale<Scalar: BLASScalar>(_ x: UnsafeMutablePointer<Scalar>, by a: Scalar, count: Int) {
    for j in 0..<count { x[j] *= a }
  }

  /// x ← a x, without specialization in the calling module.
  package static func scale(_ x: UnsafeMutablePointer<Float>, by a: Float, count: Int) {
    for j in 0..<count { x[j] *= a }
  }

  /// x · y.
  package static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
    retnet_dot(x, y, count)
  }

  /// Σ e^(x − shift), with every e^(x − shift) written over x.
  package static func exponentials(_ x: UnsafeMutablePointer<Float>, shift: Float, count: Int) -> Float {
    retnet_exponentials(x, shift, count)
  }

  /// Σ e^d and Σ d e^d, with d = max(x − shift, −87). The bound avoids 0 · ∞; below it, e^d is negligible beside 1.
  package static func exponentialSums(_ x: UnsafePointer<Float>, shift: Float, count: Int) -> (
    sum: Float, weighted: Float
  ) {
    var sums: (sum: Float, weighted: Float) = (0, 0)
    retnet_exponential_sums(x, shift, count, &sums.sum, &sums.weighted)
    return sums
  }

  /// max x; −∞ if `count` is 0.
  package static func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var best = SIMD8<Float>(repeating: -.infinity)
    let whole = count & ~7
    var i = 0
    while i < whole {
      let next = load8(x + i)
      best.replace(with: next, where: next .> best)
      i += 8
    }
    var maximum = best.max()
    while i < count {
      maximum = max(maximum, x[i])
      i += 1
    }
    return maximum
  }

  /// Whether every entry is a finite number.
  static func allFinite(_ x: UnsafePointer<Float>, count: Int) -> Bool {
    // x · 0 is 0 for a finite x and NaN otherwise, and a sum with a NaN term is NaN.
    var sum: Float = 0
    var sums = SIMD8<Float>.zero
    let whole = count & ~7
    var i = 0
    while i < whole {
      sums += load8(x + i) * 0
      i += 8
    }
    while i < count {
      sum += x[i] * 0
      i += 1
    }
    return sum + sums.sum() == 0
  }

  @inline(__always)
  private static func load8(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
  }
}
