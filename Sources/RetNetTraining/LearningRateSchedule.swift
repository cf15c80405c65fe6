import Foundation
import RetNet

/// Linear warm-up to the peak, then half a cosine down to the floor.
///
///     η_t = peak · (t + 1) / warmUp                                    t < warmUp
///     η_t = floor + (peak − floor) · (1 + cos(π · (t − warmUp) / (steps − 1 − warmUp))) / 2
package struct LearningRateSchedule: Sendable, Hashable, Codable {
  package var peak: Double
  package var floor: Double
  package var warmUp: Int
  package var steps: Int

  package init(peak: Double, floor: Double, warmUp: Int, steps: Int) {
    self.peak = peak
    self.floor = floor
    self.warmUp = warmUp
    self.steps = steps
  }

  /// The learning rate of a step, counted from 0; the floor after the last step.
  package func rate(at step: Int) -> Double {
    if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
    let length = max(steps - 1 - warmUp, 1)
    let done = min(Double(step - warmUp) / Double(length), 1)
    return floor + (peak - floor) * (1 + cos(.pi * done)) / 2
  }
}
