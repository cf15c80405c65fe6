import CKernels
import RetNet

/// The exponential moving average of the parameters over the updates, which often predicts better than the last of them
/// (Polyak and Juditsky 1992).
///
///     a ← a + (1 − d_t) (p − a),   d_t = min(decay, (1 + t) / (10 + t))
///
/// after t updates. The rising d_t, as TensorFlow's `ExponentialMovingAverage` has it, forgets where training began. Every
/// parameter is averaged on its own, so the result is the same for any thread count.
package final class WeightAverage {
  package let decay: Double
  /// a, `[count]`.
  package let parameters: Buffer<Float>

  /// Begins with `parameters` as they are.
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
