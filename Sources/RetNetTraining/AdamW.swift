import CKernels
import RetNet

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) over one flat buffer of parameters.
///
///     m = β₁ m + (1 − β₁) g          v = β₂ v + (1 − β₂) g²
///     p = p − η (m̂ / (√v̂ + ε) + λ p)     m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
///
/// λ is 0 outside `decayed`. Every parameter is updated on its own, so the result is the same for any thread count.
package final class AdamW {
  package struct Options: Sendable, Hashable, Codable {
    /// The paper's values (arXiv 2307.08621, Section 3.1).
    package var beta1 = 0.9
    package var beta2 = 0.98
    package var epsilon = 1e-8
    package var weightDecay = 0.05
  }

  package let options: Options
  package let count: Int
  /// m and v, `[count]` each.
  let firstMoment: Buffer<Float>
  let secondMoment: Buffer<Float>
  /// Updates made so far: t.
  package var updates = 0

  /// The parameters cut where weight decay begins or ends, so that a part has it as a whole or not at all.
  private let parts: [(range: Range<Int>, decays: Bool)]

  /// - Parameters:
  ///   - decayed: the parameters with weight decay, in rising order and without overlap.
  ///   - skipped: parameters that are updated elsewhere; each lies in one of the others or between them.
  package init(count: Int, decayed: [Range<Int>], skipped: [Range<Int>] = [], options: Options = Options()) {
    self.options = options
    self.count = count
    firstMoment = Buffer(count: count)
    secondMoment = Buffer(count: count)
    var parts: [(range: Range<Int>, decays: Bool)] = []
    var end = 0
    for range in decayed {
      precondition(
        range.lowerBound >= end && range.upperBound <= count, "\(range) of \(count) parameters, after \(end)")
      if end < range.lowerBound { parts.append((end..<range.lowerBound, false)) }
      parts.append((range, true))
      end = range.upperBound
    }
    if end < count { parts.append((end..<count, false)) }
    self.parts = parts.flatMap { part in
      var rest = RangeSet(part.range)
      for range in skipped { rest.remove(contentsOf: range) }
      return rest.ranges.map { ($0, part.decays) }
    }
  }

  /// One update. `parameters` and the moments change, `gradients` are set to zero for the next sum; each `[count]`.
  ///
  /// - Parameter gradientScale: multiplies each gradient first (`GradientClipping`).
  package func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>, learningRate: Double,
    gradientScale: Float = 1, threads: Int = 1
  ) {
    updates += 1
    let correction1 = 1 - power(options.beta1, updates)
    let correction2 = 1 - power(options.beta2, updates)
    let update = retnet_adamw(
      beta1: Float(options.beta1), beta2: Float(options.beta2), rest1: Float(1 - options.beta1),
      rest2: Float(1 - options.beta2), scale: gradientScale, step_size: Float(learningRate / correction1),
      root_correction: Float(1 / correction2.squareRoot()), epsilon: Float(options.epsilon), kept: 1)
    var decayedUpdate = update
    decayedUpdate.kept = Float(1 - learningRate * options.weightDecay)
    Threads.perform(threads) { thread in
      let own = Threads.range(of: thread, threads: threads, count: count)
      for part in parts {
        let range = part.range.clamped(to: own)
        guard !range.isEmpty else { continue }
        withUnsafePointer(to: part.decays ? decayedUpdate : update) {
          let i = range.lowerBound
          retnet_adamw(
            $0, range.count, parameters + i, gradients + i, firstMoment.pointer + i, secondMoment.pointer + i)
        }
      }
    }
  }

  /// βᵗ by squaring: the same on every machine, unlike the system's `pow`.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
