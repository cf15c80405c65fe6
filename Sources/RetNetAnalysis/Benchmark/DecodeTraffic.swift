import RetNet

/// The fewest bytes that decoding one token reads and writes. They bound the speed of a processor that is fast enough.
///
///     weights read + state read + state written
///
/// Every weight counts once: matrices in the type they are stored in, without the scales of quantized groups, and vectors
/// in Float32. An embedding that is not also the head counts with one row.
package struct DecodeTraffic: Sendable, Hashable {
  package let weightBytes: Int
  package let stateBytes: Int

  /// Bytes per token.
  package var bytes: Int { weightBytes + 2 * stateBytes }

  package init(_ model: RetNetModel, storedAs type: WeightType) {
    let (architecture, configuration) = (model.architecture, model.configuration)
    var bits = 0
    for entry in architecture.layout.entries {
      let isLookedUp = entry.parameter == architecture.embedding && !configuration.tiedHead
      let count = isLookedUp ? configuration.modelDim : entry.count
      bits += count * (!entry.parameter.isVector ? type.bits : 32)
    }
    weightBytes = bits / 8
    stateBytes = configuration.stateBytes
  }
}

extension WeightType {
  /// Bits of one number of a matrix, taken from the end of the type's name: 16 for `bf16`.
  package var bits: Int {
    let digits = rawValue.reversed().prefix { $0.isNumber }.reversed()
    guard let bits = Int(String(digits)) else {
      preconditionFailure("The name '\(rawValue)' does not end in a number of bits")
    }
    return bits
  }
}
