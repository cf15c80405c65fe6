import CKernels
import RetNet

/// The exponential moving average of the parameters, which often predicts better than the last parameters (Polyak and
/// Juditsky 1992).
///
///     a ← a + (1 − d_t) (p − a),   d_t = min(decay, (1 + t) / (10 + t))
///
/// after t updates. The increasing d_t, as in TensorFlow's `ExponentialMovingAverage`, reduces the weight of the
/// initial parameters. Each parameter is averaged independently, so the result does not depend on the thread count.
package final class WeightAverage {
  package let decay: Double
  /// a, `[count]`.
  package let parameters: Buffer<Float>

  /// Starts with a copy of `parameters`.
  package init(_ parameters: Buffer<Float>, decay: Double) {
    self.decay = decay
    self.parameters = Buffer(count: parameters.count)
    self.parameters.pointer.update(from: parameters.pointer, count: parameters.count)
  }

  /// - Parameters:
  ///   - current: p, `[count]`.
  ///   - updates: t, at least 1.
  package func update(_ current: UnsafePointer<Float>, updates: Int, threads: Int = 1) {
    let t = Double(updates)
    let rest = Float(1 - min(decay, (1 + t) / (10 + t)))
    let count = parameters.count
    Threads.perform(threads) { thread in
      let own = Threads.range(of: thread, threads: threads, count: count)
      retnet_average(current + own.lowerBound, rest, own.count, parameters.pointer + own.lowerBound)
    }
  }
}
