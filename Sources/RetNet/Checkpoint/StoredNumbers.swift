import CKernels

/// The numbers of one tensor where its file has them, to be read some at a time: the largest tensors of a model take more
/// memory in Float32 than a whole conversion should.
package struct StoredNumbers {
  package let type: TensorType
  package let count: Int
  private let bytes: UnsafeRawBufferPointer
  /// The numbers of I8 and U8, with their scales.
  private let scaled: StoredMatrix?

  /// - Parameter bytes: those of a tensor of one of `SafetensorsFile.floatTypes`.
  package init(type: TensorType, bytes: UnsafeRawBufferPointer) {
    precondition(SafetensorsFile.floatTypes.contains(type), "\(type.rawValue) holds no floats")
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

  /// The bytes of some elements: those of whole rows, where groups of them share scales.
  package func bytes(of range: Range<Int>) -> UnsafeRawBufferPointer {
    if let scaled { return scaled.bytes(of: scaled.rows(of: range)) }
    return UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * type.size..<range.upperBound * type.size])
  }

  /// The bytes of the scales of some elements, whole rows of them.
  package func scaleBytes(of range: Range<Int>) -> UnsafeRawBufferPointer {
    guard let scaled else { preconditionFailure("\(type.rawValue) has no scales") }
    return scaled.scaleBytes(of: scaled.rows(of: range))
  }

  /// Writes some elements in Float32; those of F64 are rounded, the others exact.
  ///
  /// - Parameters:
  ///   - target: room for as many as `range` has.
  ///   - toOdd: whether F64 is rounded so that it can be rounded once more (`SmallFloat.roundedToOdd`).
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
  /// A tensor's numbers, floats or with scales; they may be read while this object lives. Throws `CheckpointError`.
  package func numbers(_ name: String) throws -> StoredNumbers {
    if let scaled = try scaledMatrix(name) { return StoredNumbers(scaled) }
    let (info, bytes) = try mapped(name)
    guard SafetensorsFile.floatTypes.contains(info.type) else {
      throw CheckpointError.wrongType(name: name, expected: SafetensorsFile.floatTypes, found: info.type)
    }
    return StoredNumbers(type: info.type, bytes: bytes)
  }
}
