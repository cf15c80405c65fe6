import CKernels

/// The elements of one tensor in a mapped file, to be read in parts: in Float32, the largest tensors of a model need
/// more memory than a conversion should use.
package struct StoredTensor {
  package let type: TensorType
  package let count: Int
  private let bytes: UnsafeRawBufferPointer
  /// Set for I8 and U8 with scales.
  private let scaled: StoredMatrix?

  /// - Parameter bytes: the bytes of a tensor; `type` is one of `SafetensorsFile.floatTypes`.
  package init(type: TensorType, bytes: UnsafeRawBufferPointer) {
    precondition(SafetensorsFile.floatTypes.contains(type), "\(type.rawValue) is not a float type")
    self.type = type
    self.bytes = bytes
    count = bytes.count / type.size
    scaled = nil
  }

  /// - Parameter scaled: a matrix of int8 or int4.
  package init(_ scaled: StoredMatrix) {
    precondition(scaled.element.isScaled, "a matrix of \(scaled.element) without scales")
    type = scaled.element.tensorType
    count = scaled.rows * scaled.columns
    bytes = scaled.bytes(of: 0..<scaled.rows)
    self.scaled = scaled
  }

  /// The bytes of elements `range`, which must be whole rows of a scaled matrix.
  package func bytes(of range: Range<Int>) -> UnsafeRawBufferPointer {
    if let scaled { return scaled.bytes(of: scaled.rows(of: range)) }
    return UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * type.size..<range.upperBound * type.size])
  }

  /// The bytes of the scales of elements `range`, which must be whole rows.
  package func scaleBytes(of range: Range<Int>) -> UnsafeRawBufferPointer {
    guard let scaled else { preconditionFailure("\(type.rawValue) has no scales") }
    return scaled.scaleBytes(of: scaled.rows(of: range))
  }

  /// Writes elements `range` as Float32. F64 is rounded; the other types are exact.
  ///
  /// - Parameters:
  ///   - target: `[range.count]`, set.
  ///   - toOdd: whether F64 is rounded to odd, before another rounding (`SmallFloat.roundedToOdd`).
  package func widen(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>, toOdd: Bool = false) {
    if let scaled { return scaled.copy(range, into: target) }
    guard !range.isEmpty, let base = bytes(of: range).baseAddress else { return }
    switch type {
    case .f64:
      for i in 0..<range.count {
        let bits = base.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)
        let value = Double(bitPattern: UInt64(littleEndian: bits))
        target[i] = toOdd ? SmallFloat.roundedToOdd(value) : Float(value)
      }
    case .f32: UnsafeMutableRawPointer(target).copyMemory(from: base, byteCount: 4 * range.count)
    default:
      guard UInt(bitPattern: base) % 2 == 0 else {
        for i in 0..<range.count {
          let bits = UInt16(littleEndian: base.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
          target[i] = type == .f16 ? SmallFloat.float(half: bits) : SmallFloat.float(bfloat: bits)
        }
        return
      }
      let words = base.assumingMemoryBound(to: UInt16.self)
      if type == .f16 {
        retnet_f16_to_f32(words, range.count, target)
      } else {
        retnet_bf16_to_f32(words, range.count, target)
      }
    }
  }
}

extension TensorFiles {
  /// A tensor of floats, or of integers with scales. It is valid while this object exists. Throws `CheckpointError`.
  package func numbers(_ name: String) throws -> StoredTensor {
    if let scaled = try scaledMatrix(name) { return StoredTensor(scaled) }
    let (info, bytes) = try mapped(name)
    guard SafetensorsFile.floatTypes.contains(info.type) else {
      throw CheckpointError.wrongType(name: name, expected: SafetensorsFile.floatTypes, found: info.type)
    }
    return StoredTensor(type: info.type, bytes: bytes)
  }
}
