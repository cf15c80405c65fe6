import RetNet

/// Numbers from the standard normal distribution.
package func normalNumbers(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(generator.nextNormal()) }
}
