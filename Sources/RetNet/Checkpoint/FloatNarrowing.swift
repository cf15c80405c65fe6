/// Converts Float32 to F32, F16 or BF16, rounding to nearest, ties to even.
package enum FloatNarrowing {
  /// - Parameter target: memory for the same number of elements of `type`, aligned to `type`, set.
  package static func write(
    _ values: UnsafeBufferPointer<Float>, as type: TensorType, into target: UnsafeMutableRawPointer
  ) {
    guard let from = values.baseAddress else { return }
    switch type {
    case .f32: target.copyMemory(from: from, byteCount: 4 * values.count)
    case .f16:
      let to = target.assumingMemoryBound(to: UInt16.self)
      for i in 0..<values.count { to[i] = SmallFloat.half(from[i]) }
    case .bf16:
      let to = target.assumingMemoryBound(to: UInt16.self)
      for i in 0..<values.count { to[i] = SmallFloat.bfloat(from[i]) }
    default: preconditionFailure("weights are stored as F32, BF16 or F16, not \(type.rawValue)")
    }
  }

  /// The first finite value that `type` would round to infinity, if any.
  package static func firstBeyondRange(_ values: UnsafeBufferPointer<Float>, of type: TensorType) -> Float? {
    // The bit patterns of positive floats have the order of the floats.
    let limit: UInt32
    switch type {
    case .f16: limit = Float(65520).bitPattern  // half a step above 65,504
    case .bf16: limit = 0x7F7F_8000
    default: return nil
    }
    func isBeyond(_ value: Float) -> Bool {
      let bits = value.bitPattern & 0x7FFF_FFFF
      return bits >= limit && bits < 0x7F80_0000
    }
    var found: UInt32 = 0
    for value in values {
      let bits = value.bitPattern & 0x7FFF_FFFF
      found |= (bits >= limit ? 1 : 0) & (bits < 0x7F80_0000 ? 1 : 0)
    }
    return found == 0 ? nil : values.first(where: isBeyond)
  }
}
