/// Adds up the gradients of all workers, measures their length and says how much they must shrink.
///
///     ‖g‖ = √(Σ_i g_i²) over all parameters;   g ← g · min(1, limit / ‖g‖)
///
/// Sums are formed in a fixed order, in blocks that do not depend on the thread count.
package enum GradientClipping {
  /// Adds `others` to `sum` in their order, sets them to zero, and returns ‖sum‖. Each buffer is `[count]`.
  package static func reduce(
    into sum: UnsafeMutablePointer<Float>, _ others: [UnsafeMutablePointer<Float>], count: Int, threads: Int
  ) -> Double {
    let blocks = (count + blockLength - 1) / blockLength
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(blocks, 1)) { squares in
      Threads.perform(threads) { thread in
        for block in blocks * thread / threads..<blocks * (thread + 1) / threads {
          let start = block * blockLength
          let length = min(blockLength, count - start)
          for other in others { add(sum + start, other + start, length) }
          squares.initializeElement(at: block, to: sumOfSquares(sum + start, length))
        }
      }
      return (0..<blocks).reduce(0) { $0 + squares[$1] }.squareRoot()
    }
  }

  /// What each gradient is multiplied by; a `limit` of 0 leaves all as they are.
  package static func scale(norm: Double, limit: Double) -> Float {
    limit > 0 && norm > limit ? Float(limit / norm) : 1
  }

  private static let blockLength = 4096

  private static func add(_ sum: UnsafeMutablePointer<Float>, _ other: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { sum[i] += other[i] }
    other.update(repeating: 0, count: count)
  }

  /// Squares in Float32, 8 sums of 512 each; then in Double.
  private static func sumOfSquares(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> Double {
    var lanes = SIMD8<Float>.zero
    var i = 0
    while i + 8 <= count {
      let value = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
      lanes += value * value
      i += 8
    }
    var sum = 0.0
    for lane in 0..<8 { sum += Double(lanes[lane]) }
    while i < count {
      sum += Double(x[i]) * Double(x[i])
      i += 1
    }
    return sum
  }
}
