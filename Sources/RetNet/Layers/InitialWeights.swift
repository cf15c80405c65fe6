extension ParameterLayout {
  /// Initial weights: normally distributed matrices, norm weights 1, biases 0. The same seed gives the same weights.
  ///
  /// - Parameter deviation: the standard deviation of each matrix.
  func initialWeights(seed: UInt64, deviation: (Entry) -> Double) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var weights: [Float] = []
    weights.reserveCapacity(count)
    for entry in entries {
      if entry.parameter.isVector {
        weights += Array(repeating: entry.name.hasSuffix(".bias") ? 0 : 1, count: entry.count)
      } else {
        let deviation = deviation(entry)
        for _ in 0..<entry.count { weights.append(Float(generator.nextNormal() * deviation)) }
      }
    }
    return weights
  }

  /// Name, shape and range of each tensor.
  package var tensors: [(name: String, shape: [Int], range: Range<Int>)] {
    entries.map { ($0.name, $0.shape, $0.offset..<$0.offset + $0.count) }
  }
}
