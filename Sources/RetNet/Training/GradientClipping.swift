/// The sum of the gradients of all workers, its length, and the factor that clips it.
///
///     ‖g‖ = √(Σ_i g_i²) over all parameters;   g ← g · min(1, limit / ‖g‖)
///
/// Sums have a fixed order, in blocks that do not depend on the thread count.
package enum GradientClipping {
  /// Adds `addends` to `sum` in their order, sets them to zero, and returns ‖sum‖. Each buffer is `[count]`.
  package static func reduce(
    into sum: UnsafeMutablePointer<Float>, _ addends: [UnsafeMutablePointer<Float>], count: Int, threads: Int
  ) -> Double {
    let blocks = (count + blockLength - 1) / blockLength
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(blocks, 1)) { squares in
      Threads.perform(threads) { thread in
        for block in blocks * thread / threads..<blocks * (thread + 1) / threads {
          let start = block * blockLength
          let length = min(blockLength, count - start)
          for addend in addends { add(sum + start, addend + start, length) }
          squares.initializeElement(at: block, to: sumOfSquares(sum + start, length))
        }
      }
      return (0..<blocks).reduce(0) { $0 + squares[$1] }.squareRoot()
    }
  }

  /// The factor that clips a gradient of length `norm` to `limit`; 1 if `limit` is 0.
  package static func scale(norm: Double, limit: Double) -> Float {
    limit > 0 && norm > limit ? Float(limit / norm) : 1
  }

  private static let blockLength = 4096

  private static func add(_ sum: UnsafeMutablePointer<Float>, _ addend: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { sum[i] += addend[i] }
    addend.update(repeating: 0, count: count)
  }

  /// Eight Float32 sums of up to 512 squares each, added in Double.
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
