/// Writes safetensors files, tensor by tensor and atomically.
package enum SafetensorsWriter {
  /// A tensor to be written.
  package struct Tensor {
    package var name: String
    package var type: TensorType
    package var shape: [Int]
    package var source: Source

    package init(name: String, type: TensorType, shape: [Int], source: Source) {
      self.name = name
      self.type = type
      self.shape = shape
      self.source = source
    }
  }

  /// A tensor's elements, row by row.
  package enum Source {
    /// For F64, F32, F16 and BF16, rounded to nearest, ties to even.
    case floats([Float])
    /// For F64, F32, F16 and BF16, rounded to nearest, ties to even.
    case doubles([Double])
    /// For the integer types; each value must fit its type.
    case integers([Int])
    /// The bytes to write, for every type.
    case bytes([UInt8])
    /// Called when the tensor is written, so that only one tensor is in memory.
    case later(() throws -> Source)
    /// Bytes in pieces: each call of the closure's argument appends some, so that no whole tensor is in memory.
    case pieces(((UnsafeRawBufferPointer) throws -> Void) throws -> Void)
  }

  /// Writes `tensors` to `path` atomically. They are sorted by descending element size, so that each is aligned.
  ///
  /// Names must be unique, and elements must match type and shape.
  /// Throws `FileError.unwritable`, or the error of a source. The file at `path` is then unchanged.
  package static func write(_ tensors: [Tensor], metadata: [String: String] = [:], to path: String) throws {
    let ordered = tensors.enumerated()
      .sorted { ($1.element.type.size, $0.offset) < ($0.element.type.size, $1.offset) }
      .map(\.element)
    let header = header(ordered, metadata: metadata)
    try AtomicFile.write(to: path) { output in
      try header.withUnsafeBytes { try output.write($0) }
      for tensor in ordered { try write(tensor, tensor.source, to: output) }
    }
  }

  /// The header's length and JSON, padded with spaces to a multiple of 8 bytes.
  private static func header(_ tensors: [Tensor], metadata: [String: String]) -> [UInt8] {
    precondition(
      Set(tensors.map(\.name)).count == tensors.count && !tensors.contains { $0.name == SafetensorsHeader.metadataKey },
      "tensor names must be unique and not \(SafetensorsHeader.metadataKey)")
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
      members.append(quoted(SafetensorsHeader.metadataKey) + ":{" + pairs.joined(separator: ",") + "}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.shape.reduce(tensor.type.size, *)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        quoted(tensor.name)
          + ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array(("{" + members.joined(separator: ",") + "}").utf8)
    json += repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
  }

  private static func write(_ tensor: Tensor, _ source: Source, to output: borrowing AtomicFile.Output) throws {
    let count = tensor.shape.reduce(1, *)
    func check(_ found: Int) {
      precondition(found == count, "tensor '\(tensor.name)' of shape \(tensor.shape) was given \(found) elements")
    }
    switch source {
    case .later(let source): try write(tensor, source(), to: output)
    case .bytes(let bytes):
      precondition(
        bytes.count == count * tensor.type.size,
        "tensor '\(tensor.name)' of shape \(tensor.shape) and type \(tensor.type.rawValue) was given \(bytes.count) bytes"
      )
      try bytes.withUnsafeBytes { try output.write($0) }
    case .pieces(let source):
      var written = 0
      try source { piece in
        written += piece.count
        try output.write(piece)
      }
      precondition(
        written == count * tensor.type.size,
        "tensor '\(tensor.name)' of shape \(tensor.shape) and type \(tensor.type.rawValue) was given \(written) bytes")
    case .floats(let values):
      check(values.count)
      switch tensor.type {
      case .f64: try stored(values, to: output) { Double($0).bitPattern }
      case .f32: try stored(values, to: output) { $0.bitPattern }
      case .f16: try stored(values, to: output) { SmallFloat.half($0) }
      case .bf16: try stored(values, to: output) { SmallFloat.bfloat($0) }
      default: preconditionFailure("tensor '\(tensor.name)' of type \(tensor.type.rawValue) was given floats")
      }
    case .doubles(let values):
      check(values.count)
      switch tensor.type {
      case .f64: try stored(values, to: output) { $0.bitPattern }
      case .f32: try stored(values, to: output) { Float($0).bitPattern }
      case .f16: try stored(values, to: output) { SmallFloat.half(SmallFloat.roundedToOdd($0)) }
      case .bf16: try stored(values, to: output) { SmallFloat.bfloat(SmallFloat.roundedToOdd($0)) }
      default: preconditionFailure("tensor '\(tensor.name)' of type \(tensor.type.rawValue) was given doubles")
      }
    case .integers(let values):
      check(values.count)
      switch tensor.type {
      case .i64: try stored(values, to: output) { Int64($0) }
      case .i32: try stored(values, to: output) { Int32($0) }
      case .i16: try stored(values, to: output) { Int16($0) }
      case .i8: try stored(values, to: output) { Int8($0) }
      case .u64: try stored(values, to: output) { UInt64($0) }
      case .u32: try stored(values, to: output) { UInt32($0) }
      case .u16: try stored(values, to: output) { UInt16($0) }
      case .u8, .bool: try stored(values, to: output) { UInt8($0) }
      default: preconditionFailure("tensor '\(tensor.name)' of type \(tensor.type.rawValue) was given integers")
      }
    }
  }

  /// Writes the bits of each value, 65,536 values at a time.
  private static func stored<Value, Bits: FixedWidthInteger>(
    _ values: [Value], to output: borrowing AtomicFile.Output, _ bits: (Value) -> Bits
  ) throws {
    let step = 1 << 16
    for start in stride(from: 0, to: values.count, by: step) {
      let part = values[start..<min(start + step, values.count)].map { bits($0).littleEndian }
      try part.withUnsafeBytes { try output.write($0) }
    }
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
