/// A safetensors file, memory-mapped and read-only.
///
/// The initializer checks the whole header: every tensor is inside the file, has the bytes that its type and shape
/// need, and overlaps no other.
package final class SafetensorsFile: Sendable {
  package let path: String
  /// The file's `__metadata__`.
  package let metadata: [String: String]
  /// The names of all tensors, in the order of their bytes.
  package let names: [String]

  private let tensors: [String: TensorInfo]
  private let file: MappedFile

  /// Opens the file at `path`. Throws `FileError` or `CheckpointError`.
  package init(path: String) throws {
    file = try MappedFile(path: path)
    let header = try SafetensorsHeader(path: path, bytes: file.bytes)
    self.path = path
    metadata = header.metadata
    names = header.tensors.map(\.name)
    tensors = Dictionary(uniqueKeysWithValues: header.tensors.map { ($0.name, $0) })
  }

  package func info(_ name: String) -> TensorInfo? { tensors[name] }

  /// Throws `CheckpointError` if the tensor is missing or has another shape.
  package func require(_ name: String, shape: [Int]) throws {
    guard let info = info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    guard info.shape == shape else {
      throw CheckpointError.shapeMismatch(name: name, expected: shape, found: info.shape)
    }
  }

  /// The tensor's elements row by row, of type F64 (rounded to Float32), F32, F16 or BF16. Throws `CheckpointError`.
  package func floats(_ name: String) throws -> [Float] {
    let tensor = try found(name, of: Self.floatTypes)
    return [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
      copy(tensor, into: buffer)
      count = tensor.count
    }
  }

  /// `floats`, into existing memory.
  ///
  /// - Parameter buffer: set; it has the tensor's number of elements.
  package func read(_ name: String, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    let tensor = try found(name, of: Self.floatTypes)
    precondition(
      buffer.count == tensor.count,
      "tensor '\(name)' of shape \(tensor.shape) has \(tensor.count) elements, the buffer \(buffer.count)")
    copy(tensor, into: buffer)
  }

  /// The tensor's elements row by row, of type F64, F32, F16 or BF16, all exact. Throws `CheckpointError`.
  package func doubles(_ name: String) throws -> [Double] {
    let tensor = try found(name, of: Self.floatTypes)
    return withBytes(of: tensor) { bytes in
      switch tensor.type {
      case .f64: elements(bytes, UInt64.self) { Double(bitPattern: $0) }
      case .f32: elements(bytes, UInt32.self) { Double(Float(bitPattern: $0)) }
      case .f16: elements(bytes, UInt16.self) { Double(SmallFloat.float(half: $0)) }
      default: elements(bytes, UInt16.self) { Double(SmallFloat.float(bfloat: $0)) }
      }
    }
  }

  /// The tensor's elements row by row, of any integer type or BOOL (0 and 1). Throws `CheckpointError`.
  package func integers(_ name: String) throws -> [Int] {
    let tensor = try found(name, of: Self.integerTypes)
    return try withBytes(of: tensor) { bytes in
      switch tensor.type {
      case .i64: elements(bytes, Int64.self) { Int($0) }
      case .i32: elements(bytes, Int32.self) { Int($0) }
      case .i16: elements(bytes, Int16.self) { Int($0) }
      case .i8: elements(bytes, Int8.self) { Int($0) }
      case .u32: elements(bytes, UInt32.self) { Int($0) }
      case .u16: elements(bytes, UInt16.self) { Int($0) }
      case .u64:
        try elements(bytes, UInt64.self) { value in
          guard let integer = Int(exactly: value) else {
            throw CheckpointError.integerTooLarge(name: name, found: value)
          }
          return integer
        }
      default: elements(bytes, UInt8.self) { Int($0) }
      }
    }
  }

  /// Calls `body` with the tensor's bytes in the file, of any type. Throws `CheckpointError`, or the error of `body`.
  package func withBytes<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try withBytes(of: found(name, of: TensorType.allCases), body)
  }

  static let floatTypes: [TensorType] = [.f64, .f32, .f16, .bf16]
  static let integerTypes: [TensorType] = [.i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool]

  private func found(_ name: String, of types: [TensorType]) throws -> TensorInfo {
    guard let tensor = tensors[name] else { throw CheckpointError.missingTensor(name: name, path: path) }
    guard types.contains(tensor.type) else {
      throw CheckpointError.wrongType(name: name, expected: types, found: tensor.type)
    }
    return tensor
  }

  private func withBytes<Result>(
    of tensor: TensorInfo, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(file) { try body(UnsafeRawBufferPointer(rebasing: file.bytes[tensor.byteRange])) }
  }

  /// Sets `buffer` to the elements of a float tensor.
  private func copy(_ tensor: TensorInfo, into buffer: UnsafeMutableBufferPointer<Float>) {
    guard tensor.count > 0, let start = buffer.baseAddress else { return }
    withBytes(of: tensor) { bytes in
      StoredTensor(type: tensor.type, bytes: bytes).widen(0..<tensor.count, into: start)
    }
  }
}

/// Converts each stored integer of `bytes`, which may be unaligned.
@inline(__always)
private func elements<Bits: FixedWidthInteger & BitwiseCopyable, Element: BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, _: Bits.Type, _ element: (Bits) throws -> Element
) rethrows -> [Element] {
  let width = MemoryLayout<Bits>.size
  return try (0..<bytes.count / width).map { i in
    try element(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: i * width, as: Bits.self)))
  }
}
