import RetNet

/// The bytes that one decoded token moves at least: what bounds its speed where the processor is fast enough.
///
///     weights read + state read + state written
///
/// Weights are all numbers of the model, each once: matrices in the type they are stored in (the scales of quantized
/// groups left out), vectors in Float32. Of an embedding that is not also the head, one row is read.
package struct DecodeTraffic: Sendable, Hashable {
  package let weightBytes: Int
  package let stateBytes: Int

  /// Bytes of one token.
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
  /// Bits of one number of a matrix, as the type's name has them at its end: `bf16` has 16.
  package var bits: Int {
    let digits = rawValue.reversed().prefix { $0.isNumber }.reversed()
    guard let bits = Int(String(digits)) else { preconditionFailure("'\(rawValue)' does not say how many bits it has") }
    return bits
  }
}
